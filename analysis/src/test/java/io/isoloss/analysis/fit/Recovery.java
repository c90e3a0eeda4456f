package io.isoloss.analysis.fit;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.LossSurface;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Fits of runs drawn from known surfaces, against what those surfaces are. */
final class Recovery {
    static final double[] NOISES = {1e-3, 3e-3, 1e-2};
    static final double[] BUDGETS = {1e17, 1e18, 1e19, 1e20, 1e21};
    /** Sizes on each side of the optimum of a budget. */
    private static final int SIDE = 3;
    /** An objective this share above the one that a descent from the truth reaches is that of another, worse minimum. */
    static final double MISSED = 1e-9;

    private Recovery() {}

    /** Seven sizes around the optimum of each budget, a factor apart: over a factor of 244, or of 17. */
    enum Design {
        WIDE(2.5),
        NARROW(1.6);

        final double factor;

        Design(double factor) {
            this.factor = factor;
        }

        @Override
        public String toString() {
            return this == WIDE ? "wide" : "narrow";
        }
    }

    /** A design and the standard deviation of the noise of log losses. */
    record Cell(double noise, Design design) {
        static List<Cell> all() {
            return Arrays.stream(NOISES)
                    .boxed()
                    .flatMap(noise -> Arrays.stream(Design.values()).map(design -> new Cell(noise, design)))
                    .toList();
        }

        /** 35 runs on the surface; every cell and surface has noise of its own. */
        List<Observation> runs(Chinchilla truth, int surface) {
            SplittableRandom random =
                    new SplittableRandom(Double.hashCode(noise * design.factor) * 1_000_000L + surface);
            List<Observation> runs = new ArrayList<>();
            for (double flops : BUDGETS) {
                for (int k = -SIDE; k <= SIDE; k++) {
                    double params = truth.optimalParams(flops) * Math.pow(design.factor, k);
                    double tokens = flops / 6 / params;
                    double loss = truth.loss(params, tokens) * Math.exp(noise * random.nextGaussian());
                    runs.add(new Observation("p" + runs.size(), params, tokens, flops, flops, loss, null));
                }
            }
            return runs;
        }
    }

    /**
     * A surface with exponents uniform in .2 to .7, a floor in 1.4 to 2.2, and at 1e19 FLOPs an optimum within a factor of
     * two of 3.5e8 parameters and .5 to 1.5 nats above the floor.
     */
    static Chinchilla surface(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double alpha = random.nextDouble(.2, .7);
        double beta = random.nextDouble(.2, .7);
        double floor = random.nextDouble(1.4, 2.2);
        double params = 3.5e8 * Math.pow(2, random.nextDouble(-1, 1));
        double tokens = 1e19 / 6 / params;
        double share = random.nextDouble(.5, 1.5) / (alpha + beta);
        return new Chinchilla(
                floor, beta * share * Math.pow(params, alpha), alpha * share * Math.pow(tokens, beta), alpha, beta);
    }

    /** Quantities of the surface that every fit states. */
    static final Map<String, ToDoubleFunction<Chinchilla>> STATED = stated();

    private static Map<String, ToDoubleFunction<Chinchilla>> stated() {
        Map<String, ToDoubleFunction<Chinchilla>> quantities = new LinkedHashMap<>();
        quantities.put("a", Chinchilla::paramsExponent);
        quantities.put("b", Chinchilla::tokensExponent);
        quantities.put("alpha", Chinchilla::alpha);
        quantities.put("beta", Chinchilla::beta);
        quantities.put("E", Chinchilla::E);
        quantities.put("A", Chinchilla::A);
        quantities.put("B", Chinchilla::B);
        return quantities;
    }

    /** N_opt and loss amid the budgets and at ten and a hundred times the largest; D_opt = C/(6 N_opt) needs no row. */
    static final Map<String, ToDoubleFunction<LossSurface>> FRONTIER = frontier();

    private static Map<String, ToDoubleFunction<LossSurface>> frontier() {
        Map<String, ToDoubleFunction<LossSurface>> quantities = new LinkedHashMap<>();
        for (String flops : List.of("1e19", "1e22", "1e23")) {
            double budget = Double.parseDouble(flops);
            quantities.put("N_opt(" + flops + ")", law -> law.optimalParams(budget));
            quantities.put("loss(" + flops + ")", law -> law.optimalLoss(budget));
        }
        return quantities;
    }

    /** What became of the fits of one cell, or of several. */
    static final class Tally {
        int fits;
        /** Fits that were refused, or that left a parameter open: the answer says so. */
        int refused;

        int open;
        /** Certified optima that a descent from the truth goes below. */
        int missed;

        final Map<String, Count> counts = new LinkedHashMap<>();

        Count of(String quantity) {
            return counts.computeIfAbsent(quantity, name -> new Count());
        }

        Tally plus(Tally other) {
            fits += other.fits;
            refused += other.refused;
            open += other.open;
            missed += other.missed;
            other.counts.forEach((name, count) -> of(name).plus(count));
            return this;
        }

        /** Missed optima, and truths far beyond an interval that claims to hold them. */
        int silentFailures() {
            return missed
                    + counts.values().stream()
                            .mapToInt(count -> count.beyondThrice)
                            .sum();
        }

        /** Geometric mean of the relative errors of some quantities, over them and all fits. */
        double geometricMeanError(String... quantities) {
            double logErrors = 0;
            int values = 0;
            for (String quantity : quantities) {
                logErrors += of(quantity).logErrors;
                values += of(quantity).values;
            }
            return Math.exp(logErrors / values);
        }
    }

    /** How one quantity was met. */
    static final class Count {
        int values;
        int covered;
        /** Truths further from the value than two, and three, times the end of the interval on their side. */
        int beyondTwice;

        int beyondThrice;
        double logErrors;

        /** All quantities are positive, and A, B and N_opt known by ratios: lengths are of logs. */
        void add(Estimate estimate, double value, double truth) {
            values++;
            logErrors += Math.log(Math.abs(value / truth - 1));
            Double end = truth < value ? estimate.low() : estimate.high();
            double arms = end == null || end <= 0 ? 0 : Math.log(truth / value) / Math.log(end / value);
            covered += arms <= 1 ? 1 : 0;
            beyondTwice += arms > 2 ? 1 : 0;
            beyondThrice += arms > 3 ? 1 : 0;
        }

        void plus(Count other) {
            covered += other.covered;
            beyondTwice += other.beyondTwice;
            beyondThrice += other.beyondThrice;
            values += other.values;
            logErrors += other.logErrors;
        }

        double coverage() {
            return (double) covered / values;
        }

        /** Binomial standard error of a coverage of 95 %. */
        double standardError() {
            return Math.sqrt(.95 * .05 / values);
        }
    }

    /** Fits of the first surfaces in one cell. */
    static Tally tally(Cell cell, int surfaces, FitOptions options, boolean withFrontier) {
        return IntStream.range(0, surfaces)
                .parallel()
                .mapToObj(surface -> fit(cell, surface, options, withFrontier))
                .collect(Tally::new, Tally::plus, Tally::plus);
    }

    private static Tally fit(Cell cell, int surface, FitOptions options, boolean withFrontier) {
        Tally tally = new Tally();
        tally.fits = 1;
        Chinchilla truth = surface(surface);
        List<Observation> runs = cell.runs(truth, surface);
        FitResult fit;
        try {
            fit = LawFit.fit(Chinchilla.FORM, runs, options);
        } catch (IsolossException e) {
            tally.refused = 1;
            return tally;
        }
        Chinchilla law = (Chinchilla) fit.atOptimum();
        tally.missed = missed(runs, options, law, truth) ? 1 : 0;
        if (!fit.identified()) {
            tally.open = 1;
        }
        STATED.forEach((name, quantity) -> tally.of(name)
                .add(
                        switch (name) {
                            case "a" -> fit.optimum().paramsExponent();
                            case "b" -> fit.optimum().tokensExponent();
                            default -> fit.parameters().get(name);
                        },
                        quantity.applyAsDouble(law),
                        quantity.applyAsDouble(truth)));
        if (withFrontier && fit.best() != null) {
            FRONTIER.forEach((name, quantity) -> tally.of(name)
                    .add(fit.fitted().estimate(quantity), quantity.applyAsDouble(law), quantity.applyAsDouble(truth)));
        }
        return tally;
    }

    /** Whether a descent from the true parameters ends below {@code law}. */
    static boolean missed(List<Observation> runs, FitOptions options, Chinchilla law, Chinchilla truth) {
        Points points = Points.of(Sample.of(Chinchilla.FORM, runs), options);
        ObjectiveSurface surface = new ObjectiveSurface(Chinchilla.FORM, points, options.rho(), options.residuals());
        double[] end = new NewtonPolish(surface, points.weights())
                .descend(coordinates(surface, truth))
                .at();
        double ours = surface.value(coordinates(surface, law), points.weights());
        return ours > surface.value(end, points.weights()) * (1 + MISSED);
    }

    private static double[] coordinates(ObjectiveSurface surface, Chinchilla law) {
        return surface.coordinates(new double[] {law.E(), law.A(), law.B()}, new double[] {law.alpha(), law.beta()});
    }
}
