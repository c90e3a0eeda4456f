package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.tuning.RateOptimum;
import io.isoloss.analysis.tuning.RateTransfer;
import io.isoloss.analysis.tuning.RateTrial;
import io.isoloss.jobs.config.SweepConfig;
import io.isoloss.jobs.spark.Corpora;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Forecast;
import io.isoloss.jobs.sweep.LearningRateRule;
import io.isoloss.jobs.sweep.RateTuning;
import io.isoloss.jobs.sweep.ScaledLearningRate;
import io.isoloss.jobs.sweep.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "tune",
        description =
                "Trains a grid of learning rates on small models of a sweep and prints the rule that its YAML should"
                        + " hold. The trials are kept beside those of the sweep, so that none is trained twice.")
final class TuneCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE.yaml", description = "The sweep.")
    private Path file;

    @Option(
            names = "--widths",
            paramLabel = "K",
            defaultValue = "3",
            description = "Widths to tune, of those on the sweep's smallest budget; ${DEFAULT-VALUE} by default.")
    private int widths;

    @Option(
            names = "--rates",
            paramLabel = "K",
            defaultValue = "5",
            description = "Rates of each width, around that of the sweep's rule; ${DEFAULT-VALUE} by default.")
    private int rates;

    @Option(
            names = "--ratio",
            paramLabel = "R",
            defaultValue = "2",
            description = "Ratio of neighbouring rates; ${DEFAULT-VALUE} by default.")
    private double ratio;

    @Option(
            names = "--seeds",
            paramLabel = "K",
            defaultValue = "1",
            description = "Seeds that each rate is trained with, the sweep's first; ${DEFAULT-VALUE} by default.")
    private int seeds;

    @Option(names = "--dry-run", description = "Say what it would train and how long that takes, and stop.")
    private boolean dryRun;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder of the results; runs/NAME by default.")
    private String out;

    @Option(
            names = "--master",
            paramLabel = "URL",
            defaultValue = "local[*]",
            description = "Spark master, ${DEFAULT-VALUE} by default.")
    private String master;

    @Mixin
    private Profiles profiles = new Profiles();

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /**
     * What the command answers.
     *
     * @param presentRule of the sweep
     * @param rule to hold instead; null if undecided
     * @param yaml lines that hold it; null if undecided
     */
    record Tuned(
            String sweep,
            int trials,
            double flopsExact,
            String presentRule,
            List<Double> presentRates,
            RateTransfer transfer,
            ScaledLearningRate rule,
            String yaml) {}

    @Override
    public Integer call() throws IOException {
        profiles.apply();
        if (widths < 2 || rates < 4 || seeds < 1 || !(ratio > 1 && Double.isFinite(ratio))) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot tune with --widths " + widths + ", --rates " + rates + ", --ratio " + ratio
                            + " and --seeds " + seeds
                            + "; want 2 widths or more, 4 rates or more, a ratio above 1 and a seed or more");
        }
        SweepConfig config = SweepConfig.read(file);
        int models = config.design().shapes().size();
        if (models > 1) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot tune a sweep of " + models + " models at once; give model as one mapping, a file for each");
        }
        RateTuning tuning = new RateTuning(config.design(), widths, rates, ratio, seeds);
        List<Trial> trials = tuning.trials(Corpora.load(config.corpus()).identity());
        ResultStore store = new ResultStore(out != null ? out : "runs/" + config.name());
        store.prepare();
        PrintWriter err = spec.commandLine().getErr();
        Map<String, Run> done = byId(RunCommand.settled(store, err).runs());
        List<Trial> missing = trials.stream()
                .filter(trial -> !done.containsKey(trial.runId()))
                .toList();
        price(config, trials, missing, err);
        if (dryRun) {
            return 0;
        }
        RunCommand.train(List.of(new RunCommand.Asked(config, store, trials, missing)), master, false, err);
        Tuned tuned = tuned(config, tuning, trials, byId(store.read().runs()));
        if (output.json()) {
            output.write(tuned, spec.commandLine().getOut());
        } else {
            print(tuned, spec.commandLine().getOut());
        }
        if (tuned.rule() == null) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot choose a learning rate for " + config.name() + ": "
                            + tuned.transfer().undecided()
                            + " Give the same command with more --rates, another --ratio or more --seeds; trials that are done are"
                            + " kept.");
        }
        return 0;
    }

    private static void price(SweepConfig config, List<Trial> trials, List<Trial> missing, PrintWriter err) {
        String what = String.format(
                Locale.ROOT,
                "tune %s: %d trials of %d widths, %s FLOPs in all, %d done, %d to train",
                config.name(),
                trials.size(),
                trials.stream().map(trial -> trial.shape().width()).distinct().count(),
                TextTable.number(trials.stream().mapToDouble(Trial::flopsExact).sum()),
                trials.size() - missing.size(),
                missing.size());
        if (missing.isEmpty()) {
            err.println(what);
            return;
        }
        int workers = Runtime.getRuntime().availableProcessors();
        Forecast forecast = PlanCommand.forecast(missing, config.metering().inference(), workers);
        err.printf(
                Locale.ROOT,
                "%s, about %s s with %d at once on this machine%n",
                what,
                PlanCommand.seconds(forecast.total()),
                workers);
        err.flush();
    }

    private static Map<String, Run> byId(List<Run> runs) {
        return runs.stream().collect(Collectors.toMap(Run::id, Function.identity()));
    }

    private static Tuned tuned(SweepConfig config, RateTuning tuning, List<Trial> trials, Map<String, Run> runs) {
        List<String> lost = trials.stream()
                .filter(trial -> !runs.containsKey(trial.runId()))
                .map(Trial::name)
                .toList();
        if (!lost.isEmpty()) {
            throw new IsolossException(
                    Kind.FAILED,
                    "Cannot tune: " + lost.size() + " trials left no result (" + String.join(", ", lost)
                            + "); give the same command again: it trains what is missing");
        }
        LearningRateRule present = config.design().rules().learningRate();
        ScaledLearningRate scaled = present instanceof ScaledLearningRate rule ? rule : null;
        List<RateTrial> points = trials.stream()
                .map(trial -> new RateTrial(
                        trial.shape().width(),
                        trial.recipe().peakLearningRate() / batchFactor(scaled, trial),
                        runs.get(trial.runId()).completed()
                                ? runs.get(trial.runId()).loss()
                                : null))
                .toList();
        RateTransfer transfer = RateTransfer.of(points);
        List<Double> presentRates = transfer.optima().stream()
                .map(optimum -> trials.stream()
                        .filter(trial -> trial.shape().width() == optimum.width())
                        .findFirst()
                        .map(trial -> tuning.present(
                                        trial.shape(),
                                        (double) trial.tokens(),
                                        trial.recipe().batchSequences())
                                / batchFactor(scaled, trial))
                        .orElseThrow())
                .toList();
        ScaledLearningRate rule = transfer.decided() ? rule(transfer, scaled) : null;
        return new Tuned(
                config.name(),
                trials.size(),
                trials.stream().mapToDouble(Trial::flopsExact).sum(),
                present.line(),
                presentRates,
                transfer,
                rule,
                rule == null ? null : yaml(rule));
    }

    /** The part of a rate that the sweep's own rule gives to the batch; 1 if it gives none. */
    private static double batchFactor(ScaledLearningRate rule, Trial trial) {
        return rule == null
                ? 1
                : Math.pow((double) trial.recipe().batchSequences() / rule.atBatch(), rule.batchExponent());
    }

    /** With the batch's part of the present rule; no rate above the highest that trained to the end. */
    private static ScaledLearningRate rule(RateTransfer transfer, ScaledLearningRate present) {
        boolean batched = present != null && present.batchExponent() != 0;
        double exponent = Math.max(-2, Math.min(2, transfer.exponent().value()));
        return new ScaledLearningRate(
                LearningRateRule.rounded(transfer.base().value()),
                transfer.atWidth(),
                Math.rint(exponent * 1000) / 1000,
                batched ? present.atBatch() : 16,
                batched ? present.batchExponent() : 0,
                batched ? 1 : Math.min(1, LearningRateRule.rounded(transfer.highestTrained())));
    }

    private static String yaml(ScaledLearningRate rule) {
        List<String> keys = new ArrayList<>();
        keys.add("base: " + rule.base());
        keys.add("at_width: " + rule.atWidth());
        keys.add("width_exponent: " + rule.widthExponent());
        if (rule.batchExponent() != 0) {
            keys.add("at_batch: " + rule.atBatch());
            keys.add("batch_exponent: " + rule.batchExponent());
        }
        if (rule.max() < 1) {
            keys.add("max: " + rule.max());
        }
        return "training:" + System.lineSeparator() + "  learning_rate: { " + String.join(", ", keys) + " }";
    }

    private static void print(Tuned tuned, PrintWriter out) {
        TextTable table = new TextTable(
                "width", "rates", "present rate", "loss there", "best rate", "95 %", "loss there", "the rule gives");
        for (int i = 0; i < tuned.transfer().optima().size(); i++) {
            RateOptimum optimum = tuned.transfer().optima().get(i);
            double present = tuned.presentRates().get(i);
            table.row(
                    String.valueOf(optimum.width()),
                    TextTable.number(optimum.tried().get(0)) + " to "
                            + TextTable.number(
                                    optimum.tried().get(optimum.tried().size() - 1)),
                    TextTable.number(present),
                    lossAt(optimum, present),
                    optimum.found() ? TextTable.number(optimum.rate().value()) : "none",
                    optimum.found() ? FitCommand.interval(optimum.rate()) : "",
                    optimum.found() ? loss(optimum.loss()) : "",
                    tuned.rule() == null
                            ? ""
                            : TextTable.number(tuned.rule()
                                    .at(optimum.width(), tuned.rule().atBatch())));
        }
        out.print(table);
        RateTransfer transfer = tuned.transfer();
        if (tuned.rule() != null) {
            out.printf(
                    "rate = %s (width/%d)^%s; 95 %%: base %s, exponent %s%n",
                    FitCommand.value(transfer.base()),
                    transfer.atWidth(),
                    FitCommand.value(transfer.exponent()),
                    FitCommand.interval(transfer.base()),
                    FitCommand.interval(transfer.exponent()));
            out.println("the sweep has: " + tuned.presentRule());
            out.println("to train by the tuned rule, put into the sweep:");
            out.println(tuned.yaml());
        }
        out.flush();
    }

    private static String lossAt(RateOptimum optimum, double rate) {
        for (int i = 0; i < optimum.tried().size(); i++) {
            if (Math.abs(optimum.tried().get(i) / rate - 1) < 1e-3) {
                return Objects.requireNonNullElse(loss(optimum.losses().get(i)), "");
            }
        }
        return "";
    }

    private static String loss(Double loss) {
        return loss == null ? "" : String.format(Locale.ROOT, "%.4f", loss);
    }
}
