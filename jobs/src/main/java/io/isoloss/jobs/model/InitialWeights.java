package io.isoloss.jobs.model;

import java.util.Map;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How the weights of a chain of DL4J layers begin: by our own generator, since DL4J's is shared by all threads. Embeddings
 * have deviation 1 (one input, so that the first hidden layer sees what the schemes assume), biases are zero but those of
 * forget gates, which are 1 (Gers, Schmidhuber &amp; Cummins 2000; Jozefowicz et al. 2015), gains are 1, and the head is zero,
 * so that the first loss is exactly ln(outputs).
 */
final class InitialWeights {
    private InitialWeights() {}

    static void initialise(ComputationGraph graph, Initialisation scheme, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (Layer layer : graph.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            if (name.equals(LayerChain.HEAD)) {
                layer.paramTable().values().forEach(head -> head.assign(0));
            } else if (layer.conf().getLayer() instanceof SequenceLayer ours) {
                ours.tensors().forEach(tensor -> fill(layer.getParam(tensor.key()), tensor, scheme, random));
            } else if (layer.conf().getLayer() instanceof BaseLayer stock) {
                stock(stock, layer.paramTable(), scheme, random);
            }
        }
    }

    private static void stock(
            BaseLayer layer, Map<String, INDArray> table, Initialisation scheme, SplittableRandom random) {
        for (Map.Entry<String, INDArray> entry : table.entrySet()) {
            INDArray array = entry.getValue();
            switch (entry.getKey()) {
                case "W" -> gaussian(array, deviation(layer, array, scheme), random);
                case "b" -> array.assign(0);
                case "gamma" -> array.assign(1);
                case "beta", "mean", "log10stdev" -> array.assign(0);
                default ->
                    throw new IllegalStateException("No rule to begin '" + entry.getKey() + "' of layer "
                            + layer.getLayerName() + "; add one to InitialWeights");
            }
        }
    }

    private static double deviation(BaseLayer layer, INDArray matrix, Initialisation scheme) {
        if (layer instanceof org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer) {
            return 1;
        }
        return scheme.deviation(matrix.size(0), matrix.size(1));
    }

    /** Draws a matrix, or sets a gain or bias. */
    static void fill(INDArray array, Tensor tensor, Initialisation scheme, SplittableRandom random) {
        if (tensor.isMatrix()) {
            gaussian(array, scheme.deviation(tensor.inputs(), tensor.outputs()), random);
        } else {
            INDArray parts = array.reshape('c', tensor.first().size(), -1);
            for (int part = 0; part < tensor.first().size(); part++) {
                parts.getRow(part).assign(tensor.first().get(part));
            }
        }
    }

    private static void gaussian(INDArray matrix, double deviation, SplittableRandom random) {
        double[] values = new double[Math.toIntExact(matrix.length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = deviation * random.nextGaussian();
        }
        matrix.assign(Nd4j.create(values, matrix.shape(), matrix.dataType()));
    }
}
