package io.isoloss.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.config.SweepConfig;
import io.isoloss.jobs.spark.Corpora;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Trial;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "why-rerun",
        description =
                "Shows for each trial that run would train which part of its specification differs from the nearest"
                        + " run there is.")
final class WhyRerunCommand implements Callable<Integer> {
    private static final JsonMapper MAPPER = new JsonMapper();

    @Parameters(paramLabel = "FILE.yaml", description = "The sweep.")
    private Path file;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder of the results; runs/NAME by default.")
    private String out;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /** A part of a specification: dots lead into it. Values are JSON; null where there is none. */
    record Change(String key, String was, String is) {}

    /**
     * A trial to train.
     *
     * @param nearest id of the run that differs in the fewest parts; null if there is none
     */
    record Missing(String name, String runId, String nearest, List<Change> changes) {}

    /** What the command answers. */
    record Answer(String sweep, int trials, int done, List<Missing> missing) {}

    @Override
    public Integer call() {
        SweepConfig config = SweepConfig.read(file);
        List<Trial> trials =
                config.design().trials(Corpora.load(config.corpus()).identity());
        List<Run> runs = new ResultStore(out != null ? out : "runs/" + config.name())
                .read()
                .runs();
        Set<String> done = runs.stream().map(Run::id).collect(Collectors.toSet());
        Map<String, Map<String, String>> stored = new TreeMap<>();
        for (Run run : runs) {
            if (run.identity().specification() != null) {
                stored.put(run.id(), parts(run.identity().specification()));
            }
        }
        List<Missing> missing = trials.stream()
                .filter(trial -> !done.contains(trial.runId()))
                .map(trial -> missing(trial, stored))
                .toList();
        Answer answer = new Answer(config.name(), trials.size(), trials.size() - missing.size(), missing);
        if (output.json()) {
            output.write(answer, spec.commandLine().getOut());
        } else {
            print(answer, spec.commandLine().getOut());
        }
        return 0;
    }

    private static Missing missing(Trial trial, Map<String, Map<String, String>> stored) {
        Map<String, String> wanted = parts(trial.spec().canonicalJson());
        return stored.entrySet().stream()
                .map(run -> new Missing(trial.name(), trial.runId(), run.getKey(), changes(run.getValue(), wanted)))
                .min(Comparator.comparingInt(nearest -> nearest.changes().size()))
                .orElse(new Missing(trial.name(), trial.runId(), null, List.of()));
    }

    private static List<Change> changes(Map<String, String> was, Map<String, String> is) {
        Set<String> keys = new TreeSet<>(was.keySet());
        keys.addAll(is.keySet());
        List<Change> changes = new ArrayList<>();
        for (String key : keys) {
            if (!Objects.equals(was.get(key), is.get(key))) {
                changes.add(new Change(key, was.get(key), is.get(key)));
            }
        }
        return changes;
    }

    /** The leaves of a specification by the path that leads to each. */
    private static Map<String, String> parts(String specification) {
        try {
            Map<String, String> parts = new TreeMap<>();
            flatten("", MAPPER.readTree(specification), parts);
            return parts;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flatten(String path, JsonNode node, Map<String, String> parts) {
        if (node.isObject()) {
            node.fields()
                    .forEachRemaining(field -> flatten(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), parts));
        } else {
            parts.put(path, node.toString());
        }
    }

    private static void print(Answer answer, PrintWriter out) {
        out.printf(
                "%s: %d trials, %d done, %d to train%n",
                answer.sweep(), answer.trials(), answer.done(), answer.missing().size());
        for (Missing trial : answer.missing()) {
            out.println(
                    trial.nearest() == null
                            ? trial.name() + ": there is no run to compare it with"
                            : trial.name() + ": the nearest run, "
                                    + trial.nearest().substring(0, 12) + ", differs in");
            for (Change change : trial.changes()) {
                out.printf("  %s: %s, now %s%n", change.key(), change.was(), change.is());
            }
        }
        out.flush();
    }
}
