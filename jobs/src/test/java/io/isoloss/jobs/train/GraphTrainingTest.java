package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.model.Initialisation;
import io.isoloss.jobs.model.MlpShape;
import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.model.Normalisation;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GraphTrainingTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();

    static Stream<ModelShape> shapes() {
        return Stream.of(
                new TransformerShape(8, 1, 1, 16, 8),
                // Its running statistics have no moments.
                new MlpShape(8, 1, 16, 8, 8, 2, Normalisation.BATCH, Initialisation.HE));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void graphGoesOnFromTheStateOfAnother(ModelShape shape) {
        TrialSpec spec = new TrialSpec(
                CORPUS.identity(),
                Task.NEXT_TOKEN,
                shape,
                Trials.of(CORPUS, 8, 10, 0.01).recipe());
        Trial trial = new Trial("test", "graph", spec, null);
        WindowSampler sampler = new WindowSampler(CORPUS, Task.NEXT_TOKEN, 16, 1);
        ComputationGraph graph = GraphTraining.graph(trial);
        graph.fit(GraphTraining.batch(trial, sampler, 0, 8));
        graph.fit(GraphTraining.batch(trial, sampler, 8, 8));
        ModelState state = GraphTraining.state(graph);
        ComputationGraph other = GraphTraining.graph(trial);
        GraphTraining.restore(other, state);
        other.getConfiguration().setIterationCount(2);
        assertThat(GraphTraining.state(other).weights).isEqualTo(state.weights);
        graph.fit(GraphTraining.batch(trial, sampler, 16, 8));
        other.fit(GraphTraining.batch(trial, sampler, 16, 8));
        ModelState next = GraphTraining.state(graph);
        assertThat(next.weights).isNotEqualTo(state.weights);
        assertThat(GraphTraining.state(other).weights).isEqualTo(next.weights);
        assertThat(GraphTraining.state(other).firstMoment).isEqualTo(next.firstMoment);
        assertThat(GraphTraining.state(other).secondMoment).isEqualTo(next.secondMoment);
    }
}
