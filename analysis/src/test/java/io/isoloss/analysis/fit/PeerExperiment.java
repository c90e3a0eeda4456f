package io.isoloss.analysis.fit;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.law.Chinchilla;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The experiment whose outcome Open-Athena's scaling-law-analysis publishes as expected_method_comparison.csv: IsoFLOP runs
 * on an asymmetric surface, with centres that drift away from the optimum by a factor of three, fitted by squares of plain
 * residuals.
 */
final class PeerExperiment {
    static final Chinchilla SURFACE = new Chinchilla(1.69, 406.4, 410.7, .465, .155);
    static final double[] NOISES = {.05, .1, .2};
    static final int[] BUDGETS = {2, 3, 4};
    static final int[] POINTS = {4, 8, 16, 32};
    static final int REPEATS = 256;
    static final FitOptions OPTIONS = new FitOptions(1e-3, 0, 0).with(Rho.squares(), Residuals.PLAIN);

    private static final double WIDTH = 8;
    private static final double DRIFT = 3;

    private PeerExperiment() {}

    /**
     * What became of the fits.
     *
     * @param open fits of which a shape or a scale is not identified: their errors are those of the least objective
     * @param unbounded further fits with an open interval
     * @param logErrors sum of the logs of the relative errors of a and b
     * @param highest the highest of those errors
     */
    record Outcome(int fits, int refused, int open, int unbounded, int missed, double logErrors, double highest) {
        static final Outcome NONE = new Outcome(0, 0, 0, 0, 0, 0, 0);

        Outcome plus(Outcome other) {
            return new Outcome(
                    fits + other.fits,
                    refused + other.refused,
                    open + other.open,
                    unbounded + other.unbounded,
                    missed + other.missed,
                    logErrors + other.logErrors,
                    Math.max(highest, other.highest));
        }

        double geometricMeanError() {
            return Math.exp(logErrors / (2 * (fits - refused)));
        }
    }

    /** All cells, with {@code repeats} draws of noise each. */
    static Outcome all(int repeats) {
        Outcome sum = Outcome.NONE;
        for (double noise : NOISES) {
            for (int budgets : BUDGETS) {
                for (int points : POINTS) {
                    sum = sum.plus(cell(noise, budgets, points, repeats));
                }
            }
        }
        return sum;
    }

    static Outcome cell(double noise, int budgets, int points, int repeats) {
        return IntStream.range(0, repeats)
                .parallel()
                .mapToObj(repeat -> fit(runs(noise, budgets, points, repeat)))
                .reduce(Outcome.NONE, Outcome::plus);
    }

    /** Budgets over 1e17 to 1e21, sizes within a factor of eight of a centre, noise in nats. */
    static List<Observation> runs(double noise, int budgets, int points, int repeat) {
        SplittableRandom random =
                new SplittableRandom(((Math.round(noise * 100) * 10 + budgets) * 100 + points) * 1000 + repeat);
        List<Observation> runs = new ArrayList<>();
        for (int b = 0; b < budgets; b++) {
            double along = b / (budgets - 1.0);
            double flops = 1e17 * Math.pow(1e4, along);
            double centre = SURFACE.optimalParams(flops) * Math.pow(DRIFT, -along);
            for (int i = 0; i < points; i++) {
                double params = centre * Math.pow(WIDTH, 2.0 * i / (points - 1) - 1);
                double tokens = flops / 6 / params;
                double loss = SURFACE.loss(params, tokens) + noise * random.nextGaussian();
                runs.add(new Observation("p" + runs.size(), params, tokens, flops, flops, loss, null));
            }
        }
        return runs;
    }

    private static Outcome fit(List<Observation> runs) {
        FitResult fit;
        try {
            fit = LawFit.fit(Chinchilla.FORM, runs, OPTIONS);
        } catch (IsolossException e) {
            return new Outcome(1, 1, 0, 0, 0, 0, 0);
        }
        Chinchilla law = (Chinchilla) fit.atOptimum();
        double a = Math.abs(law.paramsExponent() / SURFACE.paramsExponent() - 1);
        double b = Math.abs(law.tokensExponent() / SURFACE.tokensExponent() - 1);
        boolean open = fit.best() == null;
        return new Outcome(
                1,
                0,
                open ? 1 : 0,
                !open && !fit.identified() ? 1 : 0,
                Recovery.missed(runs, OPTIONS, law, SURFACE) ? 1 : 0,
                Math.log(a) + Math.log(b),
                Math.max(a, b));
    }
}
