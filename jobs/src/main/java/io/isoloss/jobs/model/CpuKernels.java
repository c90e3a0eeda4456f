package io.isoloss.jobs.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Passes over single-precision rows outside the heap. A tile of rows is copied into arrays that stay in the first-level
 * cache and worked on there: the compiler vectorises plain loops over arrays and not those over buffers, and the copies
 * cost less than a second visit to memory. Arithmetic is Java's, so bits do not depend on the processor.
 */
final class CpuKernels {
    /** Floats of a tile unless one row is longer: five of them fit the first-level cache of 48 KB twice over. */
    private static final int TILE = 2048;

    /** Sums of exponentials in here lost nothing to overflow or underflow; others are taken again from the maximum. */
    private static final float LEAST_SUM = 1e-25f;

    private static final float GREATEST_SUM = 1e30f;

    private float[] a = new float[0];
    private float[] b = new float[0];
    private float[] c = new float[0];
    private float[] d = new float[0];
    private final Exponential exponential = new Exponential();

    /** Rows of a tile, for rows of this length. */
    private int tileRows(int length) {
        int rows = Math.max(1, TILE / length);
        if (a.length < rows * length) {
            a = new float[rows * length];
            b = new float[rows * length];
            c = new float[rows * length];
            d = new float[rows * length];
        }
        return rows;
    }

    void normalise(FloatBuffer x, FloatBuffer n, FloatBuffer r, int rows, int width) {
        int tile = tileRows(width);
        for (int first = 0; first < rows; first += tile) {
            int count = Math.min(tile, rows - first);
            x.get(first * width, a, 0, count * width);
            for (int row = 0; row < count; row++) {
                c[row] = dot(a, a, row * width, (row + 1) * width);
            }
            inverseRootMeans(c, count, width);
            for (int row = 0; row < count; row++) {
                scale(a, c[row], a, row * width, (row + 1) * width);
            }
            r.put(first, c, 0, count);
            n.put(first * width, a, 0, count * width);
        }
    }

    private static void inverseRootMeans(float[] squares, int count, int width) {
        float perWidth = 1f / width;
        for (int i = 0; i < count; i++) {
            squares[i] = 1 / (float) Math.sqrt(squares[i] * perWidth + (float) Operations.NORM_EPSILON);
        }
    }

    void normaliseBackward(
            FloatBuffer dn, FloatBuffer n, FloatBuffer r, FloatBuffer dx, boolean add, int rows, int width) {
        int tile = tileRows(width);
        for (int first = 0; first < rows; first += tile) {
            int count = Math.min(tile, rows - first);
            int at = first * width;
            dn.get(at, a, 0, count * width);
            n.get(at, b, 0, count * width);
            if (add) {
                dx.get(at, c, 0, count * width);
            }
            for (int row = 0; row < count; row++) {
                int from = row * width;
                int to = from + width;
                float inverse = r.get(first + row);
                float mean = dot(a, b, from, to) / width;
                if (add) {
                    addProjected(a, b, mean, inverse, c, from, to);
                } else {
                    project(a, b, mean, inverse, c, from, to);
                }
            }
            dx.put(at, c, 0, count * width);
        }
    }

    private static void project(float[] dn, float[] n, float mean, float r, float[] dx, int from, int to) {
        for (int i = from; i < to; i++) {
            dx[i] = r * (dn[i] - n[i] * mean);
        }
    }

    private static void addProjected(float[] dn, float[] n, float mean, float r, float[] dx, int from, int to) {
        for (int i = from; i < to; i++) {
            dx[i] += r * (dn[i] - n[i] * mean);
        }
    }

    /**
     * Causal softmax over rows of scores, in place.
     *
     * @param at where the first row starts in {@code p}
     * @param firstQuery of the first row: row i sees keys up to firstQuery + i
     * @param keys columns that any of these rows sees, at most {@code context}
     * @param context floats from row to row
     */
    void causalSoftmax(FloatBuffer p, int at, int firstQuery, int queries, int keys, int context) {
        int tile = tileRows(keys);
        for (int first = 0; first < queries; first += tile) {
            int count = Math.min(tile, queries - first);
            copyRows(p, at + first * context, context, a, keys, count);
            exponential.of(a, b, count * keys);
            for (int row = 0; row < count; row++) {
                int from = row * keys;
                int seen = from + firstQuery + first + row + 1;
                float sum = sum(b, from, seen);
                if (!(sum > LEAST_SUM && sum < GREATEST_SUM)) {
                    sum = exponentialsFromMaximum(a, b, from, seen);
                }
                scale(b, 1 / sum, b, from, seen);
                Arrays.fill(b, seen, from + keys, 0);
            }
            copyRowsBack(b, keys, p, at + first * context, context, count);
        }
    }

    /**
     * {@code ds = p · (ds − sum)} a row at a time, in place; ds starts with its first row, and its sum is at {@code sumAt}.
     */
    void causalSoftmaxBackward(
            FloatBuffer p, int at, FloatBuffer ds, float[] sums, int sumAt, int queries, int keys, int context) {
        int tile = tileRows(keys);
        for (int first = 0; first < queries; first += tile) {
            int count = Math.min(tile, queries - first);
            copyRows(p, at + first * context, context, a, keys, count);
            copyRows(ds, first * context, context, b, keys, count);
            for (int row = 0; row < count; row++) {
                int from = row * keys;
                centre(a, b, sums[sumAt + first + row], from, from + keys);
            }
            copyRowsBack(b, keys, ds, first * context, context, count);
        }
    }

    private static void centre(float[] p, float[] ds, float sum, int from, int to) {
        for (int i = from; i < to; i++) {
            ds[i] = p[i] * (ds[i] - sum);
        }
    }

    /**
     * {@code sums[head, row]} = the dot product of that part of two matrices' rows.
     *
     * @param at where the first row starts in both
     * @param sums [heads, rows]
     */
    void headDots(FloatBuffer x, FloatBuffer y, int at, int heads, int headWidth, int rows, float[] sums) {
        int width = heads * headWidth;
        int tile = tileRows(width);
        for (int first = 0; first < rows; first += tile) {
            int count = Math.min(tile, rows - first);
            x.get(at + first * width, a, 0, count * width);
            y.get(at + first * width, b, 0, count * width);
            for (int row = 0; row < count; row++) {
                for (int head = 0; head < heads; head++) {
                    int from = row * width + head * headWidth;
                    sums[head * rows + first + row] = dot(a, b, from, from + headWidth);
                }
            }
        }
    }

    void rectify(FloatBuffer x, int length) {
        tileRows(1);
        for (int first = 0; first < length; first += TILE) {
            int count = Math.min(TILE, length - first);
            x.get(first, a, 0, count);
            rectify(a, count);
            x.put(first, a, 0, count);
        }
    }

    private static void rectify(float[] x, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = Math.max(x[i], 0);
        }
    }

    void rectifyBackward(FloatBuffer x, FloatBuffer dx, int length) {
        tileRows(1);
        for (int first = 0; first < length; first += TILE) {
            int count = Math.min(TILE, length - first);
            x.get(first, a, 0, count);
            dx.get(first, b, 0, count);
            rectifyBackward(a, b, count);
            dx.put(first, b, 0, count);
        }
    }

    /** By a product with the slope, since the compiler does not vectorise a choice: x is at least zero here. */
    private static void rectifyBackward(float[] x, float[] dx, int count) {
        for (int i = 0; i < count; i++) {
            dx[i] *= Math.min(1, x[i] * 1e38f * 1e10f);
        }
    }

    void crossEntropy(FloatBuffer logits, int[] targets, double[] losses, boolean gradient, int rows, int vocabulary) {
        int tile = tileRows(vocabulary);
        for (int first = 0; first < rows; first += tile) {
            int count = Math.min(tile, rows - first);
            logits.get(first * vocabulary, a, 0, count * vocabulary);
            exponential.of(a, b, count * vocabulary);
            for (int row = 0; row < count; row++) {
                int from = row * vocabulary;
                int to = from + vocabulary;
                int target = from + targets[first + row];
                float logit = a[target];
                float sum = sum(b, from, to);
                double maximum = 0;
                if (!(sum > LEAST_SUM && sum < GREATEST_SUM)) {
                    maximum = maximum(a, from, to);
                    sum = exponentialsFromMaximum(a, b, from, to);
                }
                losses[first + row] = Math.log(sum) + maximum - logit;
                if (gradient) {
                    scale(b, 1 / sum, b, from, to);
                    b[target] -= 1;
                }
            }
            if (gradient) {
                logits.put(first * vocabulary, b, 0, count * vocabulary);
            }
        }
    }

    void largest(FloatBuffer x, int[] into, int rows, int columns) {
        int tile = tileRows(columns);
        for (int first = 0; first < rows; first += tile) {
            int count = Math.min(tile, rows - first);
            x.get(first * columns, a, 0, count * columns);
            for (int row = 0; row < count; row++) {
                float maximum = maximum(a, row * columns, (row + 1) * columns);
                int column = 0;
                while (column < columns - 1 && a[row * columns + column] != maximum) {
                    column++;
                }
                into[first + row] = column;
            }
        }
    }

    void embed(int[] ids, FloatBuffer tokens, FloatBuffer positions, FloatBuffer x, int context, int width) {
        int tile = tileRows(width);
        for (int first = 0; first < ids.length; first += tile) {
            int count = Math.min(tile, ids.length - first);
            for (int row = 0; row < count; row++) {
                tokens.get(ids[first + row] * width, a, row * width, width);
                positions.get((first + row) % context * width, b, row * width, width);
            }
            add(b, a, 0, 0, count * width);
            x.put(first * width, a, 0, count * width);
        }
    }

    void embedBackward(int[] ids, FloatBuffer dx, FloatBuffer dTokens, FloatBuffer dPositions, int context, int width) {
        int vocabulary = dTokens.limit() / width;
        if (c.length < vocabulary * width) {
            c = new float[vocabulary * width];
        }
        if (d.length < context * width) {
            d = new float[context * width];
        }
        float[] tokens = c;
        float[] positions = d;
        Arrays.fill(tokens, 0, vocabulary * width, 0);
        Arrays.fill(positions, 0, context * width, 0);
        int tile = tileRows(width);
        for (int first = 0; first < ids.length; first += tile) {
            int count = Math.min(tile, ids.length - first);
            dx.get(first * width, a, 0, count * width);
            for (int row = 0; row < count; row++) {
                add(a, tokens, row * width, ids[first + row] * width, width);
                add(a, positions, row * width, (first + row) % context * width, width);
            }
        }
        dTokens.put(0, tokens, 0, vocabulary * width);
        dPositions.put(0, positions, 0, context * width);
    }

    double norm(FloatBuffer x) {
        tileRows(1);
        int length = x.limit();
        double squares = 0;
        for (int first = 0; first < length; first += TILE) {
            int count = Math.min(TILE, length - first);
            x.get(first, a, 0, count);
            squares += dot(a, a, 0, count);
        }
        return Math.sqrt(squares);
    }

    void adamW(
            FloatBuffer weights, FloatBuffer gradients, FloatBuffer first, FloatBuffer second, Operations.AdamWStep s) {
        tileRows(1);
        int length = weights.limit();
        for (int from = 0; from < length; from += TILE) {
            int count = Math.min(TILE, length - from);
            weights.get(from, a, 0, count);
            gradients.get(from, b, 0, count);
            first.get(from, c, 0, count);
            second.get(from, d, 0, count);
            adamW(
                    a,
                    b,
                    c,
                    d,
                    count,
                    (float) s.gradientScale(),
                    (float) s.beta1(),
                    (float) (1 - s.beta1()),
                    (float) s.beta2(),
                    (float) (1 - s.beta2()),
                    (float) s.epsilon(),
                    (float) s.correctedRate(),
                    (float) (1 - s.learningRate() * s.weightDecay()));
            weights.put(from, a, 0, count);
            first.put(from, c, 0, count);
            second.put(from, d, 0, count);
        }
    }

    private static void adamW(
            float[] w,
            float[] g,
            float[] m,
            float[] v,
            int count,
            float gradientScale,
            float beta1,
            float oneMinusBeta1,
            float beta2,
            float oneMinusBeta2,
            float epsilon,
            float rate,
            float kept) {
        for (int i = 0; i < count; i++) {
            float gradient = g[i] * gradientScale;
            float first = beta1 * m[i] + oneMinusBeta1 * gradient;
            float second = beta2 * v[i] + oneMinusBeta2 * gradient * gradient;
            m[i] = first;
            v[i] = second;
            w[i] = w[i] * kept - rate * first / ((float) Math.sqrt(second) + epsilon);
        }
    }

    private static void copyRows(FloatBuffer from, int at, int stride, float[] to, int length, int rows) {
        if (stride == length) {
            from.get(at, to, 0, rows * length);
            return;
        }
        for (int row = 0; row < rows; row++) {
            from.get(at + row * stride, to, row * length, length);
        }
    }

    private static void copyRowsBack(float[] from, int length, FloatBuffer to, int at, int stride, int rows) {
        if (stride == length) {
            to.put(at, from, 0, rows * length);
            return;
        }
        for (int row = 0; row < rows; row++) {
            to.put(at + row * stride, from, row * length, length);
        }
    }

    private static void add(float[] x, float[] y, int fromX, int fromY, int count) {
        for (int i = 0; i < count; i++) {
            y[fromY + i] += x[fromX + i];
        }
    }

    private static void scale(float[] x, float factor, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = x[i] * factor;
        }
    }

    /** In eight sums, which hide the latency of one and keep more digits. */
    private static float dot(float[] x, float[] y, int from, int to) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = from;
        for (; i <= to - 8; i += 8) {
            s0 += x[i] * y[i];
            s1 += x[i + 1] * y[i + 1];
            s2 += x[i + 2] * y[i + 2];
            s3 += x[i + 3] * y[i + 3];
            s4 += x[i + 4] * y[i + 4];
            s5 += x[i + 5] * y[i + 5];
            s6 += x[i + 6] * y[i + 6];
            s7 += x[i + 7] * y[i + 7];
        }
        for (; i < to; i++) {
            s0 += x[i] * y[i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    private static float sum(float[] x, int from, int to) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = from;
        for (; i <= to - 8; i += 8) {
            s0 += x[i];
            s1 += x[i + 1];
            s2 += x[i + 2];
            s3 += x[i + 3];
            s4 += x[i + 4];
            s5 += x[i + 5];
            s6 += x[i + 6];
            s7 += x[i + 7];
        }
        for (; i < to; i++) {
            s0 += x[i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    private static float maximum(float[] x, int from, int to) {
        float maximum = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            maximum = Math.max(maximum, x[i]);
        }
        return maximum;
    }

    /** The slow way that no score overflows: {@code y = exp(x − max x)}; returns their sum. */
    private static float exponentialsFromMaximum(float[] x, float[] y, int from, int to) {
        float maximum = maximum(x, from, to);
        double sum = 0;
        for (int i = from; i < to; i++) {
            double e = Math.exp((double) x[i] - maximum);
            y[i] = (float) e;
            sum += e;
        }
        return (float) sum;
    }

    /**
     * The exponential of many floats, in loops that the compiler vectorises: x = n ln 2 + f with |f| ≤ ln 2 / 2, a polynomial
     * for f, and 2ⁿ by its bits. What turns a float's bits into an integer is not vectorised, so bits pass through memory.
     */
    static final class Exponential {
        /** 1.5 · 2²³: added to a float below 2²², it leaves the nearest integer in the low bits. */
        private static final float ROUNDING = 12582912f;

        private static final float PER_LN2 = (float) (1 / Math.log(2));

        /** ln 2 in two parts, the first with few enough bits that n times it is exact. */
        private static final float LN2_HIGH = 355 / 512f;

        private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);

        /** Coefficients of the Taylor series: the first left out is below 6e-9 at |f| = ln 2 / 2. */
        private static final float THIRD = (float) (1 / 6.0);

        private static final float FOURTH = (float) (1 / 24.0);
        private static final float FIFTH = (float) (1 / 120.0);
        private static final float SIXTH = (float) (1 / 720.0);
        private static final float SEVENTH = (float) (1 / 5040.0);

        /** Beyond these, e^x or what is made of it leaves the normal floats. */
        private static final float LEAST = -87;

        private static final float GREATEST = 87;

        private float[] rounded = new float[0];
        private int[] bits = new int[0];
        private FloatBuffer asFloats = FloatBuffer.allocate(0);
        private IntBuffer asBits = IntBuffer.allocate(0);

        /** {@code y = exp(x)} within 2e-7 of it, x being taken as −87 or 87 beyond these; no number stays none. */
        void of(float[] x, float[] y, int count) {
            if (rounded.length < count) {
                rounded = new float[count];
                bits = new int[count];
                ByteBuffer bytes =
                        ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
                asFloats = bytes.asFloatBuffer();
                asBits = bytes.asIntBuffer();
            }
            reduce(x, y, rounded, count);
            asFloats.put(0, rounded, 0, count);
            asBits.get(0, bits, 0, count);
            powersOfTwo(bits, count);
            asBits.put(0, bits, 0, count);
            asFloats.get(0, rounded, 0, count);
            multiply(y, rounded, count);
        }

        private static void reduce(float[] x, float[] y, float[] rounded, int count) {
            for (int i = 0; i < count; i++) {
                float within = Math.min(Math.max(x[i], LEAST), GREATEST);
                float shifted = within * PER_LN2 + ROUNDING;
                float n = shifted - ROUNDING;
                float f = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, within));
                float p = Math.fma(f, SEVENTH, SIXTH);
                p = Math.fma(f, p, FIFTH);
                p = Math.fma(f, p, FOURTH);
                p = Math.fma(f, p, THIRD);
                p = Math.fma(f, p, 0.5f);
                p = Math.fma(f, p, 1f);
                y[i] = Math.fma(f, p, 1f);
                rounded[i] = shifted;
            }
        }

        /** From the bits of n + ROUNDING to those of 2ⁿ. */
        private static void powersOfTwo(int[] bits, int count) {
            int zero = Float.floatToRawIntBits(ROUNDING);
            for (int i = 0; i < count; i++) {
                bits[i] = (bits[i] - zero + 127) << 23;
            }
        }

        private static void multiply(float[] x, float[] y, int count) {
            for (int i = 0; i < count; i++) {
                x[i] *= y[i];
            }
        }
    }
}
