package io.isoloss.jobs.model;

import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes a {@link TransformerBlock} by the operations of {@link Forward} and {@link Backward}. */
final class TransformerBlockLayer extends ListedLayer<TransformerBlock> {
    private Forward.Block activations;

    TransformerBlockLayer(NeuralNetConfiguration configuration, DataType type) {
        super(configuration, type);
    }

    @Override
    int heads() {
        return layerConf().getHeads();
    }

    @Override
    void addForward(Buffers buffers, Operations forward) {
        activations = Forward.newBlock(buffers);
        in = buffers.rows(buffers.shape.width());
        out = in;
        Forward.add(forward, in, block(params), activations);
    }

    @Override
    void addBackward(Buffers buffers, Operations backward) {
        Backward through = new Backward(backward, buffers);
        through.addBlock(block(params), block(gradientViews), activations);
        dOut = through.dx;
        dIn = dOut;
    }

    private static Weights.Block block(Map<String, INDArray> table) {
        return new Weights.Block(
                table.get(TransformerBlock.QKV),
                table.get(TransformerBlock.OUT),
                table.get(TransformerBlock.UP),
                table.get(TransformerBlock.DOWN));
    }
}
