package io.isoloss.jobs.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Computes a {@link LayerNormalisation}, in both directions from the input alone. */
final class LayerNormalisationLayer extends ComputingLayer<LayerNormalisation> {
    /** Added to the variance, as in PyTorch. */
    private static final double EPSILON = 1e-5;

    LayerNormalisationLayer(NeuralNetConfiguration configuration, DataType type) {
        super(configuration, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspace) {
        INDArray y = workspace.createUninitialized(ArrayType.ACTIVATIONS, dataType, input.shape(), 'c');
        INDArray rows = rows(y);
        rows.assign(rows(input));
        centre(rows);
        rows.muliColumnVector(inverseDeviation(rows));
        rows.muliRowVector(getParam(LayerNormalisation.GAIN)).addiRowVector(getParam(LayerNormalisation.SHIFT));
        return y;
    }

    /** With n the normed row and r one over its deviation: dx = r (dn − mean(dn) − n mean(dn n)), dn = gain dy. */
    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspace) {
        INDArray n = rows(input).dup('c');
        centre(n);
        INDArray r = inverseDeviation(n);
        n.muliColumnVector(r);
        INDArray dx = workspace.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
        INDArray dn = rows(dx);
        dn.assign(rows(contiguous(epsilon)));
        gradientViews.get(LayerNormalisation.SHIFT).assign(dn.sum(0));
        gradientViews.get(LayerNormalisation.GAIN).assign(dn.mul(n).sum(0));
        dn.muliRowVector(getParam(LayerNormalisation.GAIN));
        n.muliColumnVector(dn.mul(n).mean(1));
        centre(dn);
        dn.subi(n).muliColumnVector(r);
        return new Pair<>(gradient(new DefaultGradient()), dx);
    }

    private INDArray rows(INDArray array) {
        return contiguous(array).reshape('c', -1, array.size(array.rank() - 1));
    }

    private static void centre(INDArray rows) {
        rows.subiColumnVector(rows.mean(1));
    }

    private static INDArray inverseDeviation(INDArray centred) {
        INDArray variance = centred.mul(centred).mean(1).addi(EPSILON);
        return Transforms.pow(variance, -0.5, false);
    }
}
