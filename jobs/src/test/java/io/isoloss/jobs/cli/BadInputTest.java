package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each bad input has its message and its exit code, and no stack trace. */
class BadInputTest {
    private static final Path CASES = Path.of(System.getProperty("isoloss.home"), "sweep-configs/cases/invalid");
    private static final Chinchilla LAW = new Chinchilla(1.7, 400, 410, 0.34, 0.28);
    private static final double[] PARAMS = {1e6, 4e6, 1.6e7, 6.4e7};
    private static final double[] TOKENS = {2e7, 1e8, 5e8, 2.5e9};

    @TempDir
    Path folder;

    // Sweeps

    @ParameterizedTest
    @ValueSource(strings = {"plan", "run"})
    void namesAMissingConfigFile(String command) {
        Path none = folder.resolve("none.yaml");
        assertRefused(Terminal.run(command, none), 2, none + ":1:1: no such file");
    }

    @Test
    void namesTheCorpusWithoutText() throws IOException {
        Path texts = Files.createDirectory(folder.resolve("texts"));
        Files.writeString(texts.resolve("a.java"), "class A {}");
        Path sweep = sweep("{ kind: text, paths: [{ path: texts }], extensions: [scala] }");
        assertRefused(
                Terminal.run("plan", sweep),
                2,
                "Cannot build a corpus: no text in [" + texts
                        + "] under the extensions [scala] (0 binary documents skipped); add paths or extensions");
    }

    @Test
    void namesTheCorpusPathThatIsNotThere() throws IOException {
        assertRefused(
                Terminal.run("plan", sweep("{ kind: text, paths: [{ path: none.jar }] }")),
                2,
                "Cannot read corpus path '" + folder.resolve("none.jar")
                        + "': no such file or folder; correct corpus.paths");
    }

    @Test
    void namesTheCorpusPathThatNoFileSystemHolds() throws IOException {
        assertRefused(
                Terminal.run("plan", sweep("{ kind: text, paths: [{ path: \"nowhere://host/text\" }] }")),
                2,
                "Cannot read corpus path 'nowhere://host/text' (UnsupportedFileSystemException: No FileSystem for scheme"
                        + " \"nowhere\"); correct corpus.paths");
    }

    @Test
    void suggestsTheKeyThatAnUnknownOneIsNear() {
        Terminal refused = Terminal.run("plan", CASES.resolve("unknown-key.yaml"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .startsWith(CASES.resolve("unknown-key.yaml").toString())
                .contains("unknown key '", "; did you mean '");
    }

    @Test
    void saysWhichTypeWasWanted() {
        Terminal refused = Terminal.run("plan", CASES.resolve("wrong-type.yaml"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .startsWith(CASES.resolve("wrong-type.yaml").toString())
                .contains("; want a");
    }

    @Test
    void saysWhichBudgetsArePossible() {
        Terminal refused = Terminal.run("plan", CASES.resolve("negative-budget.yaml"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("flops is -", "; want a number in (0, 1e30]");
    }

    @Test
    void namesTheSmallestTrialThatABudgetIsBelow() {
        Terminal refused = Terminal.run("plan", CASES.resolve("budget-below-smallest-model.yaml"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains("Cannot plan sweep '", " is below the smallest trial (", "; raise it, add a smaller size");
    }

    @Test
    void saysWhichLearningRatesArePossible() {
        Terminal refused = Terminal.run("plan", CASES.resolve("learning-rate-out-of-range.yaml"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("learning_rate.base is ", "; want a number in (0, 1]");
    }

    @Test
    void namesWorkersThatAreNone() {
        assertRefused(
                Terminal.run("plan", folder.resolve("any.yaml"), "--workers", 0),
                2,
                "Cannot plan with --workers 0; want 1 or more");
    }

    @Test
    void namesTrafficThatCannotBe() {
        assertRefused(
                Terminal.run("audit", folder.resolve("law.json"), "--inference-tokens=-1"),
                2,
                "Cannot audit with --inference-tokens -1.0; want a finite number not below 0, such as 2e12");
    }

    /** Root may write anywhere, so the folder is one that nobody can make: below a file. */
    @Test
    void namesTheOutputFolderThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertRefused(
                Terminal.run("run", sweep("{ kind: synthetic, tokens: 20000 }"), "--out", file.resolve("results")),
                2,
                "Cannot write to the output folder '" + file.resolve("results") + "' (FileSystemException: "
                        + file.resolve("results")
                        + ": Not a directory); give one that you may write to with --out");
    }

    @Test
    void namesTheOutputFolderThatNoFileSystemHolds() throws IOException {
        assertRefused(
                Terminal.run("run", sweep("{ kind: synthetic, tokens: 20000 }"), "--out", "s3a://bucket/results"),
                2,
                "Cannot write to the output folder 's3a://bucket/results' (IOException: this build has no client"
                        + " of s3a:// on its class path; for S3 build it with ISOLOSS_MAVEN=-Ps3); give one that you may"
                        + " write to with --out");
    }

    @Test
    void namesTheMasterThatSparkCannotStartOn() throws IOException {
        Terminal refused = Terminal.run(
                "run",
                sweep("{ kind: synthetic, tokens: 20000 }"),
                "--out",
                folder.resolve("results"),
                "--master",
                "nonsense");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .endsWith("Cannot start Spark on the master 'nonsense' (SparkException: Could not parse Master URL:"
                        + " 'nonsense'); give one that is there with --master, such as local[2] or spark://HOST:7077"
                        + System.lineSeparator());
    }

    // Words

    @Test
    void suggestsTheSubcommandThatAnUnknownOneIsNear() {
        Terminal refused = Terminal.run("fronteir");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains("Unmatched argument at index 0: 'fronteir'", "Did you mean: isoloss frontier");
    }

    @Test
    void suggestsTheOptionThatAnUnknownOneIsNear() {
        Terminal refused = Terminal.run("fit", "runs", "--bootstrp", "10");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("Unknown options: '--bootstrp', '10'", "Possible solutions: --bootstrap");
    }

    @Test
    void namesTheChoicesOfAnOption() {
        Terminal refused = Terminal.run("run", "sweep.yaml", "--rerun", "some");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("'--rerun': expected one of [NONE, FAILED, ALL]", "but was 'some'");
    }

    // Runs

    @ParameterizedTest
    @ValueSource(strings = {"fit", "frontier", "audit", "report"})
    void namesRunsThatAreNotThere(String command) {
        Path none = folder.resolve("none");
        assertRefused(
                Terminal.run(command, none),
                2,
                "Cannot read runs from " + none + ": no such file; give a directory of Parquet files, or a .parquet,"
                        + " .csv or .jsonl file.");
    }

    @Test
    void namesAFolderWithoutRuns() {
        assertRefused(
                Terminal.run("fit", folder),
                2,
                "Cannot read runs from " + folder + ": it holds no .parquet file; give a sweep's directory.");
    }

    @Test
    void namesTheColumnThatIsMissing() throws IOException {
        Path csv = Files.writeString(folder.resolve("runs.csv"), "params,tokens,lost\n1e6,2e7,3\n");
        assertRefused(
                Terminal.run("fit", csv),
                2,
                "Cannot read runs from " + csv
                        + ": no loss among the headers params, tokens, lost; nearest is 'lost', name the right one with"
                        + " --map.");
    }

    @Test
    void namesEachLineWithAnImpossibleNumber() throws IOException {
        Path csv = Files.writeString(folder.resolve("runs.csv"), "params,tokens,loss\n0,2e7,3\n1e6,2e7,-1\n1e6,x,3\n");
        assertRefused(
                Terminal.run("fit", csv),
                2,
                "Cannot read runs from " + csv
                        + ": line 2: Invalid total_params (want finite and positive, or null): 0.0; line 3: Invalid"
                        + " loss_nats_per_token (want finite and positive, or null): -1.0; line 4: tokens is 'x', not a"
                        + " number.");
    }

    @Test
    void namesTheLineThatIsNoObject() throws IOException {
        Path lines = Files.writeString(folder.resolve("runs.jsonl"), "null\n");
        assertRefused(
                Terminal.run("fit", lines),
                2,
                "Cannot read line 1 of " + lines + " as a JSON object: it is null; remove the line.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fit", "report", "audit"})
    void namesATruncatedFileAndUsesTheRest(String command) throws IOException {
        Path runs = parquetRuns();
        Path damaged = truncate(runs.resolve("run-3.parquet"));
        Path page = folder.resolve("report.html");
        Terminal answer = command.equals("report")
                ? Terminal.run(command, runs, "--bootstrap", 0, "--out", page)
                : Terminal.run(command, runs, "--bootstrap", 0);
        assertThat(answer.code()).isZero();
        assertThat(answer.err())
                .startsWith("warning: Cannot read " + damaged + ": the file is damaged or no Parquet (")
                .endsWith("); remove it or restore it from its source." + System.lineSeparator())
                .hasLineCount(1);
        switch (command) {
            case "fit" -> assertThat(answer.out()).contains(" over 15 points: ");
            case "audit" ->
                assertThat(answer.out()).contains("run-2 ", "run-4 ").doesNotContain("run-3 ");
            default -> assertThat(page).content().contains(damaged.getFileName().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fit", "report", "audit"})
    void failsWhereEveryFileIsTruncated(String command) throws IOException {
        Path runs = parquetRuns();
        try (Stream<Path> files = Files.list(runs)) {
            for (Path file : files.toList()) {
                truncate(file);
            }
        }
        Terminal refused = Terminal.run(command, runs);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .startsWith("Cannot read " + runs.resolve("run-0.parquet") + ": the file is damaged or no Parquet (")
                .hasLineCount(1);
    }

    // Fits

    @ParameterizedTest
    @ValueSource(strings = {"fit", "audit"})
    void refusesAFitToTooFewRuns(String command) throws IOException {
        Path csv = Files.writeString(folder.resolve("runs.csv"), "params,tokens,loss\n1e6,2e7,3\n1e7,2e7,2.5\n");
        assertRefused(
                Terminal.run(command, csv),
                3,
                "Cannot fit chinchilla to 2 points: 5 parameters need 6 or more different (N, D), and there are 2;"
                        + " train more runs.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fit", "frontier", "audit", "report"})
    void namesOptionsOfTheFitThatCannotBe(String command) throws IOException {
        Path runs = parquetRuns();
        assertRefused(
                Terminal.run(command, runs, "--bootstrap", -5),
                2,
                "Cannot fit with --bootstrap -5; want the number of re-fits, 0 for none");
        for (String delta : List.of("0.0", "-1.0", "NaN", "Infinity")) {
            assertRefused(
                    Terminal.run(command, runs, "--delta", delta),
                    2,
                    "Cannot fit with --delta " + delta + "; want a finite number above 0, such as 1e-3");
        }
        Terminal refused = Terminal.run(command, runs, "--seed", "x");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("Invalid value for option '--seed': 'x' is not a long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0", "-1.0E9", "NaN"})
    void namesBudgetsThatCannotBe(String flops) throws IOException {
        assertRefused(
                Terminal.run("frontier", parquetRuns(), "--at", "1e15," + flops),
                2,
                "Cannot draw the frontier --at " + flops + " FLOPs; want finite numbers above 0, such as 1e21,1e22");
    }

    @Test
    void namesTheFilesThatCannotBeWritten() throws IOException {
        Path runs = parquetRuns();
        Path file = Files.writeString(folder.resolve("file"), "");
        Terminal noLaw = Terminal.run("fit", runs, "--bootstrap", 0, "--save", file.resolve("law.json"));
        assertThat(noLaw.code()).isEqualTo(2);
        assertThat(noLaw.err())
                .startsWith("Cannot write the law to '" + file.resolve("law.json") + "' (")
                .endsWith("); give a file in a folder that you may write to with --save" + System.lineSeparator());
        Terminal noPage = Terminal.run("report", runs, "--bootstrap", 0, "--out", file.resolve("report.html"));
        assertThat(noPage.code()).isEqualTo(2);
        assertThat(noPage.err())
                .startsWith("Cannot write the report to '" + file.resolve("report.html") + "' (")
                .endsWith("); give a file in a folder that you may write to with --out" + System.lineSeparator());
    }

    // Models and laws

    @Test
    void saysHowAModelIsWritten() throws IOException {
        Path runs = parquetRuns();
        String wanted = "; want name,params,tokens[,loss], such as llama-2-7b,6.7e9,2e12";
        assertRefused(
                Terminal.run("audit", runs, "--bootstrap", 0, "--model", "a,7e9"),
                2,
                "Cannot read --model 'a,7e9': 2 parts" + wanted);
        assertRefused(
                Terminal.run("audit", runs, "--bootstrap", 0, "--model", "a,7b,2e12"),
                2,
                "Cannot read --model 'a,7b,2e12' (For input string: \"7b\")" + wanted);
        assertRefused(
                Terminal.run("audit", runs, "--bootstrap", 0, "--model", "a,7e9,-2e12"),
                2,
                "Cannot read --model 'a,7e9,-2e12' (Invalid tokens (want finite and positive): -2.0E12)" + wanted);
    }

    @Test
    void namesAFileThatHoldsNoLaw() throws IOException {
        for (String text : List.of("", "null", "{}", "[1]", "{\"law\":")) {
            Path law = Files.writeString(folder.resolve("law.json"), text);
            Terminal refused = Terminal.run("audit", law, "--model", "a,7e9,2e12");
            assertThat(refused.code()).isEqualTo(2);
            assertThat(refused.err())
                    .startsWith("Cannot read a law from " + law + ": ")
                    .endsWith("; write one with fit --save." + System.lineSeparator())
                    .hasLineCount(1);
        }
    }

    private static void assertRefused(Terminal refused, int code, String message) {
        assertThat(refused.err()).isEqualTo(message + System.lineSeparator());
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.out()).isEmpty();
    }

    private Path sweep(String corpus) throws IOException {
        return Files.writeString(folder.resolve("sweep.yaml"), """
                name: bad
                corpus: %s
                model: { context: 16 }
                training: { batch: { sequences: 2 } }
                design: { kind: grid, params: [1216], tokens: [3200] }
                """.formatted(corpus));
    }

    /** Sixteen runs of a known law, one a file. */
    private Path parquetRuns() throws IOException {
        Path runs = folder.resolve("runs");
        int number = 0;
        for (double params : PARAMS) {
            for (double tokens : TOKENS) {
                String name = "run-" + number++;
                Run run = Run.of(name, params, tokens, null, LAW.loss(params, tokens));
                ParquetTable.RUNS.write(runs.resolve(name + ".parquet"), List.of(run));
            }
        }
        return runs;
    }

    private static Path truncate(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }
}
