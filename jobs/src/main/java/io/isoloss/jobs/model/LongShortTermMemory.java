package io.isoloss.jobs.model;

import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A long short-term memory (Hochreiter &amp; Schmidhuber 1997) with forget gates and without peepholes, whose equations are
 * those of {@link Operations#recur}. Forget gates begin with a bias of 1 (Gers, Schmidhuber &amp; Cummins 2000; Jozefowicz et
 * al. 2015). DL4J's own LSTM runs a dozen operations for every position, most of them smaller than their calls.
 */
public final class LongShortTermMemory extends SequenceLayer {
    static final String WEIGHT = "W";
    static final String RECURRENT = "RW";
    static final String BIAS = "b";

    /** For JSON. */
    LongShortTermMemory() {}

    LongShortTermMemory(int width) {
        super(width, width);
    }

    /** Columns are input gates, forget gates, output gates and candidates. */
    @Override
    List<Tensor> tensors() {
        long width = getNOut();
        return List.of(
                Tensor.matrix(WEIGHT, width, width, width, 4 * width),
                Tensor.matrix(RECURRENT, width, width, width, 4 * width),
                Tensor.biases(BIAS, width, List.of(0.0, 1.0, 0.0, 0.0)));
    }

    @Override
    Layer computing(NeuralNetConfiguration configuration, DataType type) {
        return new LongShortTermMemoryLayer(configuration, type);
    }
}
