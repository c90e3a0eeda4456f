package io.isoloss.jobs.train;

import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.sweep.Recipe;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A model with its optimiser, in single precision: what a step of training needs and nothing else. A batch may be computed
 * a part at a time, whose gradients are added up: the gradient of the batch but for rounding, in less memory.
 */
final class TrainingStep implements AutoCloseable {
    private final Model model;
    private final AdamW optimiser;
    private final int rows;
    private final int atOnce; // rows of a part
    private INDArray parts; // summed gradients of the parts but the last; null until needed
    private GradientSum sum; // null until one is needed
    private INDArray frozen; // values of the weights that are not trained; null if all are
    private INDArray frozenWeights; // their view of the weights
    private INDArray frozenGradients; // likewise

    TrainingStep(ModelShape shape, Recipe recipe) {
        this(shape, recipe, recipe.batchSequences());
    }

    /**
     * In parts of the batch.
     *
     * @param microBatch sequences computed at once; must divide the batch
     */
    TrainingStep(ModelShape shape, Recipe recipe, int microBatch) {
        this(shape.create(microBatch, recipe.initSeed()), microBatch * shape.context(), shape, recipe);
    }

    /** Beside another, in its activations and gradients. */
    TrainingStep(TrainingStep other, ModelShape shape, Recipe recipe) {
        this(other.model.beside(recipe.initSeed()), other.atOnce, shape, recipe);
    }

    private TrainingStep(Model model, int atOnce, ModelShape shape, Recipe recipe) {
        this.rows = recipe.batchSequences() * shape.context();
        this.atOnce = atOnce;
        this.model = model;
        if (rows % atOnce != 0) {
            throw new IllegalArgumentException("Invalid micro-batch (want a divisor of the batch of "
                    + recipe.batchSequences() + "): " + atOnce / shape.context());
        }
        try {
            this.optimiser = new AdamW(model, recipe);
        } catch (RuntimeException | Error e) {
            model.close(); // out of memory: what there is must go before another try
            throw e;
        }
    }

    /**
     * Takes a step down the mean loss of a batch.
     *
     * @param inputs [batch, context] token ids, row-major
     * @param targets the outputs to predict, likewise
     * @param losses receives the loss at each position before the step, nats
     * @return the mean gradient's norm before clipping; not finite means that no step was taken
     */
    double take(int[] inputs, int[] targets, double[] losses, double learningRate) {
        gradient(inputs, targets, losses);
        return step(learningRate, rows);
    }

    /**
     * Begins from other weights.
     *
     * @param begin flat; the rest of the model keeps its own
     * @param untrained flat weights, from the first, that stay as they are
     */
    void begin(float[] begin, long untrained) {
        try (INDArray copy = Nd4j.createFromArray(begin)) {
            model.weights().get(NDArrayIndex.interval(0, begin.length)).assign(copy);
        }
        if (untrained > 0) {
            frozenWeights = model.weights().get(NDArrayIndex.interval(0, untrained));
            frozenGradients = model.gradients().get(NDArrayIndex.interval(0, untrained));
            frozen = frozenWeights.dup();
        }
    }

    /** Most bytes that model and optimiser took at once; null if the family does not count them. */
    Long peakBytes() {
        Long model = this.model.peakBytes();
        long summed = bytes(parts) + (sum == null ? 0 : bytes(sum.sum())) + bytes(frozen);
        return model == null ? null : (Long) (model + optimiser.bytes() + summed);
    }

    private static long bytes(INDArray array) {
        return array == null ? 0 : array.length() * array.dataType().width();
    }

    /**
     * Adds the gradient of a batch to those of others at the same weights.
     *
     * @param losses receives the loss at each position, nats
     */
    void sum(int[] inputs, int[] targets, double[] losses) {
        if (sum == null) {
            sum = new GradientSum(model.gradients(), rows);
        }
        gradient(inputs, targets, losses);
        sum.add(model.gradients());
    }

    /** Signal and noise of the gradients summed, two or more; they are forgotten. */
    GradientNoise noise() {
        GradientNoise noise = sum.noise();
        sum.clear();
        return noise;
    }

    /** Noise scale of the gradients summed, in batches; null where their noise hides the gradient. They are forgotten. */
    Double noiseScale() {
        boolean signal = sum.hasSignal();
        Double scale = noise().scale();
        return signal ? scale : null;
    }

    /** Takes a step down the batch that was summed last; see {@link #take}. */
    double takeLast(double learningRate) {
        return step(learningRate, rows);
    }

    /** Takes a step down all batches summed; see {@link #take}. */
    double takeSum(double learningRate) {
        model.gradients().assign(sum.sum());
        return step(learningRate, sum.batches() * rows);
    }

    private void gradient(int[] inputs, int[] targets, double[] losses) {
        if (atOnce == rows) {
            model.forward(inputs, targets, losses);
            model.backward();
        } else {
            gradientInParts(inputs, targets, losses);
        }
        if (frozen != null) {
            frozenGradients.assign(0);
        }
    }

    private void gradientInParts(int[] inputs, int[] targets, double[] losses) {
        if (parts == null) {
            parts = model.gradients().ulike();
        }
        double[] partLosses = new double[atOnce];
        for (int from = 0; from < rows; from += atOnce) {
            int to = from + atOnce;
            model.forward(Arrays.copyOfRange(inputs, from, to), Arrays.copyOfRange(targets, from, to), partLosses);
            System.arraycopy(partLosses, 0, losses, from, atOnce);
            model.backward();
            if (to == rows) {
                model.gradients().addi(parts);
            } else if (from == 0) {
                parts.assign(model.gradients());
            } else {
                parts.addi(model.gradients());
            }
        }
    }

    private double step(double learningRate, int count) {
        double norm = optimiser.step(learningRate, count);
        if (frozen != null) {
            frozenWeights.assign(frozen); // undoes their decay
        }
        return norm;
    }

    /** Copies of weights and moments. */
    TrainingState state(History history, int resumes) {
        return new TrainingState(
                model.weights().toFloatVector(),
                optimiser.firstMoment().toFloatVector(),
                optimiser.secondMoment().toFloatVector(),
                history.columns(),
                resumes);
    }

    void restore(TrainingState state) {
        set(model.weights(), state.weights);
        set(optimiser.firstMoment(), state.firstMoment);
        set(optimiser.secondMoment(), state.secondMoment);
        optimiser.resumeAt(state.steps());
    }

    private static void set(INDArray array, float[] values) {
        if (array.length() != values.length) {
            throw new IllegalArgumentException(
                    "Cannot restore " + values.length + " numbers to a model of " + array.length());
        }
        try (INDArray copy = Nd4j.createFromArray(values)) {
            array.assign(copy);
        }
    }

    Model model() {
        return model;
    }

    @Override
    public void close() {
        if (parts != null) {
            parts.close();
        }
        if (sum != null) {
            sum.close();
        }
        if (frozen != null) {
            frozen.close();
        }
        optimiser.close();
        model.close();
    }
}
