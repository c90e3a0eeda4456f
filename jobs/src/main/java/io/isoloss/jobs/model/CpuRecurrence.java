package io.isoloss.jobs.model;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link Operations#recur} and its gradient: all sequences take a step together, as one product and passes over arrays that
 * hold what a step works on, gate by gate and in each sequence by sequence, so that every loop is long and the compiler
 * vectorises it.
 */
final class CpuRecurrence {
    private final Gemm gemm;
    private final int width;
    private final int context;
    private final int batch;
    private final int states; // batch × width
    private final FloatPointer recurrent;
    private final FloatBuffer bias;
    private final FloatBuffer gates;
    private final FloatBuffer cells;
    private final FloatBuffer hidden;
    private final FloatBuffer before;
    private final FloatPointer state; // [batch, width]
    private final FloatBuffer stateFloats;
    private final FloatPointer sums; // [batch, 4 width]
    private final FloatBuffer sumFloats;
    private final float[] z; // [4, batch, width], as the next two
    private final float[] e;
    private final float[] b;
    private final float[] h; // [batch, width], as the next one
    private float[] c;
    private final CpuKernels.Exponential exponential = new CpuKernels.Exponential();

    CpuRecurrence(CpuOperations operations, Gemm gemm, Operations.Recurrence arrays) {
        this.gemm = gemm;
        this.width = Math.toIntExact(arrays.cells().size(1));
        this.context = arrays.context();
        this.batch = Math.toIntExact(arrays.cells().size(0) / context);
        this.states = batch * width;
        this.recurrent = operations.pointer(arrays.recurrent());
        this.bias = operations.floats(arrays.bias());
        this.gates = operations.floats(arrays.gates());
        this.cells = operations.floats(arrays.cells());
        this.hidden = operations.floats(arrays.hidden());
        this.before = operations.floats(arrays.before());
        this.state = operations.scratch(states);
        this.stateFloats = state.asBuffer();
        this.sums = operations.scratch(4L * states);
        this.sumFloats = sums.asBuffer();
        this.z = new float[4 * states];
        this.e = new float[4 * states];
        this.b = new float[4 * states];
        this.h = new float[states];
        this.c = new float[states];
    }

    void forward() {
        for (int sequence = 0; sequence < batch; sequence++) {
            readGates(bias, 0, b, sequence);
        }
        Arrays.fill(c, 0);
        Arrays.fill(h, 0);
        for (int position = 0; position < context; position++) {
            for (int sequence = 0; sequence < batch; sequence++) {
                sumFloats.put(4 * width * sequence, gates, 4 * width * row(sequence, position), 4 * width);
            }
            write(h, before, position);
            if (position > 0) {
                stateFloats.put(0, h, 0, states);
                gemm.multiply(
                        false, false, batch, 4 * width, width, 1, state, width, recurrent, 4 * width, 1, sums,
                        4 * width);
            }
            for (int sequence = 0; sequence < batch; sequence++) {
                readGates(sumFloats, sequence, z, sequence);
            }
            addTimes(z, b, -1, e, 0, 3 * states);
            addTimes(z, b, -2, e, 3 * states, 4 * states);
            exponential.of(e, e, 4 * states);
            inverse(e, 1, 0, z, 0, 3 * states);
            inverse(e, 2, -1, z, 3 * states, 4 * states);
            advance(z, c, states);
            tanh(c);
            multiply(z, 2 * states, e, h, states);
            for (int sequence = 0; sequence < batch; sequence++) {
                writeGates(z, sequence, gates, row(sequence, position));
            }
            write(c, cells, position);
            write(h, hidden, position);
        }
    }

    /** The way back, over the arrays of a recurrence and some of its own. */
    final class Back {
        private final FloatBuffer dHidden;
        private final FloatBuffer dGates;
        private final FloatBuffer dBias;
        private final float[] dz = new float[4 * states]; // [4, batch, width], as the next one
        private final float[] db = new float[4 * states];
        private final float[] dh = new float[states]; // [batch, width], as the next two
        private final float[] dc = new float[states];
        private float[] previous = new float[states];

        Back(CpuOperations operations, INDArray dHidden, INDArray dGates, INDArray dBias) {
            this.dHidden = operations.floats(dHidden);
            this.dGates = operations.floats(dGates);
            this.dBias = operations.floats(dBias);
        }

        void run() {
            Arrays.fill(db, 0);
            Arrays.fill(dc, 0);
            read(cells, context - 1, c);
            for (int position = context - 1; position >= 0; position--) {
                for (int sequence = 0; sequence < batch; sequence++) {
                    readGates(gates, row(sequence, position), z, sequence);
                }
                read(dHidden, position, dh);
                if (position < context - 1) {
                    gemm.multiply(
                            false, true, batch, width, 4 * width, 1, sums, 4 * width, recurrent, 4 * width, 0, state,
                            width);
                    stateFloats.get(0, h, 0, states);
                    add(h, dh, states);
                }
                if (position > 0) {
                    read(cells, position - 1, previous);
                } else {
                    Arrays.fill(previous, 0);
                }
                tanh(c);
                outputs(z, e, dh, dc, dz, states);
                inputs(z, dc, dz, states);
                forgets(z, previous, dc, dz, states);
                candidates(z, dc, dz, states);
                multiply(z, states, dc, dc, states);
                add(dz, db, 4 * states);
                for (int sequence = 0; sequence < batch; sequence++) {
                    writeGates(dz, sequence, sumFloats, sequence);
                    dGates.put(4 * width * row(sequence, position), sumFloats, 4 * width * sequence, 4 * width);
                }
                float[] swapped = c;
                c = previous;
                previous = swapped;
            }
            for (int gate = 0; gate < 4; gate++) {
                for (int sequence = 1; sequence < batch; sequence++) {
                    for (int i = 0; i < width; i++) {
                        db[gate * states + i] += db[gate * states + sequence * width + i];
                    }
                }
                dBias.put(gate * width, db, gate * states, width);
            }
        }
    }

    private int row(int sequence, int position) {
        return sequence * context + position;
    }

    private void readGates(FloatBuffer from, int row, float[] to, int sequence) {
        for (int gate = 0; gate < 4; gate++) {
            from.get((4 * row + gate) * width, to, gate * states + sequence * width, width);
        }
    }

    private void writeGates(float[] from, int sequence, FloatBuffer to, int row) {
        for (int gate = 0; gate < 4; gate++) {
            to.put((4 * row + gate) * width, from, gate * states + sequence * width, width);
        }
    }

    private void read(FloatBuffer from, int position, float[] to) {
        for (int sequence = 0; sequence < batch; sequence++) {
            from.get(width * row(sequence, position), to, sequence * width, width);
        }
    }

    private void write(float[] from, FloatBuffer to, int position) {
        for (int sequence = 0; sequence < batch; sequence++) {
            to.put(width * row(sequence, position), from, sequence * width, width);
        }
    }

    /** Into {@link #e}: tanh x = 2 / (1 + e^−2x) − 1. */
    private void tanh(float[] x) {
        times(x, -2, e, states);
        exponential.of(e, e, states);
        inverse(e, 2, -1, e, 0, states);
    }

    private static void times(float[] x, float factor, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = factor * x[i];
        }
    }

    private static void addTimes(float[] x, float[] b, float factor, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = factor * (x[i] + b[i]);
        }
    }

    private static void inverse(float[] x, float numerator, float shift, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] = numerator / (1 + x[i]) + shift;
        }
    }

    private static void advance(float[] z, float[] c, int states) {
        for (int i = 0; i < states; i++) {
            c[i] = z[states + i] * c[i] + z[i] * z[3 * states + i];
        }
    }

    private static void multiply(float[] x, int fromX, float[] y, float[] product, int count) {
        for (int i = 0; i < count; i++) {
            product[i] = x[fromX + i] * y[i];
        }
    }

    private static void add(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] += x[i];
        }
    }

    private static void outputs(float[] z, float[] tanh, float[] dh, float[] dc, float[] dz, int states) {
        for (int i = 0; i < states; i++) {
            float output = z[2 * states + i];
            dz[2 * states + i] = dh[i] * tanh[i] * output * (1 - output);
        }
        for (int i = 0; i < states; i++) {
            dc[i] += dh[i] * z[2 * states + i] * (1 - tanh[i] * tanh[i]);
        }
    }

    private static void inputs(float[] z, float[] dc, float[] dz, int states) {
        for (int i = 0; i < states; i++) {
            dz[i] = dc[i] * z[3 * states + i] * z[i] * (1 - z[i]);
        }
    }

    private static void forgets(float[] z, float[] previous, float[] dc, float[] dz, int states) {
        for (int i = 0; i < states; i++) {
            float forget = z[states + i];
            dz[states + i] = dc[i] * previous[i] * forget * (1 - forget);
        }
    }

    private static void candidates(float[] z, float[] dc, float[] dz, int states) {
        for (int i = 0; i < states; i++) {
            float candidate = z[3 * states + i];
            dz[3 * states + i] = dc[i] * z[i] * (1 - candidate * candidate);
        }
    }
}
