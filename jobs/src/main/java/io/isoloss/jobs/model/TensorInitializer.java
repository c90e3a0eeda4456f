package io.isoloss.jobs.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Cuts a layer's part of the flat vectors into its tensors. */
final class TensorInitializer implements ParamInitializer {
    private final List<Tensor> tensors;

    TensorInitializer(List<Tensor> tensors) {
        this.tensors = List.copyOf(tensors);
    }

    @Override
    public long numParams(NeuralNetConfiguration configuration) {
        return numParams(configuration.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        return tensors.stream().mapToLong(Tensor::length).sum();
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return tensors.stream().map(Tensor::key).toList();
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return tensors.stream().filter(Tensor::isMatrix).map(Tensor::key).toList();
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return tensors.stream()
                .filter(tensor -> !tensor.isMatrix())
                .map(Tensor::key)
                .toList();
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return weightKeys(layer).contains(key);
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
        return biasKeys(layer).contains(key);
    }

    /** Where DL4J is to begin the weights: Gaussian matrices of variance 1 / inputs, by the seed of the configuration. */
    @Override
    public Map<String, INDArray> init(NeuralNetConfiguration configuration, INDArray params, boolean initialise) {
        Map<String, INDArray> views = getGradientsFromFlattened(configuration, params);
        SplittableRandom random = new SplittableRandom(configuration.getSeed()
                ^ configuration.getLayer().getLayerName().hashCode());
        for (Tensor tensor : tensors) {
            configuration.addVariable(tensor.key());
            if (initialise) {
                InitialWeights.fill(views.get(tensor.key()), tensor, Initialisation.LECUN, random);
            }
        }
        return views;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(NeuralNetConfiguration configuration, INDArray flat) {
        Map<String, INDArray> views = new LinkedHashMap<>();
        if (tensors.isEmpty()) { // DL4J has no vector for such a layer
            return views;
        }
        INDArray vector = flat.reshape(flat.length());
        long offset = 0;
        for (Tensor tensor : tensors) {
            views.put(
                    tensor.key(),
                    vector.get(NDArrayIndex.interval(offset, offset + tensor.length()))
                            .reshape('c', tensor.dimensions()));
            offset += tensor.length();
        }
        return views;
    }
}
