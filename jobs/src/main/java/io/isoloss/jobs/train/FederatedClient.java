package io.isoloss.jobs.train;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.TrainingMode.Privacy;
import io.isoloss.jobs.sweep.Trial;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A client of federated averaging: local steps on its own windows, from the common weights. */
public final class FederatedClient implements AutoCloseable {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final Recipe recipe;
    private final int[] shard;
    private final int client;
    private final int batch;
    private final Privacy privacy; // null for none
    private final WindowSampler sampler;
    private final Model model;
    private final AdamW optimiser;
    private final int context;

    /**
     * A client with the trial's initial weights.
     *
     * @param client its number
     * @param shard the windows it holds
     * @param batch sequences of a step; expected ones where steps are private
     */
    public FederatedClient(Trial trial, Corpus corpus, int client, int[] shard, int batch, Privacy privacy) {
        if (privacy != null && trial.shape().mixesSequences()) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot train " + trial.name() + " privately: batch normalisation mixes the gradients of sequences;"
                            + " take layer normalisation or none");
        }
        this.recipe = trial.recipe();
        this.client = client;
        this.shard = shard.clone();
        this.batch = batch;
        this.privacy = privacy;
        this.context = trial.shape().context();
        this.sampler =
                new WindowSampler(corpus, trial.spec().task(), context, recipe.dataSeed() + client * GOLDEN, shard);
        this.model = trial.shape().create(privacy == null ? batch : 1, recipe.initSeed());
        this.optimiser = new AdamW(model, recipe);
    }

    /** The state before the first round. */
    public static ModelState initial(Trial trial) {
        try (Model model = trial.shape().create(1, trial.recipe().initSeed())) {
            float[] weights = model.weights().toFloatVector();
            return new ModelState(weights, new float[weights.length], new float[weights.length]);
        }
    }

    /** Scores the common weights as a trial is scored. */
    public static Evaluation evaluate(Trial trial, Corpus corpus, ModelState state) {
        ValidationWindows windows = new ValidationWindows(
                corpus,
                trial.spec().task(),
                trial.shape().context(),
                trial.recipe().validationTokens());
        try (Model model = trial.shape().create(1, trial.recipe().initSeed())) {
            assign(model.weights(), state.weights);
            return Evaluation.of(model, trial.shape().outputs(), windows);
        }
    }

    /** A chance of a window to be in a private step. */
    public static double samplingRate(int batch, int windows) {
        return Math.min(1, (double) batch / windows);
    }

    /**
     * One round. Losses of private steps are not told: the privacy that is accounted for is that of the weights alone.
     *
     * @param from steps that were taken in the rounds before, which the learning rate goes by
     * @param to steps after this round
     * @param stepped called after each
     */
    public RoundTraining.Result train(ModelState common, int from, int to, Runnable stepped) {
        assign(model.weights(), common.weights);
        assign(optimiser.firstMoment(), common.firstMoment);
        assign(optimiser.secondMoment(), common.secondMoment);
        optimiser.resumeAt(from);
        Double loss = null;
        for (int step = from; step < to; step++) {
            if (privacy == null) {
                loss = plainStep(step);
            } else {
                privateStep(step);
            }
            stepped.run();
        }
        return new RoundTraining.Result(
                new ModelState(
                        model.weights().toFloatVector(),
                        optimiser.firstMoment().toFloatVector(),
                        optimiser.secondMoment().toFloatVector()),
                loss);
    }

    private double plainStep(int step) {
        int rows = batch * context;
        int[] inputs = new int[rows];
        int[] targets = new int[rows];
        sampler.fill((long) step * batch, batch, inputs, targets);
        double[] losses = new double[rows];
        model.forward(inputs, targets, losses);
        model.backward();
        optimiser.step(recipe.learningRate(step), rows);
        return Arrays.stream(losses).average().orElseThrow();
    }

    /** Algorithm 1 of Abadi et al. 2016, with Adam in place of the plain step: what follows the noise gives nothing away. */
    private void privateStep(int step) {
        SplittableRandom random = new SplittableRandom((recipe.dataSeed() * GOLDEN + client) * GOLDEN + step);
        double rate = samplingRate(batch, shard.length);
        int[] drawn = Arrays.stream(shard)
                .filter(window -> random.nextDouble() < rate)
                .toArray();
        try (INDArray sum = clippedSum(drawn)) {
            addNoise(sum, privacy.noiseMultiplier() * privacy.clipNorm(), random);
            model.gradients().assign(sum);
        }
        optimiser.step(recipe.learningRate(step), batch);
    }

    /** The sum over windows of their mean losses' gradients, each no longer than the clip norm. */
    INDArray clippedSum(int[] windows) {
        int[] inputs = new int[context];
        int[] targets = new int[context];
        INDArray sum = Nd4j.createUninitializedDetached(
                        model.weights().dataType(), model.weights().shape())
                .assign(0);
        for (int window : windows) {
            sampler.copy(window, inputs, targets, 0);
            model.forward(inputs, targets, new double[context]);
            model.backward();
            double norm = model.gradients().norm2Number().doubleValue() / context;
            model.gradients().muli(Math.min(1, privacy.clipNorm() / norm) / context);
            sum.addi(model.gradients());
        }
        return sum;
    }

    static void addNoise(INDArray sum, double deviation, SplittableRandom random) {
        float[] noise = new float[Math.toIntExact(sum.length())];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) (deviation * random.nextGaussian());
        }
        try (INDArray array = Nd4j.createFromArray(noise)) {
            sum.addi(array);
        }
    }

    private static void assign(INDArray array, float[] values) {
        try (INDArray copy = Nd4j.createFromArray(values)) {
            array.assign(copy);
        }
    }

    @Override
    public void close() {
        optimiser.close();
        model.close();
    }
}
