package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.RunTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of runs that would mislead a fit has its message and its exit code, whichever command reads it. */
class BadTableTest {
    private static final Chinchilla LAW = new Chinchilla(1.7, 400, 410, 0.34, 0.28);

    @TempDir
    Path folder;

    /** A fault, and what the message must say of it. */
    private static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(
                        "loss is 0", "line 3: Invalid loss_nats_per_token (want finite and positive, or null): 0.0"),
                Arguments.of(
                        "loss is -1", "line 3: Invalid loss_nats_per_token (want finite and positive, or null): -1.0"),
                Arguments.of(
                        "loss is NaN", "line 3: Invalid loss_nats_per_token (want finite and positive, or null): NaN"),
                Arguments.of(
                        "loss is Infinity",
                        "line 3: Invalid loss_nats_per_token (want finite and positive, or null): Infinity"),
                Arguments.of("loss is x", "line 3: loss is 'x', not a number"),
                Arguments.of("perplexity", "loss 30.0000 (line 3) is above 20 nats a token"),
                Arguments.of("twice", "line 22 repeats line 2, line 23 repeats line 3, "),
                Arguments.of("mixed", "N is in mixed units: at most 27.0000 on line 2, and "),
                Arguments.of("billions", "; give the factors, perhaps --scale params=1e9,tokens=1e9."),
                Arguments.of("rounded", "D = C/(6N) cannot be derived from 'flops', whose 20 values all have one"),
                Arguments.of("no loss", "no loss among the headers params, tokens, validation_nll; nearest is"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void refusesTheTable(String fault, String message) throws IOException {
        Path table = table(fault);
        for (String command : List.of("fit", "frontier", "audit", "report", "import")) {
            Path out = folder.resolve("out");
            Terminal refused = command.equals("report") || command.equals("import")
                    ? Terminal.run(command, table, "--out", out)
                    : Terminal.run(command, table);
            assertThat(refused.err())
                    .as(command)
                    .startsWith("Cannot read runs from " + table + ": ")
                    .contains(message)
                    .hasLineCount(1);
            assertThat(refused.code()).isEqualTo(2);
            assertThat(refused.out()).isEmpty();
            assertThat(out).doesNotExist();
        }
    }

    @Test
    void goesOnAsTheMessageSays() throws IOException {
        assertFits(table("twice"), "--duplicates", "drop");
        assertFits(table("billions"), "--scale", "params=1e9,tokens=1e9");
        assertFits(table("rounded"), "--map", "budget=flops");
        assertFits(table("no loss"), "--map", "loss=validation_nll");
    }

    @Test
    void readsLossesInTheUnitThatIsSaid() throws IOException {
        Path table = Files.writeString(folder.resolve("runs.csv"), "params,tokens,loss\n1e6,2e7,3\n");
        Terminal json = Terminal.run("import", table, "--loss-unit", "bits", "--out", folder.resolve("out"), "--json");
        assertThat(json.code()).isZero();
        assertThat(RunTable.read(folder.resolve("out")).runs())
                .singleElement()
                .satisfies(run -> assertThat(run.loss()).isEqualTo(3 * Math.log(2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"params=0", "params=-1", "params=NaN"})
    void namesScalesThatCannotBe(String scale) throws IOException {
        Terminal refused = Terminal.run("fit", table("sound"), "--scale", scale);
        assertThat(refused.err())
                .startsWith("Cannot scale params by ")
                .contains("; want a finite factor above 0, such as params=1e6,tokens=1e9");
        assertThat(refused.code()).isEqualTo(2);
    }

    @Test
    void warnsOfARoundedLabelBesideTokens() throws IOException {
        Terminal fit = Terminal.run("fit", table("label"), "--bootstrap", 0);
        assertThat(fit.code()).isZero();
        assertThat(fit.err())
                .startsWith("warning: 'flops' in ")
                .contains("it is taken for the budget that a run belongs to, and C = 6ND.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fit", "frontier", "audit"})
    void refusesOneBudget(String command) throws IOException {
        Terminal refused = Terminal.run(command, isoFlop(1, false, 1));
        assertThat(refused.err()).contains("they lie on one budget C; add a budget.");
        assertThat(refused.code()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fit", "frontier", "audit"})
    void refusesALossThatRises(String command) throws IOException {
        Terminal refused = Terminal.run(command, isoFlop(4, true, 1), "--bootstrap", 0);
        assertThat(refused.out() + refused.err()).contains("the loss does not fall as a power of it");
        assertThat(refused.code()).isEqualTo(3);
    }

    /** The law can answer where the parabolas can't; the answer says which it is. */
    @Test
    void saysWhereNoProfileHasAMinimumInside() throws IOException {
        Terminal frontier = Terminal.run("frontier", isoFlop(4, false, 30), "--bootstrap", 0);
        assertThat(frontier.out())
                .contains("Only 0 of 4 budgets show a minimum, and a line needs 3.", "3 law")
                .doesNotContain("2 IsoFLOP");
    }

    private void assertFits(Path table, String option, String value) {
        Terminal fit = Terminal.run("fit", table, option, value, "--bootstrap", 0);
        assertThat(fit.err()).as(option).isEmpty();
        assertThat(fit.out()).contains("chinchilla over 20 points");
        assertThat(fit.code()).isZero();
    }

    /** Four budgets of five sizes with one fault. */
    private Path table(String fault) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean derived = fault.equals("rounded");
        boolean labelled = fault.equals("label");
        String header = fault.equals("no loss") ? "params,tokens,validation_nll" : "params,tokens,loss";
        lines.add(derived ? "params,flops,loss" : header + (labelled ? ",flops" : ""));
        for (double budget : new double[] {1e18, 3e18, 1e19, 3e19}) {
            for (double size : new double[] {0.3, 0.5, 1, 2, 4}) {
                double params = 0.09 * Math.sqrt(budget) * size;
                double tokens = budget / (6 * params);
                double unit = fault.equals("billions") ? 1e9 : 1;
                double off = lines.size() == 1 && fault.equals("mixed") ? 1e6 : 1;
                Object loss = LAW.loss(params, tokens);
                if (lines.size() == 2 && fault.startsWith("loss is ")) {
                    loss = fault.substring("loss is ".length());
                } else if (lines.size() == 2 && fault.equals("perplexity")) {
                    loss = 30;
                }
                lines.add(params / unit / off + "," + (derived ? budget : tokens / unit) + "," + loss
                        + (labelled ? String.format(Locale.ROOT, ",%.0e", 1.3 * budget) : ""));
            }
        }
        if (fault.equals("twice")) {
            lines.addAll(List.copyOf(lines.subList(1, lines.size())));
        }
        return Files.write(folder.resolve("runs.csv"), lines);
    }

    /**
     * @param rises whether each profile bends downward, its loss rising with data
     * @param largest factor by which all sizes lie above the best
     */
    private Path isoFlop(int budgets, boolean rises, double largest) throws IOException {
        List<String> lines = new ArrayList<>(List.of("params,tokens,loss"));
        for (int i = 0; i < budgets; i++) {
            double budget = 1e18 * Math.pow(4, i);
            for (double size : new double[] {0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10}) {
                double params = 0.09 * Math.sqrt(budget) * size * largest;
                double tokens = budget / (6 * params);
                double loss = LAW.loss(params, tokens);
                lines.add(params + "," + tokens + "," + (rises ? 9 - loss : loss));
            }
        }
        return Files.write(folder.resolve("runs.csv"), lines);
    }
}
