package io.isoloss.jobs.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer that runs lists of {@link Operations} over buffers of its own, built anew when the size of the batch changes.
 * Backward follows on the forward pass before it, as DL4J's training has it.
 */
abstract class ListedLayer<C extends SequenceLayer> extends ComputingLayer<C> {
    private Buffers buffers;
    private Operations forward;
    private Operations backward;
    INDArray in; // [rows, width]; null where something else is read
    INDArray out; // [rows, width]
    INDArray dOut; // likewise
    INDArray dIn; // likewise

    ListedLayer(NeuralNetConfiguration configuration, DataType type) {
        super(configuration, type);
    }

    /** Adds the operations forward, and names {@link #in} and {@link #out}. */
    abstract void addForward(Buffers buffers, Operations forward);

    /** Adds the operations backward, and names {@link #dOut} and {@link #dIn}. */
    abstract void addBackward(Buffers buffers, Operations backward);

    int heads() {
        return 1;
    }

    void read(INDArray input) {
        in.assign(contiguous(input).reshape('c', in.shape()));
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspace) {
        int batch = Math.toIntExact(input.size(0));
        int context = Math.toIntExact(input.size(1));
        if (buffers == null || buffers.batch != batch || buffers.shape.context() != context) {
            release();
            int width = Math.toIntExact(layerConf().getNOut());
            outsideWorkspaces(() -> {
                buffers = new Buffers(new TransformerShape(width, 1, heads(), context, 2), batch, dataType);
                forward = Operations.of(dataType);
                addForward(buffers, forward);
            });
        }
        read(input);
        forward.run();
        INDArray y = workspace.createUninitialized(ArrayType.ACTIVATIONS, dataType, shapeOf(input), 'c');
        y.assign(out.reshape('c', y.shape()));
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspace) {
        if (backward == null) { // DL4J hands out the gradients after the first forward pass
            outsideWorkspaces(() -> {
                backward = Operations.of(dataType);
                addBackward(buffers, backward);
            });
        }
        dOut.assign(contiguous(epsilon).reshape('c', dOut.shape()));
        backward.run();
        INDArray dx = workspace.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, shapeOf(epsilon), 'c');
        dx.assign(dIn.reshape('c', dx.shape()));
        return new Pair<>(gradient(new DefaultGradient()), dx);
    }

    /** Of what it keeps from step to step. */
    long bytes() {
        return (buffers == null ? 0 : buffers.bytes() + forward.bytes()) + (backward == null ? 0 : backward.bytes());
    }

    private long[] shapeOf(INDArray array) {
        return new long[] {array.size(0), array.size(1), layerConf().getNOut()};
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
        super.setBackpropGradientsViewArray(gradients);
        if (backward != null) {
            release();
        }
    }

    /** What is kept from step to step must not lie in the workspace of one. */
    @SuppressWarnings("try") // the scope is the resource
    private static void outsideWorkspaces(Runnable allocate) {
        try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            allocate.run();
        }
    }

    private void release() {
        if (buffers != null) {
            forward.close();
            buffers.close();
            buffers = null;
        }
        if (backward != null) {
            backward.close();
            backward = null;
        }
    }

    @Override
    public void close() {
        release();
    }
}
