package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.RunTable;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Times fits in one process, warm: {@code docs/benchmarks/fit.sh} runs it beside other solvers. Prints, for each, wall
 * milliseconds (the median, then the 10th and 90th percentile), the processor time of all threads, and the objective.
 *
 * <p>Arguments: a table of runs, then the sizes of simulated tables, such as {@code runs.csv 100 1000 10000}.
 */
public final class FitBenchmark {
    private static final FitOptions CERTIFIED = FitOptions.DEFAULT.withoutIntervals();
    /** Time given to a measurement after as much of warm-up, nanoseconds. */
    private static final long BUDGET = 3_000_000_000L;

    private static final int FEWEST = 3;
    private static final int MOST = 1000;

    private FitBenchmark() {}

    public static void main(String[] arguments) {
        List<Observation> runs =
                Observation.from(RunTable.read(Path.of(arguments[0]), Map.of()).runs());
        time("certified " + runs.size(), runs, CERTIFIED);
        time("profile intervals " + runs.size(), runs, CERTIFIED.withReplicates(0));
        time("100 bootstraps " + runs.size(), runs, CERTIFIED.withReplicates(100));
        for (int i = 1; i < arguments.length; i++) {
            int points = Integer.parseInt(arguments[i]);
            time("certified " + points, simulated(points), CERTIFIED);
        }
    }

    /** Losses of one law under noise of 0.3 %, over four decades of N and of D. */
    private static List<Observation> simulated(int points) {
        Chinchilla truth = new Chinchilla(1.82, 480, 2100, 0.35, 0.37);
        SplittableRandom random = new SplittableRandom(1);
        return Stream.generate(() -> {
                    double params = Math.pow(10, 6 + 4 * random.nextDouble());
                    double tokens = Math.pow(10, 8 + 4 * random.nextDouble());
                    double noise = 3e-3 * random.nextGaussian();
                    return Observation.of("simulated", params, tokens, truth.loss(params, tokens) * Math.exp(noise));
                })
                .limit(points)
                .toList();
    }

    private static void time(String what, List<Observation> runs, FitOptions options) {
        double objective = 0;
        double[] wall = new double[MOST];
        int count = 0;
        long warm = System.nanoTime() + BUDGET;
        do {
            objective = LawFit.fit(Chinchilla.FORM, runs, options).objective().value();
        } while (System.nanoTime() < warm);
        long end = System.nanoTime() + BUDGET;
        double processor = processorMillis();
        while (count < FEWEST || (count < MOST && System.nanoTime() < end)) {
            long start = System.nanoTime();
            objective = LawFit.fit(Chinchilla.FORM, runs, options).objective().value();
            wall[count++] = (System.nanoTime() - start) / 1e6;
        }
        processor = (processorMillis() - processor) / count;
        double[] sorted = Arrays.copyOf(wall, count);
        Arrays.sort(sorted);
        System.out.printf(
                "%-22s wall %9.2f (%.2f to %.2f) ms, processor %9.2f ms, objective %.13g%n",
                what, sorted[count / 2], sorted[count / 10], sorted[count - 1 - count / 10], processor, objective);
    }

    private static double processorMillis() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e6;
    }
}
