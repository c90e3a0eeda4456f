package io.isoloss.analysis.frontier;

import io.isoloss.analysis.runs.Conventions;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * The training curve of one run.
 *
 * @param params N
 * @param points by ascending tokens, all different, two or more
 */
public record Curve(String run, double params, List<Point> points) {
    /** Points this factor of tokens away and nearer smooth a training loss. */
    private static final double WINDOW = 1.2;

    /**
     * A moment of the training.
     *
     * @param tokens seen so far
     * @param flops spent so far
     * @param loss nats a token
     */
    public record Point(double tokens, double flops, double loss) {
        public Point {
            if (!(tokens > 0 && flops > 0 && loss > 0 && Double.isFinite(tokens * flops) && Double.isFinite(loss))) {
                throw new IllegalArgumentException("Invalid point of a curve (want tokens, FLOPs and loss finite and"
                        + " positive): " + tokens + ", " + flops + ", " + loss);
            }
        }
    }

    public Curve {
        Objects.requireNonNull(run, "run");
        points = List.copyOf(points);
        if (points.size() < 2) {
            throw new IllegalArgumentException("Invalid curve of " + run + " (want two points or more): " + points);
        }
        for (int i = 1; i < points.size(); i++) {
            if (!(points.get(i).tokens() > points.get(i - 1).tokens())) {
                throw new IllegalArgumentException("Invalid curve of " + run + " (want ascending tokens): " + points);
            }
        }
    }

    /**
     * The curves table of a sweep, for completed runs whose N is known: the validation losses where the table has any, else the
     * training losses, smoothed as in Hoffmann et al. 2022 (section 3.1), for each is the noisy loss of a batch. Compute
     * grows evenly with tokens.
     */
    public static List<Curve> of(List<Run> runs, List<CurvePoint> table, Conventions conventions) {
        boolean validation = table.stream().anyMatch(point -> point.validationLoss() != null);
        Map<String, TreeMap<Double, Double>> losses = new LinkedHashMap<>();
        for (CurvePoint point : table) {
            Double loss = validation ? point.validationLoss() : point.trainLoss();
            if (point.tokens() != null && point.tokens() > 0 && loss != null && loss > 0) {
                losses.computeIfAbsent(point.runId(), id -> new TreeMap<>()).put(point.tokens(), loss);
            }
        }
        List<Curve> curves = new ArrayList<>();
        for (Run run : runs) {
            Double params = conventions.params(run);
            Double flops = conventions.flops(run);
            TreeMap<Double, Double> measured = losses.get(run.id());
            if (run.completed() && params != null && flops != null && run.tokens() != null && measured != null) {
                TreeMap<Double, Point> points = new TreeMap<>();
                measured.forEach((tokens, loss) -> points.put(
                        tokens,
                        new Point(
                                tokens, flops * tokens / run.tokens(), validation ? loss : smooth(measured, tokens))));
                add(curves, run.label(), params, points);
            }
        }
        return curves;
    }

    /** The loss at {@code tokens} of a straight line in the logs, through the points at most a fifth of the tokens away. */
    private static double smooth(TreeMap<Double, Double> losses, double tokens) {
        SimpleRegression line = new SimpleRegression();
        losses.subMap(tokens / WINDOW, true, tokens * WINDOW, true)
                .forEach((at, loss) -> line.addData(Math.log(at / tokens), Math.log(loss)));
        return line.getN() < 3 ? losses.get(tokens) : Math.exp(line.getIntercept());
    }

    /**
     * The rows of a table that has several for one run, at different tokens, under one name and one N. The reader of tables
     * tells repeated names apart by their line, from the second on, which is taken off again here. Rows without a name are
     * runs of their own.
     */
    public static List<Curve> ofRows(List<Run> rows, Conventions conventions) {
        Set<String> names = rows.stream().map(Run::id).collect(Collectors.toSet());
        Map<List<Object>, TreeMap<Double, Point>> byRun = new LinkedHashMap<>();
        for (Run row : rows) {
            Double params = conventions.params(row);
            Double flops = conventions.flops(row);
            if (row.completed() && params != null && flops != null && row.tokens() != null && row.loss() != null) {
                String name = row.id().replaceFirst(" (line|row) \\d+$", "");
                if (names.contains(name)) {
                    byRun.computeIfAbsent(List.of(name, params), key -> new TreeMap<>())
                            .put(row.tokens(), new Point(row.tokens(), flops, row.loss()));
                }
            }
        }
        List<Curve> curves = new ArrayList<>();
        byRun.forEach((key, points) -> add(curves, (String) key.get(0), (double) key.get(1), points));
        return curves;
    }

    private static void add(List<Curve> curves, String run, double params, TreeMap<Double, Point> points) {
        if (points.size() > 1) {
            curves.add(new Curve(run, params, List.copyOf(points.values())));
        }
    }

    /** Compute of the first point, FLOPs. */
    double firstFlops() {
        return points.get(0).flops();
    }

    /** Compute of the last point, FLOPs. */
    double lastFlops() {
        return points.get(points.size() - 1).flops();
    }

    /** Loss at {@code flops}, linear between points in the logs of both; infinite beyond the ends. */
    double lossAt(double flops) {
        if (!(flops >= firstFlops() && flops <= lastFlops())) {
            return Double.POSITIVE_INFINITY;
        }
        int after = place(flops);
        return Math.exp(between(
                after,
                flops,
                Math.log(points.get(after - 1).loss()),
                Math.log(points.get(after).loss())));
    }

    /** Tokens seen when {@code flops} were spent, between the ends. */
    double tokensAt(double flops) {
        int after = place(flops);
        return Math.exp(between(
                after,
                flops,
                Math.log(points.get(after - 1).tokens()),
                Math.log(points.get(after).tokens())));
    }

    private double between(int after, double flops, double low, double high) {
        double start = Math.log(points.get(after - 1).flops());
        double end = Math.log(points.get(after).flops());
        return low + (high - low) * (Math.log(flops) - start) / (end - start);
    }

    /** The first point at or beyond {@code flops}, but never the first of all. */
    private int place(double flops) {
        int after = 1;
        while (after < points.size() - 1 && points.get(after).flops() < flops) {
            after++;
        }
        return after;
    }
}
