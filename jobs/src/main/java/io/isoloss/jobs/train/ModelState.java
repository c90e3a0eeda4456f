package io.isoloss.jobs.train;

import java.io.Serializable;
import java.util.List;

/** A model's weights and its optimiser's moments, as workers and driver exchange them between two rounds. */
public final class ModelState implements Serializable {
    final float[] weights;
    final float[] firstMoment;
    final float[] secondMoment;

    ModelState(float[] weights, float[] firstMoment, float[] secondMoment) {
        this.weights = weights;
        this.firstMoment = firstMoment;
        this.secondMoment = secondMoment;
    }

    /** The mean of some states, in their order. */
    public static ModelState average(List<ModelState> states, List<Double> shares) {
        double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
        ModelState any = states.get(0);
        double[][] means = new double[][] {
            new double[any.weights.length], new double[any.weights.length], new double[any.weights.length]
        };
        for (int i = 0; i < states.size(); i++) {
            double share = shares.get(i) / sum;
            add(means[0], states.get(i).weights, share);
            add(means[1], states.get(i).firstMoment, share);
            add(means[2], states.get(i).secondMoment, share);
        }
        return new ModelState(floats(means[0]), floats(means[1]), floats(means[2]));
    }

    private static void add(double[] sum, float[] values, double share) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += share * values[i];
        }
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
