package io.isoloss.jobs.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/** What the layers behind our configurations have in common. */
abstract class ComputingLayer<C extends SequenceLayer> extends BaseLayer<C> {

    ComputingLayer(NeuralNetConfiguration configuration, DataType type) {
        super(configuration, type);
    }

    @Override
    public Type type() {
        return Type.RECURRENT;
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    /** Names the views that backward has filled. */
    final Gradient gradient(Gradient named) {
        if (gradientViews != null) { // a layer without parameters has none
            gradientViews.forEach(named::setGradientFor);
        }
        return named;
    }

    /** The array itself where it is whole and in c order, else a copy. */
    static INDArray contiguous(INDArray array) {
        return isContiguous(array) ? array : array.dup('c');
    }

    static boolean isContiguous(INDArray array) {
        return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
    }
}
