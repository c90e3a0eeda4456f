package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way from a sweep's file to its report, and again. */
class RunCommandTest {
    private static final int TRIALS = 12;

    /** Seconds of training. */
    private static final String SWEEP = """
            name: tiny
            corpus: { kind: synthetic, tokens: 50000 }
            model: { context: 16, width_multiple: 8 }
            training: { batch: { sequences: 8 }, validation_tokens: 1024 }
            design:
              kind: isoflop
              params: [896, 3328, 7296, 12800]
              budgets: [{ flops: 3.05e8 }, { flops: 6.1e8 }, { flops: 1.22e9 }]
            """;

    /** Four trials in this order: sound, diverges, sound, diverges. */
    private static final String WILD = """
            name: wild
            corpus: { kind: synthetic, tokens: 50000 }
            model: { context: 16, width_multiple: 8 }
            training:
              batch: { sequences: 8 }
              validation_tokens: 1024
              schedule:
                warmup_fraction: 0
                final_fraction: 1
              learning_rate: { grid: [0.01, 1] }
            design: { kind: isoflop, params: [7296, 12800], budgets: [{ flops: 1.22e9 }] }
            """;

    @TempDir
    private static Path shared;

    private static Path trained;
    private static Terminal first;

    @TempDir
    private Path folder;

    private Path results;

    /** What a file is and when it was written. */
    private record Stamp(long modifiedMillis, String bytes) {}

    @BeforeAll
    static void trainOnce() throws IOException {
        trained = shared.resolve("trained");
        first = run(Files.writeString(shared.resolve("tiny.yaml"), SWEEP), trained);
    }

    @BeforeEach
    void copyResults() throws IOException {
        results = folder.resolve("results");
        try (Stream<Path> files = Files.walk(trained)) {
            for (Path file : files.toList()) {
                Files.copy(file, results.resolve(trained.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Test
    void leavesARunAndACurveOfEachTrialAndAReport() throws IOException {
        assertThat(first.code()).isZero();
        assertThat(first.err())
                .startsWith("tiny: 12 trials, 0 done, 12 to train")
                .contains("(12/12 trials, ");
        assertThat(first.out()).contains("N_opt grows as C^a", "report: " + trained.resolve("report.html"));
        RunTable table = RunTable.read(trained);
        assertThat(table.runs()).hasSize(TRIALS).allMatch(Run::completed);
        assertThat(stamps(trained.resolve("curves")).keySet())
                .isEqualTo(stamps(trained.resolve("runs")).keySet())
                .isEqualTo(
                        table.runs().stream().map(run -> run.id() + ".parquet").collect(Collectors.toSet()));
        assertThat(trained.resolve("report.html"))
                .content()
                .contains("c1.22e9-w8-l1")
                .contains("default-src 'none'")
                .doesNotContainPattern("(?i)(src|href|action|data)\\s*=\\s*[\"']?\\s*(https?:)?//");
    }

    @Test
    void trainsNothingTheSecondTime() throws IOException {
        var before = files();
        Terminal second = rerun();
        assertThat(second.code()).isZero();
        assertThat(second.err().lines())
                .containsExactly(
                        "tiny: 12 trials, 12 done, 0 to train",
                        "the corpus is synthetic: its entropy rate, the E to find, is 1.7775 nats a token");
        assertThat(second.out()).isEqualTo(first.out().replace(trained.toString(), results.toString()));
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void trainsTheOneThatIsMissing() throws IOException {
        var before = files();
        var losses = losses();
        String name = aRun(before);
        Files.delete(results.resolve(name));

        Terminal again = rerun();
        assertThat(again.code()).isZero();
        assertThat(again.err())
                .startsWith("tiny: 12 trials, 11 done, 1 to train")
                .contains("(1/1 trials, ");
        assertOnlyWritten(before, name);
        assertThat(losses()).isEqualTo(losses);
    }

    @Test
    void leavesASoundFileThatRepeatsAnotherWhereItIs() throws IOException {
        Path file = results.resolve(aRun(files()));
        Path copy = Files.copy(file, results.resolve("runs/zz-copy.parquet"));
        var before = files();

        Terminal again = rerun();
        assertThat(again.code()).isZero();
        assertThat(again.err())
                .startsWith("warning: Run ")
                .contains("stands in an earlier file too; counted once.", "tiny: 12 trials, 12 done, 0 to train")
                .doesNotContain(".damaged");
        assertThat(copy).exists();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void setsADamagedFileAsideAndTrainsItsTrial() throws IOException {
        var before = files();
        var losses = losses();
        String name = aRun(before);
        Path file = results.resolve(name);
        byte[] half = Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) / 2);
        Files.write(file, half);

        Terminal again = rerun();
        assertThat(again.code()).isZero();
        assertThat(again.err())
                .startsWith("warning: Cannot read " + file + ": the file is damaged or no Parquet (")
                .contains(
                        " It is set aside as " + file + ".damaged; a trial that it held is trained again.",
                        "tiny: 12 trials, 11 done, 1 to train",
                        "(1/1 trials, ");
        Path aside = Path.of(file + ".damaged");
        assertThat(aside).hasBinaryContent(half);
        Files.delete(aside);
        assertOnlyWritten(before, name);
        assertThat(losses()).isEqualTo(losses);
    }

    @Test
    void trainsAllAgainToTheSameLosses() throws IOException {
        var before = files();
        var losses = losses();
        Terminal again = rerun("--rerun", "all");
        assertThat(again.code()).isZero();
        assertThat(again.err()).startsWith("tiny: 12 trials, 0 done, 12 to train");
        var after = files();
        assertThat(after.keySet()).isEqualTo(before.keySet());
        after.forEach((name, stamp) -> assertThat(stamp).as(name).isNotEqualTo(before.get(name)));
        assertThat(losses()).isEqualTo(losses);
    }

    @Test
    void printsJsonAndNothingElse() throws IOException {
        Files.delete(
                results.resolve("runs/" + RunTable.read(results).runs().get(0).id() + ".parquet"));
        PrintStream usual = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        Terminal answer;
        try {
            answer = rerun("--json");
        } finally {
            System.setOut(usual);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(answer.code()).isZero();
        JsonNode json = new JsonMapper().readTree(answer.out());
        assertThat(json.get("sweep").asText()).isEqualTo("tiny");
        assertThat(json.get("trials").asInt()).isEqualTo(TRIALS);
        assertThat(json.get("trained").asInt()).isEqualTo(1);
        assertThat(json.get("notCompleted")).isEmpty();
        assertThat(json.get("isoFlop").get("profiles")).hasSize(3);
        assertThat(json.get("report").asText())
                .isEqualTo(results.resolve("report.html").toString());
    }

    @Test
    void keepsADivergedTrialAsAResultAndTrainsTheOthers() throws IOException {
        Path sweep = Files.writeString(folder.resolve("wild.yaml"), WILD);
        Path wild = folder.resolve("wild");
        Terminal end = run(sweep, wild);
        assertThat(end.code()).isEqualTo(4);
        assertThat(end.err()).contains("-lr1  diverged: training loss stayed above ", "(4/4 trials, ");
        assertThat(end.out())
                .contains(
                        "not completed: c1.22e9-w24-l1-lr1 diverged: training loss stayed above ",
                        "not completed: c1.22e9-w32-l1-lr1 diverged: training loss stayed above ");
        assertThat(outcomes(wild))
                .containsOnly(
                        entry("c1.22e9-w24-l1-lr0.01", Run.COMPLETED),
                        entry("c1.22e9-w24-l1-lr1", Run.DIVERGED),
                        entry("c1.22e9-w32-l1-lr0.01", Run.COMPLETED),
                        entry("c1.22e9-w32-l1-lr1", Run.DIVERGED));

        Terminal second = run(sweep, wild);
        assertThat(second.code()).isEqualTo(4);
        assertThat(second.err().lines()).first().isEqualTo("wild: 4 trials, 4 done, 0 to train");

        Terminal failedOnes = run(sweep, wild, "--rerun", "failed");
        assertThat(failedOnes.code()).isEqualTo(4);
        assertThat(failedOnes.err()).startsWith("wild: 4 trials, 2 done, 2 to train");
    }

    /** On one core trials end in their order. */
    @Test
    void stopsAtTheFirstFailure() throws IOException {
        Path sweep = Files.writeString(folder.resolve("wild.yaml"), WILD);
        Path wild = folder.resolve("wild");
        Terminal end = run(sweep, wild, "--master", "local[1]", "--fail-fast");
        assertThat(end.code()).isEqualTo(4);
        assertThat(end.out())
                .contains(
                        "not completed: c1.22e9-w24-l1-lr1 diverged: ",
                        "not completed: c1.22e9-w32-l1-lr0.01 not trained",
                        "not completed: c1.22e9-w32-l1-lr1 not trained");
        assertThat(outcomes(wild).keySet()).containsExactlyInAnyOrder("c1.22e9-w24-l1-lr0.01", "c1.22e9-w24-l1-lr1");

        Terminal rest = run(sweep, wild);
        assertThat(rest.err()).startsWith("wild: 4 trials, 2 done, 2 to train");
        assertThat(outcomes(wild)).containsEntry("c1.22e9-w32-l1-lr0.01", Run.COMPLETED);
    }

    @Test
    void trainsSeveralSweepsAtOnceEachInItsFolder() throws IOException {
        Path done = Files.writeString(folder.resolve("done.yaml"), SWEEP.replace("name: tiny", "name: results"));
        Path wild = Files.writeString(folder.resolve("wild.yaml"), WILD);
        Terminal both = Terminal.run("run", done, wild, "--out", folder, "--master", "local[2]", "--json");
        assertThat(both.code()).as("wild has trials that diverge").isEqualTo(4);
        assertThat(both.err())
                .contains("results: 12 trials, 12 done, 0 to train", "wild: 4 trials, 0 done, 4 to train")
                .contains("wild c1.22e9-w24-l1-lr0.01  loss ", "(4/4 trials, ");
        JsonNode json = new JsonMapper().readTree(both.out());
        assertThat(json.findValuesAsText("sweep")).containsExactly("results", "wild");
        assertThat(json.get(1).get("notCompleted")).hasSize(2);
        assertThat(outcomes(folder.resolve("wild"))).hasSize(4);
        assertThat(folder.resolve("results/report.html")).exists();

        Terminal twice = Terminal.run("run", done, done, "--out", folder);
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.err())
                .startsWith("Cannot run several sweeps of the name 'results' at once: they would share a folder;");
    }

    private static String aRun(Map<String, Stamp> files) {
        return files.keySet().stream()
                .filter(file -> file.startsWith("runs/"))
                .findFirst()
                .orElseThrow();
    }

    private Terminal rerun(Object... more) {
        return run(shared.resolve("tiny.yaml"), results, more);
    }

    private static Terminal run(Path sweep, Path out, Object... more) {
        Stream<Object> master =
                Arrays.asList(more).contains("--master") ? Stream.of() : Stream.of("--master", "local[2]");
        return Terminal.run(Stream.of(Stream.of("run", sweep, "--out", out), master, Stream.of(more))
                .flatMap(words -> words)
                .toArray());
    }

    private static Map<String, String> outcomes(Path results) {
        return RunTable.read(results).runs().stream()
                .collect(Collectors.toMap(run -> run.identity().recipe(), Run::outcome));
    }

    private Map<String, Double> losses() {
        return RunTable.read(results).runs().stream().collect(Collectors.toMap(Run::id, Run::loss));
    }

    /** Only a run and its curve differ from what was there before. */
    private void assertOnlyWritten(Map<String, Stamp> before, String run) throws IOException {
        var after = files();
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after.keySet().stream().filter(name -> !after.get(name).equals(before.get(name))))
                .containsExactlyInAnyOrder(run, run.replace("runs/", "curves/"));
    }

    /** Files of runs and curves; the report is made anew each time. */
    private Map<String, Stamp> files() throws IOException {
        Map<String, Stamp> files = new TreeMap<>();
        for (String sub : new String[] {"runs", "curves"}) {
            stamps(results.resolve(sub)).forEach((name, stamp) -> files.put(sub + "/" + name, stamp));
        }
        return files;
    }

    private static Map<String, Stamp> stamps(Path folder) throws IOException {
        Map<String, Stamp> stamps = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                stamps.put(
                        file.getFileName().toString(),
                        new Stamp(
                                Files.getLastModifiedTime(file).toMillis(), Arrays.toString(Files.readAllBytes(file))));
            }
        }
        return stamps;
    }
}
