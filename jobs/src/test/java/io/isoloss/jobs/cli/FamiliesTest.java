package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.report.Reports;
import io.isoloss.analysis.runs.Identity;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.analysis.runs.Training;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each command makes of a folder whose runs are of several families and tasks. */
class FamiliesTest {
    private static final Chinchilla TRANSFORMER = new Chinchilla(1.0, 40, 200, 0.42, 0.40);
    private static final Chinchilla LSTM = new Chinchilla(1.1, 30, 500, 0.38, 0.42);

    @TempDir
    private static Path folder;

    private static Path families;
    private static Path tasks;

    @BeforeAll
    static void writeRuns() throws IOException {
        families = results("families", runs("transformer", null, TRANSFORMER), runs("lstm", null, LSTM));
        tasks = results("tasks", runs("transformer", null, TRANSFORMER), runs("transformer", "document_class", LSTM));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fit", "frontier", "asymptote", "audit", "compare"})
    void oneSurfaceIsNotFittedToSeveralFamilies(String command) {
        Terminal refused = Terminal.run(command, families);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains("Cannot take the runs of " + families
                        + " as one surface: they are of 2 families: lstm; transformer; choose one with --family");
        Terminal chosen = Terminal.run(command, families, "--family", "lstm");
        assertThat(chosen.code()).as(chosen.err()).isZero();
    }

    @Test
    void nextRunsAreOfOneFamily() {
        Terminal refused = Terminal.run("frontier", families, "--next", "2", "--target", "1e13");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("choose one with --family");
    }

    @Test
    void theChosenFamilyIsFittedAsIfItWereAlone() throws IOException {
        Path alone = results("alone", runs("lstm", null, LSTM));
        assertThat(Terminal.run("fit", families, "--family", "lstm", "--json").out())
                .isEqualTo(Terminal.run("fit", alone, "--json").out());
    }

    @Test
    void tasksAreChosenToo() {
        Terminal refused = Terminal.run("fit", tasks);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("2 tasks: next_token; document_class; choose one with --task");
        assertThat(Terminal.run("fit", tasks, "--task", "next_token").code()).isZero();
    }

    @Test
    void aFamilyThatIsNotThereIsRefusedWithThoseThatAre() {
        Terminal refused = Terminal.run("fit", families, "--family", "mlp");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains("Cannot choose --family mlp of " + families + ": its runs have lstm, transformer");
    }

    @Test
    void reportShowsEachFamilyAndTheChosenAlone() throws IOException {
        Path page = folder.resolve("report.html");
        assertThat(Terminal.run("report", families, "--bootstrap", "0", "--out", page)
                        .code())
                .isZero();
        assertThat(page).content().contains("id=\"comparison\"", "id=\"group2-isoflop-chart\"");
        assertThat(Terminal.run("report", families, "--family", "lstm", "--bootstrap", "0", "--out", page)
                        .code())
                .isZero();
        assertThat(page).content().contains("id=\"isoflop-chart\"").doesNotContain("id=\"comparison\"");
    }

    @Test
    void familiesOfAnOutsideTableStayOneSurface() throws IOException {
        StringBuilder rows = new StringBuilder("family,params,tokens,loss\n");
        runs("transformer", null, TRANSFORMER)
                .forEach(run -> rows.append(run.params() < 2e4 ? "small," : "large,")
                        .append(run.params())
                        .append(',')
                        .append(run.tokens())
                        .append(',')
                        .append(run.loss())
                        .append('\n'));
        Path csv = Files.writeString(folder.resolve("outside.csv"), rows);
        assertThat(Terminal.run("fit", csv).code()).isZero();
        assertThat(Terminal.run("fit", csv, "--draw", "family").code()).isZero();
    }

    @Test
    void aSweepWithSeveralGroupsPrintsEachUnderItsName() throws IOException {
        List<Run> runs = new ArrayList<>(runs("transformer", null, TRANSFORMER));
        runs.addAll(runs("lstm", null, LSTM));
        Summary summary = new Summary(
                "several",
                runs.size(),
                0,
                List.of(),
                Reports.of(new RunTable(runs, List.of()), new FitOptions(1e-3, 0, 0)));
        var printed = new StringWriter();
        summary.print("page", new PrintWriter(printed));
        assertThat(printed.toString().lines())
                .contains("lstm", "transformer", "report: page")
                .anyMatch(line -> line.startsWith("All groups predict the next token of one corpus"));
        JsonNode json = new JsonMapper().valueToTree(summary.json("page"));
        assertThat(json.has("fit")).isFalse();
        assertThat(json.get("groups"))
                .extracting(group -> group.get("family").asText())
                .containsExactly("lstm", "transformer");
        assertThat(json.at("/groups/0/fit/parameters/E/value").asDouble()).isBetween(1.09, 1.11);
        assertThat(json.at("/comparison/rows")).hasSize(2);
    }

    @SafeVarargs
    private static Path results(String name, List<Run>... groups) throws IOException {
        Path results = folder.resolve(name);
        Files.createDirectories(results.resolve("runs"));
        for (int i = 0; i < groups.length; i++) {
            ParquetTable.RUNS.write(results.resolve("runs/" + i + ".parquet"), groups[i]);
        }
        return results;
    }

    /** Four budgets of six sizes, on the law but for a wiggle of a thousandth, which keeps the noise from being none. */
    private static List<Run> runs(String family, String task, Chinchilla law) {
        List<Run> runs = new ArrayList<>();
        for (double budget : new double[] {3e10, 1e11, 3e11, 1e12}) {
            for (int step = -3; step < 3; step++) {
                double params = Math.rint(law.optimalParams(budget) * Math.pow(2, step + 0.5));
                double tokens = budget / (6 * params);
                double loss = law.loss(params, tokens) * (1 + 1e-3 * Math.sin(7 * runs.size()));
                runs.add(run(family + "-" + task + "-" + runs.size(), family, task, params, tokens, loss, budget));
            }
        }
        return runs;
    }

    private static Run run(
            String id, String family, String task, double params, double tokens, double loss, double budget) {
        Run plain = Run.of(id, params, tokens, budget, loss);
        return new Run(
                new Identity(
                        id,
                        "hand-made",
                        family,
                        null,
                        null,
                        null,
                        64,
                        null,
                        null,
                        null,
                        "{\"corpus\":{\"name\":\"c\"},\"params\":" + params + "}",
                        budget),
                plain.size(),
                plain.compute(),
                plain.quality(),
                plain.cost(),
                plain.inference(),
                plain.compression(),
                new Training(task, null, null, null, null, null, null, null, null, null, null, null, null, null),
                Run.COMPLETED,
                null,
                plain.provenance());
    }
}
