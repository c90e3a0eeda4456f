package io.isoloss.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every implementation against the same sums in plain doubles. */
abstract class OperationsContract {
    private final SplittableRandom random = new SplittableRandom(11);
    private final Operations operations = operations();

    abstract Operations operations();

    abstract DataType type();

    /** Of a result near one, after some hundred roundings. */
    private double tolerance() {
        return type() == DataType.FLOAT ? 3e-6 : 1e-12;
    }

    @AfterEach
    void close() {
        operations.close();
    }

    @ParameterizedTest
    @CsvSource({"false,false,false", "true,false,false", "false,true,false", "true,true,true", "false,false,true"})
    void productTransposesAndAdds(boolean transposeA, boolean transposeB, boolean add) {
        int m = 7;
        int n = 5;
        int k = 9;
        INDArray a = transposeA ? random(k, m) : random(m, k);
        INDArray b = transposeB ? random(n, k) : random(k, n);
        INDArray out = random(m, n);
        double[] expected = add ? doubles(out) : new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                for (int l = 0; l < k; l++) {
                    expected[i * n + j] += (transposeA ? a.getDouble(l, i) : a.getDouble(i, l))
                            * (transposeB ? b.getDouble(j, l) : b.getDouble(l, j));
                }
            }
        }
        run(o -> o.product(a, transposeA, b, transposeB, out, add));
        same(out, expected, 4);
    }

    @Test
    void embeddingAddsPositionsAndItsGradientSumsRows() {
        int context = 3;
        int width = 5;
        int vocabulary = 4;
        int[] ids = {0, 3, 1, 3, 3, 2};
        INDArray tokens = random(vocabulary, width);
        INDArray positions = random(context, width);
        INDArray x = random(ids.length, width);
        INDArray dTokens = random(vocabulary, width);
        INDArray dPositions = random(context, width);
        INDArray dx = random(ids.length, width);
        double[] expected = new double[ids.length * width];
        double[] expectedTokens = new double[vocabulary * width];
        double[] expectedPositions = new double[context * width];
        for (int row = 0; row < ids.length; row++) {
            for (int i = 0; i < width; i++) {
                expected[row * width + i] = tokens.getDouble(ids[row], i) + positions.getDouble(row % context, i);
                expectedTokens[ids[row] * width + i] += dx.getDouble(row, i);
                expectedPositions[row % context * width + i] += dx.getDouble(row, i);
            }
        }
        run(o -> {
            o.embed(ids, tokens, positions, x);
            o.embedBackward(ids, dx, dTokens, dPositions);
        });
        same(x, expected, 1);
        same(dTokens, expectedTokens, 3);
        same(dPositions, expectedPositions, 2);
    }

    @Test
    void boundIdsAreReadAtEveryRun() {
        int[] ids = {0, 1};
        INDArray tokens = random(2, 3);
        INDArray positions = random(2, 3);
        INDArray x = random(2, 3);
        operations.embed(ids, tokens, positions, x);
        operations.run();
        ids[0] = 1;
        operations.run();
        assertThat(x.getDouble(0, 2))
                .isCloseTo(tokens.getDouble(1, 2) + positions.getDouble(0, 2), within(tolerance()));
    }

    /** Widths that fill a tile unevenly, with one row longer than a tile. */
    @ParameterizedTest
    @CsvSource({"700,6,false", "3,37,true", "2,3001,true"})
    void normalisesRowsAndGoesBack(int rows, int width, boolean add) {
        INDArray x = random(rows, width);
        INDArray n = random(rows, width);
        INDArray r = random(rows, 1);
        INDArray dn = random(rows, width);
        INDArray dx = random(rows, width);
        double[] expected = new double[rows * width];
        double[] expectedBack = add ? doubles(dx) : new double[rows * width];
        for (int row = 0; row < rows; row++) {
            double squares = 0;
            for (int i = 0; i < width; i++) {
                squares += x.getDouble(row, i) * x.getDouble(row, i);
            }
            double inverse = 1 / Math.sqrt(squares / width + Operations.NORM_EPSILON);
            double mean = 0;
            for (int i = 0; i < width; i++) {
                expected[row * width + i] = x.getDouble(row, i) * inverse;
                mean += dn.getDouble(row, i) * expected[row * width + i] / width;
            }
            for (int i = 0; i < width; i++) {
                expectedBack[row * width + i] += inverse * (dn.getDouble(row, i) - expected[row * width + i] * mean);
            }
        }
        run(o -> {
            o.normalise(x, n, r);
            o.normaliseBackward(dn, n, r, dx, add);
        });
        same(n, expected, 4);
        same(dx, expectedBack, 10);
    }

    /** One block of queries, a part of one, and three of them; scores up to 0.3, and beyond what e^x holds. */
    @ParameterizedTest
    @CsvSource({"2,2,64,3,1", "3,2,5,4,1", "1,2,300,4,1", "2,1,6,4,16"})
    void attendsToThePastAndGoesBack(int batch, int heads, int context, int headWidth, double size) {
        int width = heads * headWidth;
        int rows = batch * context;
        INDArray qkv = random(rows, 3L * width).muli(size);
        INDArray p = random(batch, heads, context, context);
        INDArray mixed = random(rows, width);
        INDArray dMixed = random(rows, width);
        INDArray dqkv = random(rows, 3L * width);
        double scale = 1 / Math.sqrt(headWidth);
        double[] expected = new double[batch * context * width];
        double[] expectedBack = new double[batch * context * 3 * width];
        double[] in = doubles(qkv);
        double[] dOut = doubles(dMixed);
        for (int sequence = 0; sequence < batch; sequence++) {
            for (int head = 0; head < heads; head++) {
                for (int query = 0; query < context; query++) {
                    int q = ((sequence * context + query) * 3 * heads + head) * headWidth;
                    int out = ((sequence * context + query) * heads + head) * headWidth;
                    double[] weights = new double[query + 1];
                    double[] slopes = new double[query + 1];
                    for (int key = 0; key <= query; key++) {
                        int k = ((sequence * context + key) * 3 * heads + heads + head) * headWidth;
                        for (int i = 0; i < headWidth; i++) {
                            weights[key] += scale * in[q + i] * in[k + i];
                            slopes[key] += dOut[out + i] * in[k + width + i];
                        }
                    }
                    double greatest = Arrays.stream(weights).max().orElseThrow();
                    Arrays.setAll(weights, key -> Math.exp(weights[key] - greatest));
                    double sum = Arrays.stream(weights).sum();
                    double slope = 0;
                    for (int key = 0; key <= query; key++) {
                        weights[key] /= sum;
                        slope += weights[key] * slopes[key];
                    }
                    for (int key = 0; key <= query; key++) {
                        int k = ((sequence * context + key) * 3 * heads + heads + head) * headWidth;
                        double ds = scale * weights[key] * (slopes[key] - slope);
                        for (int i = 0; i < headWidth; i++) {
                            expected[out + i] += weights[key] * in[k + width + i];
                            expectedBack[q + i] += ds * in[k + i];
                            expectedBack[k + i] += ds * in[q + i];
                            expectedBack[k + width + i] += weights[key] * dOut[out + i];
                        }
                    }
                }
            }
        }
        run(o -> {
            o.attend(qkv, p, mixed);
            o.attendBackward(qkv, p, mixed, dMixed, dqkv);
        });
        // A score of size² errs by its own rounding, and its gradient has that times size.
        same(mixed, expected, size * size * size);
        same(dqkv, expectedBack, 10 * size * size * size * size);
    }

    /** One position, one column, several of both; sums within ±2, and far beyond what e^x holds. */
    @ParameterizedTest
    @CsvSource({"2,1,3,1", "1,6,1,1", "3,5,17,1", "2,4,5,300"})
    void recursOverSequencesAndGoesBack(int batch, int context, int width, double size) {
        int rows = batch * context;
        INDArray gates = random(rows, 4L * width).muli(size);
        INDArray recurrent = random(width, 4L * width).muli(0.3);
        INDArray bias = random(4L * width);
        INDArray cells = random(rows, width);
        INDArray hidden = random(rows, width);
        INDArray before = random(rows, width);
        INDArray dHidden = random(rows, width);
        INDArray dGates = random(rows, 4L * width);
        INDArray dBias = random(4L * width);
        double[][] z = new double[rows][4 * width];
        double[][] c = new double[rows][width];
        double[][] h = new double[rows][width];
        for (int row = 0; row < rows; row++) {
            double[] cellBefore = row % context == 0 ? new double[width] : c[row - 1];
            double[] hiddenBefore = row % context == 0 ? new double[width] : h[row - 1];
            for (int j = 0; j < 4 * width; j++) {
                double sum = gates.getDouble(row, j) + bias.getDouble(j);
                for (int i = 0; i < width; i++) {
                    sum += hiddenBefore[i] * recurrent.getDouble(i, j);
                }
                z[row][j] = j < 3 * width ? 1 / (1 + Math.exp(-sum)) : Math.tanh(sum);
            }
            for (int i = 0; i < width; i++) {
                c[row][i] = z[row][width + i] * cellBefore[i] + z[row][i] * z[row][3 * width + i];
                h[row][i] = z[row][2 * width + i] * Math.tanh(c[row][i]);
            }
        }
        double[][] dz = new double[rows + 1][4 * width];
        double[] expectedBias = new double[4 * width];
        double[] dc = new double[width];
        for (int row = rows - 1; row >= 0; row--) {
            double[] after = (row + 1) % context == 0 ? new double[4 * width] : dz[row + 1];
            for (int i = 0; i < width; i++) {
                double in = z[row][i];
                double forget = z[row][width + i];
                double out = z[row][2 * width + i];
                double candidate = z[row][3 * width + i];
                double tanh = Math.tanh(c[row][i]);
                double dh = dHidden.getDouble(row, i);
                for (int j = 0; j < 4 * width; j++) {
                    dh += after[j] * recurrent.getDouble(i, j);
                }
                dc[i] = ((row + 1) % context == 0 ? 0 : dc[i]) + dh * out * (1 - tanh * tanh);
                dz[row][i] = dc[i] * candidate * in * (1 - in);
                dz[row][width + i] = row % context == 0 ? 0 : dc[i] * c[row - 1][i] * forget * (1 - forget);
                dz[row][2 * width + i] = dh * tanh * out * (1 - out);
                dz[row][3 * width + i] = dc[i] * in * (1 - candidate * candidate);
                dc[i] *= forget;
            }
            for (int j = 0; j < 4 * width; j++) {
                expectedBias[j] += dz[row][j];
            }
        }
        Operations.Recurrence arrays =
                new Operations.Recurrence(context, recurrent, bias, gates, cells, hidden, before);
        run(o -> {
            o.recur(arrays);
            o.recurBackward(arrays, dHidden, dGates, dBias);
        });
        // A sum of size errs by its own rounding, which a gate has at most a quarter of.
        double roundings = 10 + size / 4;
        same(gates, flat(z, rows), roundings);
        same(cells, flat(c, rows), roundings);
        same(hidden, flat(h, rows), roundings);
        same(dGates, flat(dz, rows), roundings);
        same(dBias, expectedBias, roundings);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                double expected = row % context == 0 ? 0 : hidden.getDouble(row - 1, i);
                assertThat(before.getDouble(row, i))
                        .as("row %d, column %d", row, i)
                        .isEqualTo(expected);
            }
        }
    }

    private static double[] flat(double[][] matrix, int rows) {
        return Arrays.stream(matrix, 0, rows).flatMapToDouble(Arrays::stream).toArray();
    }

    @Test
    void rectifiesAndGoesBack() {
        INDArray x = random(5, 1000);
        x.putScalar(3, 7, 0);
        x.putScalar(3, 8, 1e-38);
        INDArray dx = random(5, 1000);
        double[] expected = doubles(x);
        double[] expectedBack = doubles(dx);
        for (int i = 0; i < expected.length; i++) {
            expectedBack[i] = expected[i] > 0 ? expectedBack[i] : 0;
            expected[i] = Math.max(expected[i], 0);
        }
        run(o -> {
            o.rectify(x);
            o.rectifyBackward(x, dx);
        });
        same(x, expected, 0);
        same(dx, expectedBack, 0);
    }

    /** Logits far above and below what e^x holds are shifted rows, which change nothing but rounding. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 150, -150})
    void crossEntropyAndItsGradient(double shift) {
        int rows = 40;
        int vocabulary = 70;
        INDArray logits = random(rows, vocabulary).muli(4).addi(shift);
        INDArray scored = logits.dup();
        int[] targets = random.ints(rows, 0, vocabulary).toArray();
        double[] losses = new double[rows];
        double[] onlyLosses = new double[rows];
        double[] expected = new double[rows * vocabulary];
        double[] expectedLosses = new double[rows];
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int i = 0; i < vocabulary; i++) {
                sum += Math.exp(logits.getDouble(row, i));
            }
            for (int i = 0; i < vocabulary; i++) {
                expected[row * vocabulary + i] = Math.exp(logits.getDouble(row, i)) / sum - (i == targets[row] ? 1 : 0);
            }
            expectedLosses[row] = Math.log(sum) - logits.getDouble(row, targets[row]);
        }
        run(o -> {
            o.crossEntropy(logits, targets, losses, true);
            o.crossEntropy(scored, targets, onlyLosses, false);
        });
        same(logits, expected, 1);
        for (int row = 0; row < rows; row++) {
            // A float's probability of one in a thousand keeps six digits, and so does its logarithm.
            assertThat(losses[row]).isCloseTo(expectedLosses[row], within(10 * tolerance()));
            assertThat(onlyLosses[row]).isEqualTo(losses[row]);
        }
    }

    @Test
    void largestIsTheFirstOfTheGreatest() {
        INDArray x = random(40, 70);
        int[] expected = new int[40];
        for (int row = 0; row < 40; row++) {
            expected[row] = random.nextInt(69);
            x.putScalar(row, expected[row], 100);
            x.putScalar(row, 69, row % 2 == 0 ? 100 : 99);
        }
        int[] columns = new int[40];
        run(o -> o.largest(x, columns));
        assertThat(columns).isEqualTo(expected);
    }

    @Test
    void normOfNoNumberIsNone() {
        INDArray x = random(3, 2000);
        x.putScalar(2, 1999, Double.NaN);
        double[] norm = new double[1];
        run(o -> o.norm(x, norm));
        assertThat(norm[0]).isNaN();
    }

    @Test
    void normIsTheRootOfTheSumOfSquares() {
        INDArray x = random(5001);
        double squares = 0;
        for (double value : doubles(x)) {
            squares += value * value;
        }
        double[] norm = new double[1];
        run(o -> o.norm(x, norm));
        assertThat(norm[0]).isCloseTo(Math.sqrt(squares), within(tolerance() * Math.sqrt(squares)));
    }

    @Test
    void adamWFollowsTheAlgorithm() {
        int size = 2500;
        INDArray weights = random(size);
        INDArray gradients = random(size);
        INDArray first = random(size).muli(0.1);
        INDArray second = random(size).muli(0.1);
        second.muli(second).addi(0.01);
        Operations.AdamWStep step = new Operations.AdamWStep(3, 0.5, 0.1, 0.9, 0.95, 1e-2, 0.3);
        double[] w = doubles(weights);
        double[] g = doubles(gradients);
        double[] m = doubles(first);
        double[] v = doubles(second);
        for (int i = 0; i < size; i++) {
            m[i] = 0.9 * m[i] + 0.1 * 0.5 * g[i];
            v[i] = 0.95 * v[i] + 0.05 * 0.25 * g[i] * g[i];
            double corrected = 0.1 * Math.sqrt(1 - Math.pow(0.95, 4)) / (1 - Math.pow(0.9, 4));
            w[i] = w[i] * (1 - 0.1 * 0.3) - corrected * m[i] / (Math.sqrt(v[i]) + 1e-2);
        }
        run(o -> o.adamW(weights, gradients, first, second, () -> step));
        same(weights, w, 1);
        same(first, m, 1);
        same(second, v, 1);
    }

    private void run(Consumer<Operations> add) {
        add.accept(operations);
        operations.run();
    }

    private INDArray random(long... dimensions) {
        INDArray array = Nd4j.createUninitializedDetached(type(), dimensions);
        for (long i = 0; i < array.length(); i++) {
            array.data().put(i, 2 * random.nextDouble() - 1);
        }
        return array;
    }

    private static double[] doubles(INDArray array) {
        return array.dup('c').data().asDouble();
    }

    private void same(INDArray actual, double[] expected, double roundings) {
        double[] values = doubles(actual);
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < values.length; i++) {
            double allowed = roundings * tolerance() * (1 + Math.abs(expected[i]));
            assertThat(values[i]).as("element %d", i).isCloseTo(expected[i], within(allowed));
        }
    }
}
