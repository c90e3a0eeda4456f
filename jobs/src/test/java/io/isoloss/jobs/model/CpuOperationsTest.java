package io.isoloss.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CpuOperationsTest extends OperationsContract {

    @Override
    Operations operations() {
        return new CpuOperations();
    }

    @Override
    DataType type() {
        return DataType.FLOAT;
    }

    /** What serves where oneDNN is not built for the processor. */
    @Nested
    class OnOpenBlas extends OperationsContract {
        @Override
        Operations operations() {
            return new CpuOperations(Gemm.openBlas());
        }

        @Override
        DataType type() {
            return DataType.FLOAT;
        }
    }

    @Test
    void exponentialKeepsSevenDigitsWhereverItIsAFloat() {
        int count = 174 * 50 + 1;
        float[] x = new float[count];
        float[] y = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = -87 + i / 50f;
        }
        new CpuKernels.Exponential().of(x, y, count);
        for (int i = 0; i < count; i++) {
            double exact = Math.exp(x[i]);
            assertThat((double) y[i]).isCloseTo(exact, within(2e-7 * exact)); // three roundings of 6e-8
        }
    }

    /** ND4J's own softmax makes a probability of zero of it. */
    @Test
    void lossOfNoNumberIsNone() {
        INDArray logits = Nd4j.zeros(DataType.FLOAT, 3, 5);
        logits.putScalar(1, 2, Double.NaN);
        double[] losses = new double[3];
        try (Operations operations = new CpuOperations()) {
            operations.crossEntropy(logits, new int[] {0, 1, 4}, losses, true);
            operations.run();
        }
        assertThat(losses[1]).isNaN();
        assertThat(losses[0]).isCloseTo(Math.log(5), within(1e-6)); // float32
    }

    @Test
    void refusesArraysThatAreNotContiguousFloats() {
        INDArray transposed = Nd4j.zeros(DataType.FLOAT, 3, 4).transpose();
        assertThatThrownBy(() -> new CpuOperations().rectify(transposed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("want contiguous c-ordered floats");
        assertThatThrownBy(() -> new CpuOperations().rectify(Nd4j.zeros(DataType.DOUBLE, 3, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DOUBLE");
    }
}
