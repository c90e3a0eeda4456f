package io.isoloss.jobs.model;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Computes a {@link CausalConvolution} by the native one-dimensional or depthwise operation. */
final class CausalConvolutionLayer extends ComputingLayer<CausalConvolution> {
    private static final int CAUSAL = 2;
    private static final int VALID = 0;
    private static final int ROWS_LAST = 1; // NWC, NHWC
    private static final int COLUMNS_LAST = 0; // weights [kernel, inputs, outputs]

    CausalConvolutionLayer(NeuralNetConfiguration configuration, DataType type) {
        super(configuration, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspace) {
        CausalConvolution shape = layerConf();
        INDArray x = input;
        INDArray y = workspace.createUninitialized(
                ArrayType.ACTIVATIONS, dataType, new long[] {x.size(0), x.size(1), shape.getNOut()}, 'c');
        if (shape.isDepthwise()) {
            INDArray out = y.reshape('c', x.size(0), x.size(1), 1, shape.getNOut());
            run("depthwise_conv2d", withBias(padded(x)), new INDArray[] {out});
        } else {
            run("conv1d", withBias(x), new INDArray[] {y});
        }
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspace) {
        CausalConvolution shape = layerConf();
        INDArray x = input;
        INDArray dy = contiguous(epsilon);
        INDArray dw = gradientViews.get(CausalConvolution.WEIGHT);
        INDArray dx;
        if (shape.isDepthwise()) {
            INDArray before = padded(x);
            INDArray dBefore = before.ulike();
            run(
                    "depthwise_conv2d_bp",
                    with(withBias(before), dy.reshape('c', dy.size(0), dy.size(1), 1, dy.size(2))),
                    withBiasGradient(dBefore, dw));
            dx = workspace.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, x.shape(), 'c');
            dx.assign(dBefore.reshape('c', x.size(0), before.size(1), x.size(2))
                    .get(
                            NDArrayIndex.all(),
                            NDArrayIndex.interval(shape.getKernel() - 1L, before.size(1)),
                            NDArrayIndex.all()));
        } else {
            dx = workspace.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, x.shape(), 'c');
            run("conv1d_bp", with(withBias(x), dy), withBiasGradient(dx, dw));
        }
        return new Pair<>(gradient(new DefaultGradient()), dx);
    }

    /** [batch, kernel − 1 + context, 1, columns] with zeros before the first token. */
    private INDArray padded(INDArray x) {
        long before = layerConf().getKernel() - 1L;
        INDArray all = Nd4j.create(dataType, new long[] {x.size(0), before + x.size(1), x.size(2)}, 'c');
        all.get(NDArrayIndex.all(), NDArrayIndex.interval(before, all.size(1)), NDArrayIndex.all())
                .assign(x);
        return all.reshape('c', x.size(0), before + x.size(1), 1, x.size(2));
    }

    private INDArray[] withBias(INDArray x) {
        INDArray w = getParam(CausalConvolution.WEIGHT);
        return layerConf().isBiased() ? new INDArray[] {x, w, getParam(CausalConvolution.BIAS)} : new INDArray[] {x, w};
    }

    private INDArray[] withBiasGradient(INDArray dx, INDArray dw) {
        return layerConf().isBiased()
                ? new INDArray[] {dx, dw, gradientViews.get(CausalConvolution.BIAS)}
                : new INDArray[] {dx, dw};
    }

    private static INDArray[] with(INDArray[] some, INDArray last) {
        INDArray[] all = Arrays.copyOf(some, some.length + 1);
        all[some.length] = last;
        return all;
    }

    private void run(String name, INDArray[] in, INDArray[] out) {
        int k = layerConf().getKernel();
        int[] integers = layerConf().isDepthwise()
                ? new int[] {k, 1, 1, 1, 0, 0, 1, 1, VALID, ROWS_LAST, COLUMNS_LAST}
                : new int[] {k, 1, 0, 1, CAUSAL, ROWS_LAST, COLUMNS_LAST};
        Nd4j.exec(DynamicCustomOp.builder(name)
                .addInputs(in)
                .addOutputs(out)
                .addIntegerArguments(integers)
                .build());
    }
}
