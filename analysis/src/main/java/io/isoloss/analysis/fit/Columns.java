package io.isoloss.analysis.fit;

/** Sums over columns of numbers, in four strands: a processor adds to one only every few cycles. */
final class Columns {
    private Columns() {}

    /** sum a_i, i < count. */
    static double sum(double[] a, int count) {
        double s = 0;
        for (int i = 0; i < count; i++) {
            s += a[i];
        }
        return s;
    }

    /** sum a_i b_i, i < count. */
    static double dot(double[] a, double[] b, int count) {
        return dot(a, b, 0, count);
    }

    /** sum a_i b_(first + i), i < count. */
    static double dot(double[] a, double[] b, int first, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i < count - 3; i += 4) {
            s0 += a[i] * b[first + i];
            s1 += a[i + 1] * b[first + i + 1];
            s2 += a[i + 2] * b[first + i + 2];
            s3 += a[i + 3] * b[first + i + 3];
        }
        for (; i < count; i++) {
            s0 += a[i] * b[first + i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** sum a_i b_(firstOfB + i) c_(firstOfC + i), i < count. */
    static double dot(double[] a, double[] b, int firstOfB, double[] c, int firstOfC, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i < count - 3; i += 4) {
            s0 += a[i] * b[firstOfB + i] * c[firstOfC + i];
            s1 += a[i + 1] * b[firstOfB + i + 1] * c[firstOfC + i + 1];
            s2 += a[i + 2] * b[firstOfB + i + 2] * c[firstOfC + i + 2];
            s3 += a[i + 3] * b[firstOfB + i + 3] * c[firstOfC + i + 3];
        }
        for (; i < count; i++) {
            s0 += a[i] * b[firstOfB + i] * c[firstOfC + i];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
