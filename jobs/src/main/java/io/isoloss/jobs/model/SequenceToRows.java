package io.isoloss.jobs.model;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
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
        return ComputingLayer.contiguous(input).reshape('c', -1, input.size(2));
    }

    @Override
    public INDArray backprop(INDArray epsilon, int batch, LayerWorkspaceMgr workspace) {
        return ComputingLayer.contiguous(epsilon).reshape('c', -1, context, epsilon.size(1));
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
            return new SequenceToRows(context).backprop(input, batch, workspace);
        }

        @Override
        public INDArray backprop(INDArray epsilon, int batch, LayerWorkspaceMgr workspace) {
            return new SequenceToRows(context).preProcess(epsilon, batch, workspace);
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
