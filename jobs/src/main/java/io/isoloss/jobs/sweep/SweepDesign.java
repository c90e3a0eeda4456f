package io.isoloss.jobs.sweep;

import io.isoloss.jobs.corpus.CorpusIdentity;
import io.isoloss.jobs.model.ModelShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A design with all it takes to turn it into trials.
 *
 * @param shapes of each model that the whole design is crossed with
 */
public record SweepDesign(String name, List<ShapeSearch> shapes, RecipeRules rules, Design design, List<Long> seeds)
        implements Serializable {

    /** How far a trial's compute or data may be from what the design asks: steps are whole. */
    private static final double AMOUNT_TOLERANCE = 0.01;

    public SweepDesign {
        shapes = List.copyOf(shapes);
        seeds = List.copyOf(seeds);
        if (name == null || name.isBlank() || shapes.isEmpty() || rules == null || design == null || seeds.isEmpty()) {
            throw new IllegalArgumentException(
                    "Invalid sweep (want a name, shapes, rules, a design and seeds): " + name);
        }
    }

    /** What is wrong with the design; empty where {@link #trials} works. */
    public List<PlanProblem> problems() {
        var cells = cells();
        var problems = new ArrayList<PlanProblem>();
        cells.stream()
                .filter(cell -> !ShapeSearch.fits(cell.shape, cell.point.params()))
                .map(this::noShape)
                .forEach(problems::add);
        for (List<Cell> amount : byAmount(cells).values()) {
            if (amount.stream().allMatch(cell -> cell.steps < rules.minSteps())) {
                problems.add(belowSmallest(amount));
                continue;
            }
            for (Cell cell : amount) {
                if (cell.steps < rules.minSteps()) {
                    problems.add(tooFewSteps(cell));
                } else if (cell.error() > AMOUNT_TOLERANCE) {
                    problems.add(missesAmount(cell));
                }
            }
        }
        return problems.stream().distinct().toList();
    }

    /** Longest first by exact FLOPs, so that the last to finish is a short one; each run once. */
    public List<Trial> trials(CorpusIdentity corpus) {
        var problems = problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.get(0).message());
        }
        var byId = new LinkedHashMap<String, Trial>();
        for (Cell cell : cells()) {
            for (long seed : seeds) {
                for (Recipe recipe : rules.recipes(cell.shape, cell.tokens(), cell.batch, cell.steps, seed)) {
                    TrialSpec spec =
                            new TrialSpec(corpus, rules.task(), cell.shape, recipe).in(rules.modeOf(cell.shape));
                    for (Init init : rules.inits()) {
                        String name = name(cell, recipe) + (init == null ? "" : init.label());
                        var trial = new Trial(
                                this.name,
                                name,
                                spec.from(init),
                                cell.point.budgetFlops(),
                                rules.learningRate().line(),
                                rules.batchLine());
                        byId.putIfAbsent(trial.runId(), trial);
                    }
                }
            }
        }
        return byId.values().stream()
                .sorted(Comparator.comparingDouble(Trial::flopsExact).reversed().thenComparing(Trial::name))
                .toList();
    }

    /**
     * A design point with its shape, its batch and the whole steps nearest to its amount.
     *
     * @param model what it is called among several; empty where there is one
     */
    private record Cell(String model, DesignPoint point, ModelShape shape, int batch, int steps) {

        double tokens() {
            return point.tokensFor(shape);
        }

        long tokensPerStep() {
            return (long) batch * shape.context();
        }

        double error() {
            return Math.abs(amount() / point.amount() - 1);
        }

        /** What the whole steps come to, in the unit of the point. */
        double amount() {
            return amountOf(steps);
        }

        double amountOf(int someSteps) {
            return point.amount() * someSteps * tokensPerStep() / point.tokensFor(shape);
        }
    }

    private List<Cell> cells() {
        var cells = new ArrayList<Cell>();
        for (int i = 0; i < shapes.size(); i++) {
            for (DesignPoint point : design.points()) {
                cells.add(cell(model(i), shapes.get(i), point));
            }
        }
        return cells;
    }

    /** The family, with a number where several models are of it. */
    private String model(int place) {
        String family = shapes.get(place).family().name();
        long same = shapes.stream()
                .filter(other -> other.family().name().equals(family))
                .count();
        long before = shapes.subList(0, place).stream()
                .filter(other -> other.family().name().equals(family))
                .count();
        return shapes.size() == 1 ? "" : same == 1 ? family : family + (before + 1);
    }

    private Cell cell(String model, ShapeSearch search, DesignPoint point) {
        ModelShape shape = search.nearest(point.params());
        double tokens = point.tokensFor(shape);
        int batch = rules.batch().sequencesFor(shape, tokens);
        double steps = Math.rint(tokens / ((double) batch * shape.context()));
        return new Cell(model, point, shape, batch, (int) Math.min(steps, Integer.MAX_VALUE));
    }

    private static Map<List<String>, List<Cell>> byAmount(List<Cell> cells) {
        var groups = new LinkedHashMap<List<String>, List<Cell>>();
        for (Cell cell : cells) {
            groups.computeIfAbsent(List.of(cell.model, cell.point.amountPointer()), key -> new ArrayList<>())
                    .add(cell);
        }
        return groups;
    }

    private String name(Cell cell, Recipe recipe) {
        String label = (cell.model.isEmpty() ? "" : cell.model + "-") + cell.point.label() + "-w" + cell.shape.width()
                + "-l" + cell.shape.layers();
        if (rules.learningRate() instanceof LearningRateGrid) {
            label += "-lr" + Quantity.exact(recipe.peakLearningRate());
        }
        return seeds.size() > 1 ? label + "-s" + recipe.initSeed() : label;
    }

    private PlanProblem noShape(Cell cell) {
        long nearest = cell.shape.nonEmbeddingParams();
        return problem(
                cell,
                cell.point.paramsPointer(),
                ("no shape has %s parameters within 5 %%; the nearest has %s (width %s, layers %s): ask for that, or lower"
                                + " model.width_multiple")
                        .formatted(
                                Quantity.rounded(cell.point.params()),
                                nearest,
                                cell.shape.width(),
                                cell.shape.layers()));
    }

    private PlanProblem belowSmallest(List<Cell> cells) {
        Cell cheapest = cells.stream()
                .min(Comparator.comparingDouble(cell -> cell.amountOf(rules.minSteps())))
                .orElseThrow();
        return problem(
                cheapest,
                cheapest.point.amountPointer(),
                ("%s is below the smallest trial (%s: %s parameters for %s steps of %s sequences); raise it, add a smaller"
                                + " size or shrink the batch")
                        .formatted(
                                cheapest.point.describe(),
                                least(cheapest),
                                cheapest.shape.nonEmbeddingParams(),
                                rules.minSteps(),
                                cheapest.batch));
    }

    private PlanProblem tooFewSteps(Cell cell) {
        return problem(
                cell,
                cell.point.paramsPointer(),
                ("%s trains %s parameters for only %s steps of %s sequences (want %s steps: %s); raise it, drop this size"
                                + " or shrink the batch")
                        .formatted(
                                cell.point.describe(),
                                cell.shape.nonEmbeddingParams(),
                                cell.steps,
                                cell.batch,
                                rules.minSteps(),
                                least(cell)));
    }

    private PlanProblem missesAmount(Cell cell) {
        return problem(
                cell,
                cell.point.paramsPointer(),
                ("%s is not within 1 %% of any whole number of steps for %s parameters (%s steps of %s sequences make %s);"
                                + " shrink the batch, or move to that amount")
                        .formatted(
                                cell.point.describe(),
                                cell.shape.nonEmbeddingParams(),
                                cell.steps,
                                cell.batch,
                                inUnit(cell, cell.amount())));
    }

    private String least(Cell cell) {
        return inUnit(cell, cell.amountOf(rules.minSteps()));
    }

    private static String inUnit(Cell cell, double amount) {
        return Quantity.rounded(amount) + (cell.point.convention() == null ? " tokens" : " FLOPs");
    }

    private PlanProblem problem(Cell cell, String pointer, String message) {
        String model = cell.model.isEmpty() ? "" : ", " + cell.model;
        return new PlanProblem(pointer, "Cannot plan sweep '" + name + "'" + model + ": " + message);
    }
}
