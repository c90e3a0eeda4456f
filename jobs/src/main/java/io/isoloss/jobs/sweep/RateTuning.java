package io.isoloss.jobs.sweep;

import io.isoloss.jobs.corpus.CorpusIdentity;
import io.isoloss.jobs.model.ModelShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A grid of learning rates on a few widths of a design, each on the least compute or data that the design has for it: the
 * cheapest trials that tell which rates the design asks for.
 *
 * @param widths to tune, spread over those that the smallest budget of the design has
 * @param rates of each width, around the one that the design's rule gives it
 * @param ratio of neighbouring rates
 * @param seeds that each rate is trained with: the design's, and the numbers from 1 on that are none of them
 */
public record RateTuning(SweepDesign design, int widths, int rates, double ratio, int seeds) {

    public RateTuning {
        if (design == null || widths < 2 || rates < 4 || seeds < 1 || !(ratio > 1 && Double.isFinite(ratio))) {
            throw new IllegalArgumentException(
                    "Invalid tuning (want a design, 2 widths or more, 4 rates or more, a ratio above 1 and a seed or more): "
                            + widths + " widths, " + rates + " rates, ratio " + ratio + ", " + seeds + " seeds");
        }
    }

    /** The trials, longest first; ordinary ones, equal to those of a sweep with such a grid. */
    public List<Trial> trials(CorpusIdentity corpus) {
        List<Trial> trials = new ArrayList<>();
        for (DesignPoint point : points()) {
            Design alone = point.convention() == null
                    ? new Grid(List.of(point.params()), List.of(point.amount()))
                    : new IsoFlop(
                            point.convention(),
                            List.of(new IsoFlop.Budget(point.amount(), List.of(point.params()), "/params")));
            RecipeRules rules = design.rules().with(new LearningRateGrid(around(point)));
            new SweepDesign(design.name(), design.shapes(), rules, alone, allSeeds())
                    .trials(corpus).stream().map(this::named).forEach(trials::add);
        }
        return trials.stream()
                .sorted(Comparator.comparingDouble(Trial::flopsExact).reversed().thenComparing(Trial::name))
                .toList();
    }

    /** The rate that the design's own rule gives a shape. */
    public double present(ModelShape shape, double tokens, int batchSequences) {
        List<Double> own = design.rules().learningRate().rates(shape, tokens, batchSequences);
        return own.stream().sorted().toList().get(own.size() / 2);
    }

    /** A trial at the rate of the design's own rule is one of the rule, not of the grid. */
    private Trial named(Trial trial) {
        double present =
                present(trial.shape(), (double) trial.tokens(), trial.recipe().batchSequences());
        return Math.abs(trial.recipe().peakLearningRate() / present - 1) > 1e-3
                ? trial
                : new Trial(
                        trial.sweep(),
                        trial.name(),
                        trial.spec(),
                        trial.budgetFlops(),
                        design.rules().learningRate().line(),
                        trial.batchRule());
    }

    private List<Double> around(DesignPoint point) {
        ModelShape shape = shapes().nearest(point.params());
        double tokens = point.tokensFor(shape);
        double middle = present(shape, tokens, design.rules().batch().sequencesFor(shape, tokens));
        List<Double> grid = new ArrayList<>();
        for (int i = 0; i < rates; i++) {
            double rate = LearningRateRule.rounded(middle * Math.pow(ratio, i - rates / 2));
            if (rate <= 1) {
                grid.add(rate);
            }
        }
        return grid;
    }

    /** Of the one model that is tuned. */
    private ShapeSearch shapes() {
        return design.shapes().get(0);
    }

    private List<Long> allSeeds() {
        return LongStream.concat(
                        design.seeds().stream().mapToLong(Long::longValue),
                        LongStream.rangeClosed(1, seeds + (long) design.seeds().size()))
                .distinct()
                .limit(seeds)
                .boxed()
                .toList();
    }

    /** The points of the smallest amount, one a width, spread evenly over the widths. */
    private List<DesignPoint> points() {
        List<DesignPoint> all = design.design().points();
        double least = all.stream().mapToDouble(DesignPoint::amount).min().orElseThrow();
        TreeMap<Integer, DesignPoint> byWidth = new TreeMap<>();
        all.stream()
                .filter(point -> point.amount() == least)
                .forEach(point ->
                        byWidth.putIfAbsent(shapes().nearest(point.params()).width(), point));
        List<DesignPoint> found = List.copyOf(byWidth.values());
        int count = Math.min(widths, found.size());
        List<DesignPoint> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(found.get(count == 1 ? 0 : Math.round((float) i * (found.size() - 1) / (count - 1))));
        }
        return chosen;
    }
}
