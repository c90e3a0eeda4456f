package io.isoloss.jobs.model;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.InputTypeUtil;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A DL4J layer configuration of ours, from sequences to sequences: [batch, context, columns] both ways, which DL4J calls
 * NWC. What differs between such layers is their tensors and the layer that computes.
 */
abstract class SequenceLayer extends FeedForwardLayer {

    SequenceLayer() {
        setActivationFn(new ActivationIdentity());
    }

    SequenceLayer(long inputs, long outputs) {
        this();
        setNIn(inputs);
        setNOut(outputs);
    }

    /** The parameters, in the order of the flat vector. */
    abstract List<Tensor> tensors();

    abstract Layer computing(NeuralNetConfiguration configuration, DataType type);

    @Override
    public Layer instantiate(
            NeuralNetConfiguration configuration,
            Collection<TrainingListener> listeners,
            int index,
            INDArray params,
            boolean initialise,
            DataType type) {
        Layer layer = computing(configuration, type);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(params);
        Map<String, INDArray> table = initializer().init(configuration, params, initialise);
        layer.setParamTable(table);
        layer.setConf(configuration);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return new TensorInitializer(tensors());
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
        long context = ((InputType.InputTypeRecurrent) input).getTimeSeriesLength();
        return InputType.recurrent(getNOut(), context, RNNFormat.NWC);
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType input) {
        return InputTypeUtil.getPreprocessorForInputTypeRnnLayers(input, RNNFormat.NWC, getLayerName());
    }

    /** DL4J asks before it trains a net for the first time, only to log it. */
    @Override
    public LayerMemoryReport getMemoryReport(InputType input) {
        long params = initializer().numParams(this);
        return new LayerMemoryReport.Builder(getLayerName(), getClass(), input, getOutputType(-1, input))
                .standardMemory(params, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(0, 0)
                .build();
    }
}
