package io.isoloss.jobs.train;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.model.GraphOptimiser;
import io.isoloss.jobs.model.Graphs;
import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Trial;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A trial as DL4J's own training sees it: the same initial weights, sequences, rates, moments and decoupled decay as ours.
 * What differs: DL4J's gradient is that of a sequence's summed loss, so that epsilon and clip are multiplied by the context;
 * it clips layer by layer, not the whole gradient; and each worker clips and squares the gradient of its own share of a
 * batch.
 */
public final class GraphTraining {
    private GraphTraining() {}

    /** The graph at its first step. */
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

    /** Scores the graph as a trial is scored. */
    public static Evaluation evaluate(Trial trial, Corpus corpus, ComputationGraph graph) {
        ValidationWindows windows = new ValidationWindows(
                corpus,
                trial.spec().task(),
                trial.shape().context(),
                trial.recipe().validationTokens());
        try (Model model = trial.shape().create(1, trial.recipe().initSeed())) {
            Graphs.read(trial.shape(), graph, model);
            return Evaluation.of(model, trial.shape().outputs(), windows);
        }
    }
}
