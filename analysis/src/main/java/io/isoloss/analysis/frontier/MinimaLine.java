package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A power line through the minima of budgets, and how sure it is. Minima of parabolas count alike, and their standard errors
 * carry over to all that is linear in them; minima of splines count by the inverse of their variance, and their replicates
 * carry over one by one.
 */
final class MinimaLine {
    private final double[] logFlops;
    private final List<ProfileMinimum> minima;
    private final Double quantile95;
    private final double[] weights;
    private final PowerLine line;
    private final List<PowerLine> replicates;

    MinimaLine(double[] logFlops, List<ProfileMinimum> minima, Double quantile95) {
        this.logFlops = logFlops;
        this.minima = minima;
        this.quantile95 = quantile95;
        int paired = minima.stream()
                .mapToInt(minimum -> minimum.replicates().size())
                .min()
                .orElseThrow();
        this.weights = minima.stream()
                .mapToDouble(minimum -> paired == 0 ? 1 : 1 / Math.pow(minimum.logStandardError(), 2))
                .toArray();
        this.line = PowerLine.through(logFlops, logs(ProfileMinimum::log), weights);
        this.replicates = IntStream.range(0, paired)
                .mapToObj(i -> PowerLine.through(
                        logFlops, logs(minimum -> minimum.replicates().get(i)), weights))
                .toList();
    }

    PowerLine line() {
        return line;
    }

    double[] weights() {
        return weights.clone();
    }

    Estimate exponent() {
        if (!replicates.isEmpty()) {
            return percentiles(line.exponent(), PowerLine::exponent);
        }
        Double error = error(PowerLine.leverage(logFlops, weights));
        return error == null
                ? new Estimate(line.exponent(), null, null, true)
                : new Estimate(
                        line.exponent(),
                        line.exponent() - quantile95 * error,
                        line.exponent() + quantile95 * error,
                        true);
    }

    Estimate at(double flops) {
        if (!replicates.isEmpty()) {
            return percentiles(line.at(flops), replicate -> replicate.at(flops));
        }
        double[] leverage = PowerLine.leverage(logFlops, weights);
        double total = Arrays.stream(weights).sum();
        double distance = Math.log(flops);
        for (int i = 0; i < weights.length; i++) {
            distance -= weights[i] / total * logFlops[i];
        }
        for (int i = 0; i < leverage.length; i++) {
            leverage[i] = weights[i] / total + distance * leverage[i];
        }
        return ProfileMinimum.around(Math.log(line.at(flops)), error(leverage), quantile95);
    }

    private Estimate percentiles(double value, ToDoubleFunction<PowerLine> quantity) {
        return Estimate.of(value, replicates.stream().mapToDouble(quantity).toArray());
    }

    /** Standard error of the sum of minima times {@code factors}; null if theirs are not known. */
    private Double error(double[] factors) {
        double variance = 0;
        for (int i = 0; i < factors.length; i++) {
            Double error = minima.get(i).logStandardError();
            if (error == null) {
                return null;
            }
            variance += Math.pow(factors[i] * error, 2);
        }
        return Math.sqrt(variance);
    }

    private double[] logs(ToDoubleFunction<ProfileMinimum> place) {
        return minima.stream().mapToDouble(place).toArray();
    }
}
