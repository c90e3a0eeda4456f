package io.isoloss.analysis.frontier;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Approach 1 of Hoffmann et al. 2022 (section 3.1): the runs of least loss along C, and power laws through their N and D. Of
 * interpolated curves only such C count at which both a smaller and a larger size were in the running, as a minimum must be
 * interior; of the hull every point counts, as published.
 *
 * @param supported whether the envelope is a frontier
 * @param failure why not, as a sentence; null if supported
 * @param curves training curves that were compared
 * @param sizes different N on the part of the envelope that counts
 * @param shareAtEnds share of that part that lies in the last tenth of the compute of its runs
 * @param paramsExponent a in N_opt = k C^a, with an interval by drawing runs with replacement; open if not supported
 * @param tokensExponent b in D_opt = l C^b likewise
 * @param stretches the envelope, by ascending C
 */
public record Envelope(
        EnvelopeBy by,
        boolean supported,
        String failure,
        int curves,
        int sizes,
        Double shareAtEnds,
        Estimate paramsExponent,
        Estimate tokensExponent,
        List<Stretch> stretches,
        @JsonIgnore Lines lines,
        @JsonIgnore List<Lines> replicates) {
    /** C at which the runs are compared (Hoffmann et al. 2022, section 3.1). */
    static final int COMPUTE_VALUES = 1500;
    /** Two sizes give a slope, and nothing to doubt it with. */
    public static final int FEWEST_SIZES = 3;
    /** The last part of a run's compute, in which its curve is about to end. */
    private static final double LAST = 0.9;
    /** From this share on the ends of the curves, not their crossings, decide which run is the best. */
    private static final double MOST_AT_ENDS = 0.5;
    /** With more failures than both tails of the interval hold, they decide its ends. */
    private static final double MOST_FAILED = 0.05;

    /**
     * A part of the envelope that one run holds.
     *
     * @param lowestFlops C at which it begins
     * @param highestFlops C at which it ends
     * @param counts whether the frontier is drawn through it
     */
    public record Stretch(String run, double params, double lowestFlops, double highestFlops, boolean counts) {}

    /** The lines through N and D. */
    record Lines(PowerLine params, PowerLine tokens) {}

    /** A place on the envelope. */
    private record Best(Curve curve, double flops, double tokens, boolean counts) {}

    public Envelope {
        stretches = List.copyOf(stretches);
        replicates = List.copyOf(replicates);
    }

    /**
     * Draws the envelope. Too few curves or sizes, an envelope of the ends of curves or of the smallest and largest sizes
     * alone are no frontier, and then it is not supported.
     *
     * @param replicates draws of the runs for the intervals
     */
    public static Envelope of(List<Curve> curves, EnvelopeBy by, int replicates, long seed) {
        if (sizes(curves) < FEWEST_SIZES) {
            return unsupported(
                    by,
                    curves,
                    0,
                    null,
                    List.of(),
                    curves.isEmpty()
                            ? "there are no training curves."
                            : curves.size() + " training curves of " + sizes(curves)
                                    + " sizes show no envelope, which needs " + FEWEST_SIZES + " sizes.");
        }
        Compared compared = new Compared(curves);
        int[] all = IntStream.range(0, curves.size()).toArray();
        List<Best> envelope = by == EnvelopeBy.HULL ? hull(curves) : compared.envelope(all);
        List<Stretch> stretches = stretches(envelope);
        List<Best> counting = envelope.stream().filter(Best::counts).toList();
        if (counting.isEmpty()) {
            return unsupported(
                    by,
                    curves,
                    0,
                    null,
                    stretches,
                    "The best run is of the smallest or the largest size trained so far at every C: train sizes below and"
                            + " above for as much compute.");
        }
        int sizes = sizes(counting.stream().map(Best::curve).toList());
        double atEnds = counting.stream()
                        .filter(best -> best.flops() > LAST * best.curve().lastFlops())
                        .count()
                / (double) counting.size();
        if (sizes < FEWEST_SIZES) {
            return unsupported(
                    by,
                    curves,
                    sizes,
                    atEnds,
                    stretches,
                    "Only " + sizes + " sizes lie on the envelope between smaller and larger ones, and a line needs "
                            + FEWEST_SIZES + ": train more sizes over the same compute.");
        }
        if (by == EnvelopeBy.CURVES && atEnds > MOST_AT_ENDS) {
            return unsupported(
                    by,
                    curves,
                    sizes,
                    atEnds,
                    stretches,
                    String.format(
                            Locale.ROOT,
                            "%.0f %% of the envelope are the ends of curves: where runs end decides which is best, as under a"
                                    + " learning rate that falls to each run's end; use approach 2 or 3.",
                            100 * atEnds));
        }
        Lines lines = lines(counting);
        List<Lines> drawn = replicates(curves, compared, by, replicates, seed);
        return new Envelope(
                by,
                true,
                null,
                curves.size(),
                sizes,
                atEnds,
                estimate(lines, drawn, line -> line.params().exponent()),
                estimate(lines, drawn, line -> line.tokens().exponent()),
                stretches,
                lines,
                drawn);
    }

    /**
     * The compute-optimal models at {@code flops}.
     *
     * @throws IsolossException of kind UNSUPPORTED if the envelope is no frontier
     */
    public List<FrontierPoint> at(List<Double> flops) {
        if (!supported) {
            throw new IsolossException(
                    Kind.UNSUPPORTED, "Cannot draw a frontier through the envelope of training curves: " + failure);
        }
        List<Stretch> counting = stretches.stream().filter(Stretch::counts).toList();
        double low = counting.get(0).lowestFlops();
        double high = counting.get(counting.size() - 1).highestFlops();
        return flops.stream()
                .map(c -> new FrontierPoint(
                        c,
                        estimate(lines, replicates, line -> line.params().at(c)),
                        estimate(lines, replicates, line -> line.tokens().at(c)),
                        null,
                        null,
                        c < low || c > high))
                .toList();
    }

    private static List<Lines> replicates(
            List<Curve> curves, Compared compared, EnvelopeBy by, int replicates, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Lines> drawn = new ArrayList<>();
        for (int replicate = 0; replicate < replicates; replicate++) {
            int[] draw = IntStream.range(0, curves.size())
                    .map(i -> random.nextInt(curves.size()))
                    .distinct()
                    .toArray();
            List<Best> envelope = by == EnvelopeBy.HULL
                    ? hull(IntStream.of(draw).mapToObj(curves::get).toList())
                    : compared.envelope(draw);
            List<Best> counting = envelope.stream().filter(Best::counts).toList();
            if (sizes(counting.stream().map(Best::curve).toList()) > 1) {
                drawn.add(lines(counting));
            }
        }
        return replicates - drawn.size() <= MOST_FAILED * replicates ? drawn : List.of();
    }

    /** The losses of every curve at every C. */
    private static final class Compared {
        private final List<Curve> curves;
        private final double[] flops = new double[COMPUTE_VALUES];
        private final double[][] losses;

        Compared(List<Curve> curves) {
            this.curves = curves;
            double low = curves.stream().mapToDouble(Curve::firstFlops).min().orElseThrow();
            double high = curves.stream().mapToDouble(Curve::lastFlops).max().orElseThrow();
            for (int i = 0; i < COMPUTE_VALUES; i++) {
                flops[i] = low * Math.pow(high / low, i / (COMPUTE_VALUES - 1.0));
            }
            this.losses = curves.stream()
                    .map(curve -> IntStream.range(0, COMPUTE_VALUES)
                            .mapToDouble(i -> curve.lossAt(flops[i]))
                            .toArray())
                    .toArray(double[][]::new);
        }

        /** The best of the {@code drawn} curves at each C that one of them reaches. */
        List<Best> envelope(int[] drawn) {
            List<Best> envelope = new ArrayList<>();
            for (int i = 0; i < COMPUTE_VALUES; i++) {
                int best = -1;
                double smallest = Double.POSITIVE_INFINITY;
                double largest = 0;
                for (int curve : drawn) {
                    if (losses[curve][i] < Double.POSITIVE_INFINITY) {
                        smallest = Math.min(smallest, curves.get(curve).params());
                        largest = Math.max(largest, curves.get(curve).params());
                        best = best < 0 || losses[curve][i] < losses[best][i] ? curve : best;
                    }
                }
                if (best >= 0) {
                    Curve curve = curves.get(best);
                    boolean interior = curve.params() > smallest && curve.params() < largest;
                    envelope.add(new Best(curve, flops[i], curve.tokensAt(flops[i]), interior));
                }
            }
            return envelope;
        }
    }

    /** The points on the lower convex hull in ln C and ln loss, from the least C to the least loss. */
    private static List<Best> hull(List<Curve> curves) {
        record Place(Best best, double logFlops, double logLoss) {}
        List<Place> places = curves.stream()
                .flatMap(curve -> curve.points().stream()
                        .map(point -> new Place(
                                new Best(curve, point.flops(), point.tokens(), true),
                                Math.log(point.flops()),
                                Math.log(point.loss()))))
                .sorted(Comparator.comparingDouble(Place::logFlops).thenComparingDouble(Place::logLoss))
                .toList();
        List<Place> hull = new ArrayList<>();
        for (Place place : places) {
            while (hull.size() > 1) {
                Place last = hull.get(hull.size() - 1);
                Place before = hull.get(hull.size() - 2);
                double turn = (last.logFlops() - before.logFlops()) * (place.logLoss() - before.logLoss())
                        - (last.logLoss() - before.logLoss()) * (place.logFlops() - before.logFlops());
                if (turn > 0) {
                    break;
                }
                hull.remove(hull.size() - 1);
            }
            hull.add(place);
        }
        List<Best> falling = new ArrayList<>();
        double loss = Double.POSITIVE_INFINITY;
        for (Place place : hull) {
            if (place.logLoss() < loss) {
                falling.add(place.best());
                loss = place.logLoss();
            }
        }
        return falling;
    }

    private static List<Stretch> stretches(List<Best> envelope) {
        List<Stretch> stretches = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= envelope.size(); i++) {
            Best first = envelope.get(from);
            if (i == envelope.size()
                    || !envelope.get(i).curve().equals(first.curve())
                    || envelope.get(i).counts() != first.counts()) {
                stretches.add(new Stretch(
                        first.curve().run(),
                        first.curve().params(),
                        first.flops(),
                        envelope.get(i - 1).flops(),
                        first.counts()));
                from = i;
            }
        }
        return stretches;
    }

    private static Lines lines(List<Best> counting) {
        double[] flops = logs(counting, Best::flops);
        return new Lines(
                PowerLine.through(flops, logs(counting, best -> best.curve().params())),
                PowerLine.through(flops, logs(counting, Best::tokens)));
    }

    private static double[] logs(List<Best> places, ToDoubleFunction<Best> quantity) {
        return places.stream()
                .mapToDouble(place -> Math.log(quantity.applyAsDouble(place)))
                .toArray();
    }

    private static int sizes(List<Curve> curves) {
        return (int) curves.stream().mapToDouble(Curve::params).distinct().count();
    }

    private static Estimate estimate(Lines lines, List<Lines> drawn, ToDoubleFunction<Lines> quantity) {
        return Estimate.of(
                quantity.applyAsDouble(lines),
                drawn.stream().mapToDouble(quantity).toArray());
    }

    private static Envelope unsupported(
            EnvelopeBy by, List<Curve> curves, int sizes, Double atEnds, List<Stretch> stretches, String failure) {
        return new Envelope(
                by,
                false,
                failure,
                curves.size(),
                sizes,
                atEnds,
                Estimate.OPEN,
                Estimate.OPEN,
                stretches,
                null,
                List.of());
    }
}
