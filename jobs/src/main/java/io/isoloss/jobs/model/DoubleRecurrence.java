package io.isoloss.jobs.model;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** {@link Operations#recur} and its gradient row by row in Java's doubles, for any backend and type. */
final class DoubleRecurrence {
    private final Operations.Recurrence arrays;
    private final int context;
    private final int width;
    private final int rows;

    DoubleRecurrence(Operations.Recurrence arrays) {
        this.arrays = arrays;
        this.context = arrays.context();
        this.width = Math.toIntExact(arrays.cells().size(1));
        this.rows = Math.toIntExact(arrays.cells().size(0));
    }

    void forward() {
        double[] recurrent = values(arrays.recurrent());
        double[] bias = values(arrays.bias());
        double[] gates = values(arrays.gates());
        double[] cells = new double[rows * width];
        double[] hidden = new double[rows * width];
        double[] before = new double[rows * width];
        for (int row = 0; row < rows; row++) {
            boolean first = row % context == 0;
            if (!first) {
                System.arraycopy(hidden, (row - 1) * width, before, row * width, width);
            }
            for (int column = 0; column < 4 * width; column++) {
                double sum = gates[4 * row * width + column] + bias[column];
                for (int i = 0; i < width; i++) {
                    sum += before[row * width + i] * recurrent[4 * i * width + column];
                }
                gates[4 * row * width + column] = column < 3 * width ? 1 / (1 + Math.exp(-sum)) : Math.tanh(sum);
            }
            for (int i = 0; i < width; i++) {
                int at = row * width + i;
                int gate = 4 * row * width + i;
                double kept = first ? 0 : gates[gate + width] * cells[at - width];
                cells[at] = kept + gates[gate] * gates[gate + 3 * width];
                hidden[at] = gates[gate + 2 * width] * Math.tanh(cells[at]);
            }
        }
        assign(arrays.gates(), gates);
        assign(arrays.cells(), cells);
        assign(arrays.hidden(), hidden);
        assign(arrays.before(), before);
    }

    void backward(INDArray dHidden, INDArray dGates, INDArray dBias) {
        double[] recurrent = values(arrays.recurrent());
        double[] gates = values(arrays.gates());
        double[] cells = values(arrays.cells());
        double[] dh = values(dHidden);
        double[] dz = new double[4 * rows * width];
        double[] db = new double[4 * width];
        double[] dc = new double[width];
        for (int row = rows - 1; row >= 0; row--) {
            boolean last = (row + 1) % context == 0;
            for (int i = 0; i < width; i++) {
                int at = row * width + i;
                int gate = 4 * row * width + i;
                double gradient = dh[at];
                for (int column = 0; column < 4 * width && !last; column++) {
                    gradient += dz[4 * (row + 1) * width + column] * recurrent[4 * i * width + column];
                }
                double input = gates[gate];
                double forget = gates[gate + width];
                double output = gates[gate + 2 * width];
                double candidate = gates[gate + 3 * width];
                double previous = row % context == 0 ? 0 : cells[at - width];
                double tanh = Math.tanh(cells[at]);
                double dCell = (last ? 0 : dc[i]) + gradient * output * (1 - tanh * tanh);
                dz[gate] = dCell * candidate * input * (1 - input);
                dz[gate + width] = dCell * previous * forget * (1 - forget);
                dz[gate + 2 * width] = gradient * tanh * output * (1 - output);
                dz[gate + 3 * width] = dCell * input * (1 - candidate * candidate);
                dc[i] = dCell * forget;
            }
            for (int column = 0; column < 4 * width; column++) {
                db[column] += dz[4 * row * width + column];
            }
        }
        assign(dGates, dz);
        assign(dBias, db);
    }

    private static double[] values(INDArray array) {
        return array.reshape('c', new long[] {array.length()}).toDoubleVector();
    }

    private static void assign(INDArray array, double[] values) {
        array.assign(Nd4j.create(values, array.shape(), array.dataType()));
    }
}
