package io.isoloss.analysis.law;

import java.io.Serializable;
import java.util.List;

/**
 * A law before it is fitted: y(x) = sum_k sign_k c_k phi_k(x; theta), linear in its scales c and not in its shapes theta.
 * Terms beyond the scales have c = 1. All in single units: parameters, tokens, FLOPs, nats.
 */
public interface LawForm extends Serializable {
    /** The name that commands and files use. */
    String name();

    /** What the law predicts from, in the order of {@code x}. */
    List<Variable> variables();

    /** What the law predicts: {@link Variable#LOSS} or {@link Variable#ERROR}. */
    default Variable response() {
        return Variable.LOSS;
    }

    /**
     * Letters of the scales c_k, each at least 0; may be none. Where a form counts x from a place amid the data, its
     * scales and shapes are not all the paper's parameters: those are {@link ScalingLaw#parameters} of {@link #law}.
     */
    List<String> scales();

    /** The shapes theta_j; where the law needs a logarithm of one for a sound search, its letter says so. */
    List<Shape> shapes();

    /** Terms of the sum, not fewer than the scales. */
    default int terms() {
        return scales().size();
    }

    /**
     * This form with its search aimed at the data that it is to be fitted to: positions of breaks, and units of the
     * scales. The parameters of the law that comes out mean the same; the shapes of the two forms may not.
     *
     * @param x the points, each in the order of {@link #variables()}; not empty
     */
    default LawForm over(List<double[]> x) {
        return this;
    }

    /** Place of the scale that is the floor of the law, and so may vanish; -1 if there is none. */
    int floor();

    /** 1, or -1 for a term that is taken away. */
    default int sign(int term) {
        return 1;
    }

    /** Whether each ln phi_k is sum_j theta_j s_kj(x), so that its slopes depend on x alone. */
    boolean logLinear();

    /**
     * Fills ln phi_k(x; theta) and its derivatives: finite for every theta within its bounds. It keeps no state, so that
     * threads may share a form. A phi_k that vanishes at x has the logarithm -700.
     *
     * @param logTerms [terms], out
     * @param slopes [terms][shapes], d ln phi_k / d theta_j, out
     */
    void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes);

    /** The law with these scales and shapes; its prediction is the sum of the terms. */
    ScalingLaw law(double[] scales, double[] theta);

    /** Count of the free parameters. */
    default int size() {
        return scales().size() + shapes().size();
    }
}
