package io.isoloss.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

class LongShortTermMemoryTest {
    private static final int WIDTH = 6;

    /** Where DL4J's columns have our input, forget and output gates and candidates. */
    private static final int[] BLOCKS = {3, 1, 2, 0};

    @Test
    void outputsAreThoseOfDl4jsLstm() {
        MultiLayerNetwork stock = network(new LSTM.Builder()
                .nIn(WIDTH)
                .nOut(WIDTH)
                .activation(Activation.TANH)
                .dataFormat(RNNFormat.NWC)
                .build());
        MultiLayerNetwork ours = network(new LongShortTermMemory(WIDTH));
        for (String key : new String[] {"0_W", "0_RW", "0_b"}) {
            INDArray from = stock.getParam(key);
            from.assign(Nd4j.randn(DataType.DOUBLE, from.shape()));
            double[] values = from.dup('c').data().asDouble();
            double[] inOurOrder = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                int row = i / (4 * WIDTH);
                int block = BLOCKS[i / WIDTH % 4];
                inOurOrder[i] = values[(4 * row + block) * WIDTH + i % WIDTH];
            }
            INDArray to = ours.getParam(key);
            to.assign(Nd4j.create(inOurOrder, to.shape(), DataType.DOUBLE));
        }
        INDArray x = Nd4j.randn(DataType.DOUBLE, 3, 5, WIDTH);
        INDArray expected = stock.feedForward(x).get(1);
        INDArray difference = ours.feedForward(x).get(1).sub(expected);
        assertThat(expected.amaxNumber().doubleValue()).isGreaterThan(0.1);
        // Five positions of sums of thirteen doubles.
        assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-13);
    }

    private static MultiLayerNetwork network(Layer layer) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .list()
                .layer(layer)
                .layer(new RnnOutputLayer.Builder(new LossMSE())
                        .nIn(WIDTH)
                        .nOut(WIDTH)
                        .activation(Activation.IDENTITY)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .build());
        network.init();
        return network;
    }
}
