package io.isoloss.jobs.train;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.model.GraphOptimiser;
import io.isoloss.jobs.model.Graphs;
import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Trial;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A trial as DL4J's own training sees it: the same initial weights, sequences, rates, moments and decoupled decay as ours.
 * What differs: DL4J's gradient is that of a sequence's summed loss, so that epsilon and clip are multiplied by the context;
 * it clips layer by layer, not the whole gradient; and each worker clips and squares the gradient of its own share of a
 * batch.
 */
public final class GraphTraining {
    private GraphTraining() {}

    /** What of a graph is trained, in its own order: the optimiser's state in the room of both moments. */
    public static ModelState state(ComputationGraph graph) {
        float[] weights = graph.params().toFloatVector();
        float[] moments = graph.getUpdater().getStateViewArray().toFloatVector();
        int length = Math.min(weights.length, moments.length);
        return new ModelState(
                weights,
                Arrays.copyOf(Arrays.copyOf(moments, length), weights.length),
                Arrays.copyOf(Arrays.copyOfRange(moments, length, moments.length), weights.length));
    }

    /** Gives a graph the state of another of its trial. */
    public static void restore(ComputationGraph graph, ModelState state) {
        try (INDArray weights = Nd4j.createFromArray(state.weights)) {
            graph.params().assign(weights.reshape(graph.params().shape()));
        }
        INDArray moments = graph.getUpdater().getStateViewArray();
        int length = Math.toIntExact(moments.length());
        int first = Math.min(length, state.firstMoment.length);
        float[] both = Arrays.copyOf(state.firstMoment, length);
        System.arraycopy(state.secondMoment, 0, both, first, length - first);
        try (INDArray values = Nd4j.createFromArray(both)) {
            moments.assign(values.reshape(moments.shape()));
        }
    }

    /** The graph before its first step. */
    public static ComputationGraph graph(Trial trial) {
        Recipe recipe = trial.recipe();
        int context = trial.shape().context();
        Adam adam = new Adam.Builder()
                .learningRateSchedule(RecipeRate.of(recipe))
                .beta1(recipe.beta1())
                .beta2(recipe.beta2())
                .epsilon(recipe.epsilon() * context)
                .build();
        GraphOptimiser optimiser = new GraphOptimiser(adam, recipe.weightDecay(), recipe.gradientClip() * context);
        try (Model model = trial.shape().create(1, recipe.initSeed())) {
            return Graphs.of(trial.shape(), optimiser, model);
        }
    }

    /**
     * Some sequences of the trial.
     *
     * @param firstSequence number of the first since the start of the run
     */
    public static MultiDataSet batch(Trial trial, WindowSampler sampler, long firstSequence, int sequences) {
        int[] inputs = new int[sequences * trial.shape().context()];
        int[] targets = new int[inputs.length];
        sampler.fill(firstSequence, sequences, inputs, targets);
        return Graphs.batch(trial.shape(), inputs, targets);
    }

    /** Scores a state as a trial is scored. */
    public static Evaluation evaluate(Trial trial, Corpus corpus, ModelState state) {
        ValidationWindows windows = new ValidationWindows(
                corpus,
                trial.spec().task(),
                trial.shape().context(),
                trial.recipe().validationTokens());
        try (Model model = trial.shape().create(1, trial.recipe().initSeed())) {
            ComputationGraph graph = graph(trial);
            restore(graph, state);
            Graphs.read(trial.shape(), graph, model);
            return Evaluation.of(model, trial.shape().outputs(), windows);
        }
    }
}
