package io.isoloss.jobs.model;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Views [batch, context, columns] as [batch × context, columns] before a layer that works on rows, without the copy of
 * DL4J's own preprocessor.
 *
 * @param context tokens of a sequence
 */
public record SequenceToRows(@JsonProperty("context") long context) implements InputPreProcessor {

    @Override
    public INDArray preProcess(INDArray input, int batch, LayerWorkspaceMgr workspace) {
        return toRows(input, ArrayType.ACTIVATIONS, workspace);
    }

    @Override
    public INDArray backprop(INDArray epsilon, int batch, LayerWorkspaceMgr workspace) {
        return toSequences(epsilon, context, ArrayType.ACTIVATION_GRAD, workspace);
    }

    private static INDArray toRows(INDArray array, ArrayType type, LayerWorkspaceMgr workspace) {
        return contiguous(array, type, workspace).reshape('c', -1, array.size(2));
    }

    private static INDArray toSequences(INDArray array, long context, ArrayType type, LayerWorkspaceMgr workspace) {
        return contiguous(array, type, workspace).reshape('c', -1, context, array.size(1));
    }

    private static INDArray contiguous(INDArray array, ArrayType type, LayerWorkspaceMgr workspace) {
        return ComputingLayer.isContiguous(array) ? array : workspace.dup(type, array, 'c');
    }

    @Override
    public InputPreProcessor clone() {
        return this;
    }

    @Override
    public InputType getOutputType(InputType input) {
        return InputType.feedForward(((InputType.InputTypeRecurrent) input).getSize());
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
        return new Pair<>(mask, state);
    }

    /** The way back: views [batch × context, columns] as [batch, context, columns]. */
    public record Back(@JsonProperty("context") long context) implements InputPreProcessor {

        @Override
        public INDArray preProcess(INDArray input, int batch, LayerWorkspaceMgr workspace) {
            return toSequences(input, context, ArrayType.ACTIVATIONS, workspace);
        }

        @Override
        public INDArray backprop(INDArray epsilon, int batch, LayerWorkspaceMgr workspace) {
            return toRows(epsilon, ArrayType.ACTIVATION_GRAD, workspace);
        }

        @Override
        public InputPreProcessor clone() {
            return this;
        }

        @Override
        public InputType getOutputType(InputType input) {
            return InputType.recurrent(((InputType.InputTypeFeedForward) input).getSize(), context, RNNFormat.NWC);
        }

        @Override
        public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
            return new Pair<>(mask, state);
        }
    }
}
