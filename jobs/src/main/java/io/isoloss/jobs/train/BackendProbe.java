package io.isoloss.jobs.train;

import io.isoloss.analysis.IsolossException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Whether the native library loads and computes.
 *
 * @param backend null if it can't be loaded
 * @param failure why it can't be used; null if it can
 */
public record BackendProbe(Backend backend, String failure) {

    /** Loads the library and has it multiply two small matrices of known product. */
    public static BackendProbe here() {
        Backend backend = null;
        try {
            backend = Backend.here();
            return new BackendProbe(backend, wrongProduct());
        } catch (LinkageError | RuntimeException e) { // ND4J throws its own, or leaves a class that can't be made
            return new BackendProbe(backend, IsolossException.cause(e));
        }
    }

    private static String wrongProduct() {
        try (INDArray a = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}});
                INDArray b = Nd4j.createFromArray(new float[][] {{5, 6}, {7, 8}});
                INDArray wanted = Nd4j.createFromArray(new float[][] {{19, 22}, {43, 50}}); // small integers are exact
                INDArray product = a.mmul(b)) {
            return product.castTo(DataType.FLOAT).equals(wanted)
                    ? null
                    : "[[1, 2], [3, 4]] times [[5, 6], [7, 8]] is not [[19, 22], [43, 50]] but "
                            + product.toStringFull().replaceAll("\\s+", " ");
        }
    }
}
