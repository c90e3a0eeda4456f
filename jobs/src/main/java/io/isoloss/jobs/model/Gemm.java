package io.isoloss.jobs.model;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;

/** Single-precision matrix product of row-major matrices on the calling thread: {@code c = alpha · op(a) · op(b) + beta · c}. */
interface Gemm {
    /** oneDNN's where it is there, which uses all the processor has; else OpenBLAS', where ND4J brings that. */
    Gemm FASTEST = fastest();

    /**
     * Multiplies.
     *
     * @param m rows of c
     * @param n columns of c
     * @param k columns of op(a)
     * @param lda floats from row to row of a, as stored
     */
    void multiply(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            float alpha,
            FloatPointer a,
            int lda,
            FloatPointer b,
            int ldb,
            float beta,
            FloatPointer c,
            int ldc);

    private static Gemm fastest() {
        return loads("org.bytedeco.dnnl.global.dnnl") ? oneDnn() : openBlas();
    }

    /** Null where ND4J brings none. */
    static Gemm openBlas() {
        return loads("org.bytedeco.openblas.global.openblas") ? Gemm::openBlas : null;
    }

    private static boolean loads(String library) {
        try {
            Class<?> found = Class.forName(library);
            Loader.load(found);
            return true;
        } catch (ClassNotFoundException | LinkageError missing) {
            return false;
        }
    }

    private static Gemm oneDnn() {
        return (ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) -> {
            int status = dnnl.dnnl_sgemm(
                    (byte) (ta ? 'T' : 'N'), (byte) (tb ? 'T' : 'N'), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
            if (status != dnnl.dnnl_success) {
                throw new IllegalStateException("Cannot multiply [" + m + ", " + k + "] by [" + k + ", " + n
                        + "]: oneDNN gives status " + status);
            }
        };
    }

    private static void openBlas(
            boolean ta,
            boolean tb,
            int m,
            int n,
            int k,
            float alpha,
            FloatPointer a,
            int lda,
            FloatPointer b,
            int ldb,
            float beta,
            FloatPointer c,
            int ldc) {
        int opA = ta ? openblas.CblasTrans : openblas.CblasNoTrans;
        int opB = tb ? openblas.CblasTrans : openblas.CblasNoTrans;
        openblas.cblas_sgemm(openblas.CblasRowMajor, opA, opB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }
}
