package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.outlook.PlannedDesign;
import io.isoloss.jobs.config.SweepConfig;
import io.isoloss.jobs.model.Kernels;
import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.sweep.Forecast;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.PlannedCost;
import io.isoloss.jobs.sweep.Timing;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.StepTimer;
import io.isoloss.jobs.train.TrialMemory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "plan", description = "Shows what a sweep would train, and how long it would take on this machine.")
final class PlanCommand implements Callable<Integer> {
    private static final double MIB = 1 << 20;

    @Parameters(paramLabel = "FILE.yaml", description = "The sweep.")
    private Path file;

    @Option(
            names = "--workers",
            paramLabel = "K",
            description = "Trials that train at once; this machine's cores by default.")
    private int workers = Runtime.getRuntime().availableProcessors();

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /** What decides the time of a step. */
    private record StepShape(ModelShape shape, int batchSequences) {
        static StepShape of(Trial trial) {
            return new StepShape(trial.shape(), trial.recipe().batchSequences());
        }
    }

    /**
     * One line of the plan.
     *
     * @param peakMemoryBytes of its arrays on a processor, predicted; null where nothing bounds them
     * @param peakGpuMemoryBytes likewise on a GPU, where ND4J's operations keep more
     * @param seconds null where nothing foresees them
     */
    record PlannedTrial(
            String name,
            String runId,
            long params,
            long tokens,
            double tokensPerParam,
            double flops6nd,
            double flopsExact,
            int steps,
            int batchSequences,
            double peakLearningRate,
            Long peakMemoryBytes,
            Long peakGpuMemoryBytes,
            Timing seconds) {
        static PlannedTrial of(Trial trial, InferenceLoad load, Timing seconds) {
            return new PlannedTrial(
                    trial.name(),
                    trial.runId(),
                    trial.nonEmbeddingParams(),
                    trial.tokens(),
                    trial.tokensPerParam(),
                    trial.flops6nd(),
                    trial.flopsExact(),
                    trial.recipe().steps(),
                    trial.recipe().batchSequences(),
                    trial.recipe().peakLearningRate(),
                    bytes(trial, load, Kernels.PROCESSOR),
                    bytes(trial, load, Kernels.ND4J),
                    seconds);
        }

        private static Long bytes(Trial trial, InferenceLoad load, Kernels kernels) {
            OptionalLong bytes = TrialMemory.bytes(trial, load, kernels);
            return bytes.isEmpty() ? null : (Long) bytes.getAsLong();
        }
    }

    /**
     * What the command answers.
     *
     * @param seconds of the trials whose seconds are foreseen; null if there are none
     * @param cost of the same; null also where the configuration has no rates
     * @param expectedParamsExponent of {@link PlannedDesign}; of several families the one with the widest interval
     */
    record Plan(
            String sweep,
            int workers,
            Timing seconds,
            double flops6nd,
            double flopsExact,
            PlannedCost cost,
            List<PlannedTrial> trials,
            Estimate expectedParamsExponent,
            List<String> warnings) {}

    @Override
    public Integer call() {
        if (workers < 1) {
            throw new IsolossException(Kind.BAD_INPUT, "Cannot plan with --workers " + workers + "; want 1 or more");
        }
        SweepConfig config = SweepConfig.read(file);
        List<Trial> trials = config.design().trials(config.corpus().load().identity());
        InferenceLoad load = config.metering().inference();
        Forecast forecast = forecast(trials, load, workers);
        List<PlannedTrial> rows = trials.stream()
                .map(trial -> PlannedTrial.of(trial, load, forecast.trials().get(trial)))
                .toList();
        Map<String, List<Trial>> families = trials.stream()
                .collect(Collectors.groupingBy(trial -> trial.shape().family(), TreeMap::new, Collectors.toList()));
        List<String> warnings = new ArrayList<>();
        List<Estimate> exponents = new ArrayList<>();
        families.forEach((family, ofFamily) -> {
            PlannedDesign design = design(ofFamily);
            exponents.add(design.expectedParamsExponent());
            warnings(design).forEach(warning -> warnings.add(families.size() == 1 ? warning : family + ": " + warning));
        });
        Plan plan = new Plan(
                config.name(),
                workers,
                forecast.trials().isEmpty() ? null : forecast.total(),
                trials.stream().mapToDouble(Trial::flops6nd).sum(),
                trials.stream().mapToDouble(Trial::flopsExact).sum(),
                forecast.trials().isEmpty()
                        ? null
                        : PlannedCost.of(forecast, config.metering().rates()),
                rows,
                exponents.stream()
                        .max(Comparator.comparingDouble(PlanCommand::width))
                        .orElseThrow(),
                warnings);
        if (output.json()) {
            output.write(plan, spec.commandLine().getOut());
        } else {
            print(plan, spec.commandLine().getOut());
        }
        return 0;
    }

    /** From steps timed on this machine. */
    static Forecast forecast(List<Trial> trials, InferenceLoad load, int workers) {
        Map<StepShape, Trial> shapes = new LinkedHashMap<>();
        trials.stream()
                .filter(trial -> trial.spec().mode() == null)
                .forEach(trial -> shapes.putIfAbsent(StepShape.of(trial), trial));
        Map<Trial, Timing> timings = time(
                List.copyOf(shapes.values()),
                Math.min(workers, Runtime.getRuntime().availableProcessors()));
        return Forecast.of(trials, trial -> timings.get(shapes.get(StepShape.of(trial))), load.seconds(), workers);
    }

    /** One run for each size, amount of data and seed: of a grid of learning rates the best stands for all. */
    private static PlannedDesign design(List<Trial> trials) {
        return PlannedDesign.of(trials.stream()
                .map(trial -> List.of(
                        trial.nonEmbeddingParams(),
                        trial.tokens(),
                        trial.recipe().initSeed()))
                .distinct()
                .map(run -> new PlannedDesign.Cell(run.get(0), run.get(1)))
                .toList());
    }

    /** Of an interval; infinite where it is open. */
    private static double width(Estimate estimate) {
        return estimate.low() == null || estimate.high() == null
                ? Double.POSITIVE_INFINITY
                : estimate.high() - estimate.low();
    }

    /** Why the fit after the sweep would be refused even if its losses had no noise. */
    private static List<String> warnings(PlannedDesign design) {
        try {
            LawFit.fit(Chinchilla.FORM, design.runs(), new FitOptions(1e-3, 0, 0))
                    .fitted();
            return List.of();
        } catch (IsolossException e) {
            if (e.kind() != Kind.UNSUPPORTED) {
                throw e;
            }
            return List.of("The design cannot identify the law L(N, D). " + e.getMessage());
        }
    }

    private static Map<Trial, Timing> time(List<Trial> trials, int atOnce) {
        try {
            return StepTimer.time(trials, atOnce);
        } catch (OutOfMemoryError e) {
            throw new IsolossException(
                    Kind.FAILED,
                    "Cannot time a step of each trial, " + atOnce + " at once: out of memory (" + e.getMessage()
                            + "); shrink the batch or the models, plan with fewer --workers, or give more with"
                            + " ISOLOSS_JVM=-Xmx8g",
                    e);
        }
    }

    private static void print(Plan plan, PrintWriter out) {
        TextTable table = new TextTable(
                "trial", "N", "D", "D/N", "C = 6ND", "exact", "steps", "batch", "rate", "MiB", "GPU MiB", "seconds");
        for (PlannedTrial trial : plan.trials()) {
            table.row(
                    trial.name(),
                    String.valueOf(trial.params()),
                    TextTable.number((double) trial.tokens()),
                    TextTable.number(trial.tokensPerParam()),
                    TextTable.number(trial.flops6nd()),
                    TextTable.number(trial.flopsExact()),
                    String.valueOf(trial.steps()),
                    String.valueOf(trial.batchSequences()),
                    String.valueOf(trial.peakLearningRate()),
                    mebibytes(trial.peakMemoryBytes()),
                    mebibytes(trial.peakGpuMemoryBytes()),
                    trial.seconds() == null ? "-" : seconds(trial.seconds()));
        }
        out.print(table);
        out.printf(
                Locale.ROOT,
                "%d trials of %s: %s FLOPs (6ND), %s exact%s%n",
                plan.trials().size(),
                plan.sweep(),
                TextTable.number(plan.flops6nd()),
                TextTable.number(plan.flopsExact()),
                plan.seconds() == null
                        ? ""
                        : "; about " + seconds(plan.seconds()) + " s with " + plan.workers()
                                + " at once, from steps timed on this machine");
        long unforeseen =
                plan.trials().stream().filter(trial -> trial.seconds() == null).count();
        if (unforeseen > 0) {
            out.printf(
                    "%d of them train on several executors each: what those take is not foreseen, and in no total of seconds"
                            + " and costs%n",
                    unforeseen);
        }
        if (plan.cost() != null) {
            printCost(plan.cost(), out);
        }
        Estimate exponent = plan.expectedParamsExponent();
        if (plan.warnings().isEmpty() && exponent.identified()) {
            out.printf(
                    Locale.ROOT,
                    "the exponent of N_opt(C) would be known to within +-%.2g (95 %%) if the losses carry %.1f %% of noise%n",
                    exponent.high() - exponent.value(),
                    100 * PlannedDesign.NOISE);
        }
        plan.warnings().forEach(warning -> out.println("warning: " + warning));
    }

    private static String mebibytes(Long bytes) {
        return bytes == null ? "-" : TextTable.number(bytes / MIB);
    }

    private static void printCost(PlannedCost cost, PrintWriter out) {
        List<String> amounts = new ArrayList<>();
        amounts.add(range(cost.usd(), "USD"));
        amounts.add(range(cost.kwh(), "kWh"));
        amounts.add(range(cost.co2Grams(), "g CO2"));
        amounts.removeIf(Objects::isNull);
        out.printf("that costs %s; %s%n", String.join(", ", amounts), cost.rates());
    }

    private static String range(PlannedCost.Range range, String unit) {
        return range == null
                ? null
                : TextTable.number(range.typical()) + " " + unit + " (" + TextTable.number(range.low()) + " to "
                        + TextTable.number(range.high()) + ")";
    }

    static String seconds(Timing timing) {
        return String.format(Locale.ROOT, "%.1f (%.1f to %.1f)", timing.typical(), timing.low(), timing.high());
    }
}
