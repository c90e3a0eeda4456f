package io.isoloss.jobs.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.store.Failures;
import io.isoloss.jobs.store.Pulse;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.store.TrialList;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        description = "Shows what of a sweep is done, running, failed and why, and when it should end.")
final class StatusCommand implements Callable<Integer> {
    private static final long WATCH_SECONDS = 2;
    private static final String CLEAR = "\033[H\033[2J";

    @Parameters(paramLabel = "DIR", description = "The folder that run writes to: a path, or the URI of a file system.")
    private String folder;

    @Option(names = "--watch", description = "Show it again every two seconds, until nothing is left to train.")
    private boolean watch;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /** A trial that a driver has given to Spark. */
    record RunningTrial(String name, String runId, double seconds, int attempt, String host) {}

    /** A driver that has not ended well, or not at all. */
    record DriverLine(String host, long pid, boolean alive, double seconds, double flops, int trials) {}

    /**
     * What the command answers.
     *
     * @param trials of the last run; those in the store where none is known
     * @param outcomes of the results there are: how many of each
     * @param waiting neither done, nor running, nor failed
     * @param failed without a result, and why
     * @param secondsLeft at the pace of the drivers that live; null where that can't be told
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Status(
            String sweep,
            int trials,
            Map<String, Long> outcomes,
            List<RunningTrial> running,
            List<Failures.Failure> failed,
            int waiting,
            Double secondsLeft,
            List<DriverLine> drivers,
            List<String> warnings) {
        boolean over() {
            return waiting == 0 && running.isEmpty();
        }
    }

    @Override
    public Integer call() throws Exception {
        ResultStore store = new ResultStore(folder);
        boolean terminal = Boolean.getBoolean("isoloss.terminal");
        while (true) {
            Status status = status(store);
            PrintWriter out = spec.commandLine().getOut();
            if (watch && terminal) {
                out.print(CLEAR);
            }
            if (output.json()) {
                output.write(status, out);
            } else {
                print(status, out);
            }
            out.flush();
            if (!watch || status.over()) {
                return 0;
            }
            TimeUnit.SECONDS.sleep(WATCH_SECONDS);
        }
    }

    private Status status(ResultStore store) {
        try {
            var table = store.read();
            TrialList list = TrialList.read(store).orElse(null);
            if (list == null && table.runs().isEmpty()) {
                throw new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot tell the status of '" + folder + "': it holds no sweep; give the folder that run"
                                + " writes to, runs/NAME if --out was not given.");
            }
            return status(
                    list == null ? new TrialList(null, List.of()) : list,
                    table.runs(),
                    Pulse.all(store),
                    new Failures(store).read(),
                    table.problems().stream().map(problem -> problem.message()).toList());
        } catch (IOException e) {
            throw new IsolossException(Kind.FAILED, "Cannot read '" + folder + "': " + IsolossException.cause(e), e);
        }
    }

    static Status status(
            TrialList list,
            List<Run> runs,
            List<Pulse> pulses,
            List<Failures.Failure> failures,
            List<String> warnings) {
        Map<String, Run> byId = runs.stream().collect(Collectors.toMap(Run::id, Function.identity()));
        Set<String> asked = list.trials().stream().map(TrialList.Entry::runId).collect(Collectors.toSet());
        Map<String, Long> outcomes = runs.stream()
                .filter(run -> asked.isEmpty() || asked.contains(run.id()))
                .collect(Collectors.groupingBy(Run::outcome, TreeMap::new, Collectors.counting()));
        List<RunningTrial> running = new ArrayList<>();
        List<DriverLine> drivers = new ArrayList<>();
        double flopsPerSecond = 0;
        for (Pulse pulse : pulses) {
            Pulse.Progress progress = pulse.progress();
            boolean alive = !pulse.dead();
            drivers.add(new DriverLine(
                    pulse.driver().host(),
                    pulse.driver().pid(),
                    alive,
                    progress.seconds(),
                    progress.flops(),
                    progress.running().size()));
            if (alive) {
                flopsPerSecond += progress.seconds() > 0 ? progress.flops() / progress.seconds() : 0;
                progress.running().stream()
                        .filter(trial -> !byId.containsKey(trial.runId())) // since its last beat
                        .map(trial -> new RunningTrial(
                                trial.name(),
                                trial.runId(),
                                trial.seconds(),
                                trial.attempt(),
                                pulse.driver().host()))
                        .forEach(running::add);
            }
        }
        Set<String> runningIds = running.stream().map(RunningTrial::runId).collect(Collectors.toSet());
        List<Failures.Failure> failed = failures.stream()
                .filter(failure -> !runningIds.contains(failure.runId()) && !byId.containsKey(failure.runId()))
                .toList();
        Set<String> failedIds = failed.stream().map(Failures.Failure::runId).collect(Collectors.toSet());
        double flopsLeft = 0;
        int waiting = 0;
        for (TrialList.Entry trial : list.trials()) {
            if (!byId.containsKey(trial.runId())) {
                boolean inHand = runningIds.contains(trial.runId());
                waiting += inHand || failedIds.contains(trial.runId()) ? 0 : 1;
                flopsLeft += trial.flops();
            }
        }
        return new Status(
                list.sweep(),
                asked.isEmpty() ? runs.size() : asked.size(),
                outcomes,
                running,
                failed,
                waiting,
                flopsPerSecond > 0 ? (Double) (flopsLeft / flopsPerSecond) : null,
                drivers,
                warnings);
    }

    private static void print(Status status, PrintWriter out) {
        status.warnings().forEach(warning -> out.println("warning: " + warning));
        String outcomes = status.outcomes().entrySet().stream()
                .map(outcome -> outcome.getValue() + " " + outcome.getKey().replace('_', ' '))
                .collect(Collectors.joining(", "));
        out.printf(
                Locale.ROOT,
                "%s: %d trials: %s, %d running, %d failed, %d waiting%s%n",
                status.sweep() == null ? "runs" : status.sweep(),
                status.trials(),
                outcomes.isEmpty() ? "0 completed" : outcomes,
                status.running().size(),
                status.failed().size(),
                status.waiting(),
                status.secondsLeft() == null || status.over() ? "" : "; " + clock(status.secondsLeft()) + " left");
        for (DriverLine driver : status.drivers()) {
            out.printf(
                    Locale.ROOT,
                    "driver %s, process %d: %s%n",
                    driver.host(),
                    driver.pid(),
                    driver.alive()
                            ? String.format(Locale.ROOT, "%d trials in hand", driver.trials())
                            : "ended without a word; the same run command goes on with its trials");
        }
        if (!status.running().isEmpty()) {
            TextTable table = new TextTable("running", "for", "attempt", "driver").endingInWords();
            status.running()
                    .forEach(trial -> table.row(
                            trial.name(), clock(trial.seconds()), String.valueOf(trial.attempt()), trial.host()));
            out.print(table);
        }
        if (!status.failed().isEmpty()) {
            TextTable table = new TextTable("without a result", "why").endingInWords();
            status.failed().forEach(trial -> table.row(trial.name(), trial.outcome() + ": " + trial.cause()));
            out.print(table);
        }
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole >= 3600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
