package io.isoloss.analysis.outlook;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.LossSurface;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far the log of one run's loss is from what such runs have on average. */
public sealed interface RunNoise {
    /** Where the figure is from. */
    @JsonProperty
    String source();

    /** Variance of the log loss of one run. */
    double variance(Observation run);

    /** Degrees of freedom of the variance; null where it is taken as known. */
    @JsonProperty
    Integer freedom();

    /** The same without what these runs contribute to it, so that they are judged by others. */
    default RunNoise apartFrom(List<Observation> runs) {
        return this;
    }

    /**
     * The scatter of runs that share N and D.
     *
     * @param relative standard deviation of log loss
     */
    record Repeats(double relative, Integer freedom) implements RunNoise {
        @Override
        public String source() {
            return "repeated runs";
        }

        @Override
        public double variance(Observation run) {
            return relative * relative;
        }
    }

    /**
     * The residuals of log loss about a law that was fitted to the runs.
     *
     * @param squares of the residuals, by run
     * @param parameters of the law
     */
    record Residuals(
            @JsonIgnore Map<Observation, Double> squares,
            @JsonIgnore int parameters) implements RunNoise {
        @Override
        public String source() {
            return "residuals of the fitted law";
        }

        @Override
        public Integer freedom() {
            return squares.size() - parameters;
        }

        /** Standard deviation of log loss. */
        @JsonProperty
        public double relative() {
            return Math.sqrt(
                    squares.values().stream().mapToDouble(Double::doubleValue).sum() / freedom());
        }

        @Override
        public double variance(Observation run) {
            return relative() * relative();
        }

        @Override
        public RunNoise apartFrom(List<Observation> runs) {
            Map<Observation, Double> others = new LinkedHashMap<>(squares);
            others.keySet().removeAll(runs);
            return others.size() > parameters ? new Residuals(others, parameters) : this;
        }
    }

    /** The standard error of each loss, which knows nothing of the seed of the training. */
    record StandardErrors() implements RunNoise {
        @Override
        public String source() {
            return "standard errors of the losses";
        }

        @Override
        public double variance(Observation run) {
            double relative = run.lossStandardError() / run.loss();
            return relative * relative;
        }

        @Override
        public Integer freedom() {
            return null;
        }
    }

    /** Below this many degrees of freedom Student's tails leave a test over many pairs no power. */
    int FEWEST_REPEATS = 5;

    /**
     * The best there is: the scatter of runs that repeat an (N, D), else the residuals about a law fitted to the runs, else
     * the standard errors of the losses.
     *
     * @param cells the runs by (N, D)
     * @param law fitted to the runs; null if none could be
     * @throws IsolossException of kind UNSUPPORTED if there is none of these
     */
    static RunNoise of(Collection<List<Observation>> cells, LossSurface law) {
        int repeats = cells.stream().mapToInt(cell -> cell.size() - 1).sum();
        if (repeats >= FEWEST_REPEATS) {
            return new Repeats(Math.sqrt(squaresWithin(cells) / repeats), repeats);
        }
        List<Observation> runs = cells.stream().flatMap(List::stream).toList();
        if (law != null && runs.size() > law.parameters().size()) {
            Map<Observation, Double> squares = new LinkedHashMap<>();
            for (Observation run : runs) {
                double residual = Math.log(run.loss() / law.loss(run.params(), run.tokens()));
                squares.put(run, residual * residual);
            }
            return new Residuals(squares, law.parameters().size());
        }
        if (runs.stream().allMatch(run -> run.lossStandardError() != null && run.lossStandardError() > 0)) {
            return new StandardErrors();
        }
        throw new IsolossException(
                Kind.UNSUPPORTED,
                "Cannot tell whether a smaller model beats a larger one among " + runs.size()
                        + " runs: nothing says how far a loss moves with the seed; repeat " + FEWEST_REPEATS
                        + " runs with other seeds, or give the standard error of each loss.");
    }

    private static double squaresWithin(Collection<List<Observation>> cells) {
        double squares = 0;
        for (List<Observation> cell : cells) {
            double mean = cell.stream()
                    .mapToDouble(run -> Math.log(run.loss()))
                    .average()
                    .orElseThrow();
            squares += cell.stream()
                    .mapToDouble(run -> Math.log(run.loss()) - mean)
                    .map(deviation -> deviation * deviation)
                    .sum();
        }
        return squares;
    }
}
