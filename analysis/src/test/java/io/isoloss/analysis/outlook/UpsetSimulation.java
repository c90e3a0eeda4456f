package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.Surfaces;
import io.isoloss.analysis.law.Chinchilla;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.apache.commons.math3.analysis.solvers.BrentSolver;

/** How often {@link Upsets} finds something on simulated runs. */
final class UpsetSimulation {
    /** Standard deviation of log loss between seeds; the published sweeps have .002 to .01. */
    static final double NOISE = 5e-3;

    private static final Chinchilla LAW = Surfaces.CHINCHILLA;

    private static final Chinchilla SIZELESS = new Chinchilla(LAW.E(), 1e-12, LAW.B(), LAW.alpha(), LAW.beta());

    private UpsetSimulation() {}

    /** A sweep and what is to be known of it. */
    record Sweep(List<Observation> runs, boolean fit) {}

    /** Share of the sweeps in which at least one pair is found. */
    static double rate(int simulations, LongFunction<Sweep> sweeps) {
        return (double) LongStream.range(0, simulations)
                        .parallel()
                        .filter(seed -> !find(sweeps.apply(seed)).found().isEmpty())
                        .count()
                / simulations;
    }

    static Upsets find(Sweep sweep) {
        Chinchilla law = sweep.fit ? (Chinchilla) Fits.fit(sweep.runs, 0, 0).law() : null;
        return Upsets.of(sweep.runs, law, null, 0.05);
    }

    /** Six sizes on each of six token counts, three seeds each: at equal data the larger is always better. */
    static Sweep largerIsBetter(long seed) {
        return grid(seed, LAW, 3, 0);
    }

    /**
     * The same with losses that do not depend on the size, so that all 90 pairs tie; but the largest model on the most data
     * is worse by {@code effect} in log loss.
     */
    static Sweep sizeDoesNotMatter(long seed, double effect) {
        return grid(seed, SIZELESS, 3, effect);
    }

    /** The same, one seed each, with the noise known as the standard error of each loss. */
    static Sweep sizeDoesNotMatterNoiseKnown(long seed, double effect) {
        return grid(seed, SIZELESS, 1, effect);
    }

    /** The larger is better at equal data, one seed each, and the noise is what the fitted law leaves. */
    static Sweep largerIsBetterNoiseFromResiduals(long seed) {
        return new Sweep(
                grid(seed, LAW, 1, 0).runs().stream().map(UpsetSimulation::bare).toList(), true);
    }

    /**
     * Fifteen budgets of two sizes that lie to the left and the right of the optimum and tie at equal compute, but in one
     * budget the larger is worse by {@code effect} in log loss; the noise is what the fitted law leaves.
     */
    static Sweep tiesAtEqualCompute(long seed, double effect) {
        Random random = new Random(seed);
        List<Observation> runs = new ArrayList<>();
        for (int budget = 0; budget < 15; budget++) {
            double flops = 1e18 * Math.pow(10, budget / 3.5);
            double small = LAW.optimalParams(flops) / (3 + budget % 3);
            double large = tied(small, flops);
            for (double params : new double[] {small, large}) {
                double tokens = flops / (6 * params);
                double shift = budget == 7 && params == large ? effect : 0;
                double loss = LAW.loss(params, tokens) * Math.exp(NOISE * random.nextGaussian() + shift);
                runs.add(new Observation("r" + runs.size(), params, tokens, flops, flops, loss, null));
            }
        }
        return new Sweep(runs, true);
    }

    /** The size to the right of the optimum with the loss of {@code small} at the same compute. */
    private static double tied(double small, double flops) {
        double loss = LAW.loss(small, flops / (6 * small));
        double optimum = LAW.optimalParams(flops);
        return Math.exp(new BrentSolver(1e-12)
                .solve(
                        1000,
                        log -> LAW.loss(Math.exp(log), flops / (6 * Math.exp(log))) - loss,
                        Math.log(optimum),
                        Math.log(optimum) + 10));
    }

    private static Sweep grid(long seed, Chinchilla law, int seeds, double effect) {
        Random random = new Random(seed);
        List<Observation> runs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                double params = 3e7 * Math.pow(3, i);
                double tokens = 1e9 * Math.pow(2.7, j); // no two cells share a compute
                double shift = i == 5 && j == 5 ? effect : 0;
                for (int repeat = 0; repeat < seeds; repeat++) {
                    double loss = law.loss(params, tokens) * Math.exp(NOISE * random.nextGaussian() + shift);
                    runs.add(new Observation(
                            "r" + runs.size(), params, tokens, 6 * params * tokens, null, loss, NOISE * loss));
                }
            }
        }
        return new Sweep(runs, false);
    }

    private static Observation bare(Observation run) {
        return new Observation(run.name(), run.params(), run.tokens(), run.flops(), null, run.loss(), null);
    }
}
