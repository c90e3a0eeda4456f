package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.report.HtmlReport;
import io.isoloss.analysis.report.Reports;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.config.SweepConfig;
import io.isoloss.jobs.corpus.SyntheticSource;
import io.isoloss.jobs.spark.Corpora;
import io.isoloss.jobs.spark.SweepJob;
import io.isoloss.jobs.spark.TrialEnd;
import io.isoloss.jobs.store.Leftovers;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.store.TrialList;
import io.isoloss.jobs.sweep.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "Trains a sweep, fits the loss surface, draws the frontier and writes report.html."
                + " The same command again trains only what is missing. Several sweeps share the slots by their"
                + " supervision.priority.")
final class RunCommand implements Callable<Integer> {
    /** What a trial that does not complete means for the others. */
    static final class OnFailure {
        @Option(names = "--fail-fast", description = "Stop at the first trial that does not complete.")
        private boolean failFast;

        @SuppressWarnings("UnusedVariable") // says the default aloud; without --fail-fast, its other choice
        @Option(names = "--keep-going", description = "Go on with the other trials; the default.")
        private boolean keepGoing;
    }

    /** Which finished trials to train once more. */
    enum Rerun {
        NONE,
        FAILED,
        ALL
    }

    @Parameters(arity = "1..*", paramLabel = "FILE.yaml", description = "The sweep, or several to train at once.")
    private List<Path> files;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of the results; runs/NAME by default. Of several sweeps each gets DIR/NAME.")
    private String out;

    @Option(
            names = "--master",
            paramLabel = "URL",
            defaultValue = "local[*]",
            description = "Spark master, ${DEFAULT-VALUE} by default.")
    private String master;

    @Option(
            names = "--rerun",
            defaultValue = "none",
            description = "Which finished trials to train again: ${COMPLETION-CANDIDATES}.")
    private Rerun rerun;

    @Option(
            names = "--reuse",
            paramLabel = "DIR",
            description =
                    "Results folder of another sweep: runs of the same specification are copied, not trained. May be"
                            + " repeated.")
    private List<String> reuse = List.of();

    @ArgGroup
    private OnFailure onFailure = new OnFailure();

    @Mixin
    private Profiles profiles = new Profiles();

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /** A sweep and what of it is to be trained. */
    record Asked(SweepConfig config, ResultStore store, List<Trial> trials, List<Trial> missing) {
        private Set<String> done() {
            Set<String> done = trials.stream().map(Trial::runId).collect(Collectors.toSet());
            missing.forEach(trial -> done.remove(trial.runId()));
            return done;
        }
    }

    @Override
    public Integer call() throws Exception {
        profiles.apply();
        PrintWriter err = spec.commandLine().getErr();
        List<SweepConfig> configs = new ArrayList<>();
        for (Path file : files) {
            configs.add(SweepConfig.read(file));
        }
        requireNames(configs);
        List<Asked> sweeps = new ArrayList<>();
        for (SweepConfig config : configs) {
            sweeps.add(asked(config, err));
        }
        List<List<TrialEnd>> ends = train(sweeps, master, onFailure.failFast, err);
        List<Object> answers = new ArrayList<>();
        boolean completed = true;
        for (int i = 0; i < sweeps.size(); i++) {
            Asked sweep = sweeps.get(i);
            compact(sweep.store(), err);
            Summary summary = Summary.of(
                    sweep.config().name(), sweep.trials(), sweep.store().read(), ends.get(i), FitOptions.DEFAULT);
            String page = writeReport(summary.reports(), sweep.store());
            completed &= summary.notCompleted().isEmpty();
            answers.add(summary.json(page));
            if (!output.json()) {
                summary.print(page, spec.commandLine().getOut());
            }
        }
        if (output.json()) {
            output.write(
                    answers.size() == 1 ? answers.get(0) : answers,
                    spec.commandLine().getOut());
        }
        return completed ? 0 : Isoloss.FAILED_TRIALS;
    }

    private void requireNames(List<SweepConfig> configs) {
        Set<String> names = new HashSet<>();
        for (SweepConfig config : configs) {
            if (!names.add(config.name())) {
                throw new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot run several sweeps of the name '" + config.name()
                                + "' at once: they would share a folder; give each a name of its own");
            }
        }
    }

    private String folder(SweepConfig config) {
        if (out == null) {
            return "runs/" + config.name();
        }
        return files.size() == 1 ? out : out + "/" + config.name();
    }

    private Asked asked(SweepConfig config, PrintWriter err) throws IOException {
        ResultStore store = new ResultStore(folder(config));
        store.prepare();
        List<Trial> trials =
                config.design().trials(Corpora.load(config.corpus()).identity());
        RunTable before = settled(store, err);
        Set<String> done =
                before.runs().stream().filter(this::done).map(Run::id).collect(Collectors.toSet());
        List<Trial> missing = reused(
                store,
                trials.stream().filter(trial -> !done.contains(trial.runId())).toList(),
                err);
        err.printf(
                "%s: %d trials, %d done, %d to train%n",
                config.name(), trials.size(), trials.size() - missing.size(), missing.size());
        if (config.corpus() instanceof SyntheticSource synthetic) {
            err.printf(
                    Locale.ROOT,
                    "the corpus is synthetic: its entropy rate, the E to find, is %.4f nats a token%n",
                    synthetic.chain().entropyRateNats());
        }
        TrialList.of(config.name(), trials).write(store);
        return new Asked(config, store, trials, missing);
    }

    private static void compact(ResultStore store, PrintWriter err) {
        try {
            store.compact().problems().forEach(problem -> err.println("warning: " + problem.message()));
        } catch (IsolossException e) {
            err.println("warning: " + e.getMessage());
        }
    }

    /** What is left to train when the runs of other folders are taken over. */
    private List<Trial> reused(ResultStore store, List<Trial> missing, PrintWriter err) throws IOException {
        List<Trial> left = missing;
        for (String other : reuse) {
            Set<String> wanted = left.stream().map(Trial::runId).collect(Collectors.toSet());
            ResultStore from = new ResultStore(other);
            if (from.read().runs().isEmpty()) {
                throw new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot reuse runs of '" + other + "': it holds none; give a folder that run has written.");
            }
            Set<String> taken = store.reuse(from, wanted);
            err.printf("%d runs taken over from %s%n", taken.size(), other);
            left = left.stream().filter(trial -> !taken.contains(trial.runId())).toList();
        }
        return left;
    }

    private static String writeReport(Reports reports, ResultStore store) throws IOException {
        Path page = Files.createTempFile("report", ".html");
        try {
            HtmlReport.write(reports, page);
            return store.put(page, "report.html");
        } finally {
            Files.deleteIfExists(page);
        }
    }

    private boolean done(Run run) {
        return switch (rerun) {
            case NONE -> true;
            case FAILED -> run.completed();
            case ALL -> false;
        };
    }

    /** The runs in a store, with damaged files out of the way; what they were is told on {@code err}. */
    static RunTable settled(ResultStore store, PrintWriter err) {
        RunTable table = store.read();
        table.problems()
                .forEach(problem -> err.println("warning: " + problem.message()
                        + (problem.damaged()
                                ? " It is set aside as " + problem.source()
                                        + ".damaged; a trial that it held is trained again."
                                : "")));
        store.setAside(table.problems().stream().filter(Problem::damaged).toList());
        return table;
    }

    /**
     * Trains what is missing of sweeps before the eyes of the user.
     *
     * @return what ended, for each sweep
     */
    static List<List<TrialEnd>> train(List<Asked> sweeps, String master, boolean failFast, PrintWriter err)
            throws IOException {
        List<Trial> missing =
                sweeps.stream().flatMap(sweep -> sweep.missing().stream()).toList();
        double flops = missing.stream().mapToDouble(Trial::flopsExact).sum();
        boolean terminal = !missing.isEmpty() && Boolean.getBoolean("isoloss.terminal");
        try (SweepDisplay display = new SweepDisplay(err, terminal, missing.size(), flops)) {
            List<SweepDisplay.Part> shown = new ArrayList<>();
            List<SweepJob.Part> parts = new ArrayList<>();
            for (Asked sweep : sweeps) {
                SweepConfig config = sweep.config();
                SweepDisplay.Part part = display.part(sweeps.size() == 1 ? "" : config.name() + " ");
                shown.add(part);
                SweepJob job = new SweepJob(
                        config.corpus(),
                        sweep.store(),
                        Version.code(),
                        config.metering(),
                        config.keeping(),
                        config.supervision(),
                        failFast);
                job.models().check(sweep.missing());
                Leftovers.drop(sweep.store(), config.supervision().caps(), sweep.done());
                if (!sweep.missing().isEmpty()) {
                    parts.add(new SweepJob.Part(job, sweep.missing(), part));
                }
            }
            if (!parts.isEmpty()) {
                err.println(SweepJob.run(master, parts).sentence());
            }
            return shown.stream().map(SweepDisplay.Part::ends).toList();
        }
    }
}
