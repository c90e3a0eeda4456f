package io.isoloss.jobs.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes a {@link LongShortTermMemory}: what inputs give to the gates is one product for all positions. */
final class LongShortTermMemoryLayer extends ListedLayer<LongShortTermMemory> {
    private Operations.Recurrence recurrence;

    LongShortTermMemoryLayer(NeuralNetConfiguration configuration, DataType type) {
        super(configuration, type);
    }

    @Override
    void addForward(Buffers buffers, Operations forward) {
        int width = buffers.shape.width();
        in = buffers.rows(width);
        out = buffers.rows(width);
        recurrence = new Operations.Recurrence(
                buffers.shape.context(),
                getParam(LongShortTermMemory.RECURRENT),
                getParam(LongShortTermMemory.BIAS),
                buffers.rows(4 * width),
                buffers.rows(width),
                out,
                buffers.rows(width));
        forward.product(in, false, getParam(LongShortTermMemory.WEIGHT), false, recurrence.gates(), false);
        forward.recur(recurrence);
    }

    @Override
    void addBackward(Buffers buffers, Operations backward) {
        int width = buffers.shape.width();
        dOut = buffers.rows(width);
        dIn = buffers.rows(width);
        INDArray dGates = buffers.rows(4 * width);
        INDArray dWeight = gradientViews.get(LongShortTermMemory.WEIGHT);
        INDArray dRecurrent = gradientViews.get(LongShortTermMemory.RECURRENT);
        backward.recurBackward(recurrence, dOut, dGates, gradientViews.get(LongShortTermMemory.BIAS));
        backward.product(in, true, dGates, false, dWeight, false);
        backward.product(recurrence.before(), true, dGates, false, dRecurrent, false);
        backward.product(dGates, false, getParam(LongShortTermMemory.WEIGHT), true, dIn, false);
    }
}
