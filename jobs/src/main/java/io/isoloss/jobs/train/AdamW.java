package io.isoloss.jobs.train;

import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.sweep.Recipe;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adam with decoupled weight decay on the matrices (Loshchilov &amp; Hutter 2019, arXiv:1711.05101, algorithm 2) and
 * clipping by the global gradient norm. The epsilon is the ε̂ of Kingma &amp; Ba 2015 (arXiv:1412.6980), end of section 2.
 */
final class AdamW implements AutoCloseable {
    private final INDArray weights;
    private final INDArray gradients;
    private final List<INDArray> decayed;
    private final Recipe recipe;

    private final INDArray firstMoment;
    private final INDArray secondMoment;
    private final INDArray update;
    private final CustomOp adam = DynamicCustomOp.builder("adam_updater").build();
    private final OpContext context = Nd4j.getExecutioner().buildContext();
    private long step;

    AdamW(Model model, Recipe recipe) {
        this.weights = model.weights();
        this.gradients = model.gradients();
        this.decayed = model.decayed();
        this.recipe = recipe;
        this.firstMoment = weights.ulike().assign(0);
        this.secondMoment = weights.ulike().assign(0);
        this.update = weights.ulike();
        context.setInputArrays(gradients, secondMoment, firstMoment);
        context.setOutputArrays(update, secondMoment, firstMoment);
    }

    /**
     * Takes one step down the mean of the summed gradients.
     *
     * @param count how many losses were summed
     * @return the mean gradient's norm before clipping; not finite means that no step was taken
     */
    double step(double learningRate, int count) {
        double norm = gradients.norm2Number().doubleValue() / count;
        if (!Double.isFinite(norm)) {
            return norm;
        }
        gradients.muli(Math.min(1, recipe.gradientClip() / norm) / count);
        context.setTArguments(learningRate, recipe.beta1(), recipe.beta2(), recipe.epsilon());
        context.setIArguments(step);
        Nd4j.getExecutioner().exec(adam, context);
        decayed.forEach(matrix -> matrix.muli(1 - learningRate * recipe.weightDecay()));
        weights.subi(update);
        step++;
        return norm;
    }

    INDArray firstMoment() {
        return firstMoment;
    }

    INDArray secondMoment() {
        return secondMoment;
    }

    /** Goes on as after so many steps. */
    void resumeAt(long steps) {
        step = steps;
    }

    @Override
    public void close() {
        try {
            context.close();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot release the optimiser's operation", e);
        }
        firstMoment.close();
        secondMoment.close();
        update.close();
    }
}
