package io.isoloss.analysis.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.Chinchilla;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that others wrote, with the faults that such tables have. */
class OutsideTableTest {
    private static final Chinchilla LAW = new Chinchilla(1.7, 400, 410, 0.34, 0.28);
    private static final double[] BUDGETS = {1e18, 4e18, 1.6e19};

    @TempDir
    Path directory;

    /** One row: N, D, loss, C and its place in the table. */
    private record Row(double params, double tokens, double loss, double flops, int place) {
        Row scaled(double n, double d, double c) {
            return new Row(params * n, tokens * d, loss, flops * c, place);
        }
    }

    // Duplicates

    @Test
    void refusesRowsExportedTwiceAndNamesThem() throws IOException {
        Path file = csv("params,tokens,loss", "1e8,2e9,3.1234", "2e8,2e9,3.0234", "1e8,2e9,3.1234");
        assertRefused(
                file,
                Reading.DEFAULT,
                "line 4 repeats line 2 (same N, D and loss to the last digit); a run counted twice makes intervals too"
                        + " narrow: count each once with --duplicates drop, or, if they are runs of their own, add a"
                        + " column seed or go on with --duplicates keep.");
        assertThat(RunTable.read(file, Reading.DEFAULT.withDuplicates(Reading.Duplicates.DROP))
                        .runs())
                .hasSize(2);
        assertThat(RunTable.read(file, Reading.DEFAULT.withDuplicates(Reading.Duplicates.KEEP))
                        .runs())
                .hasSize(3);
    }

    @Test
    void refusesOneSeedTwiceUnderTwoNames() throws IOException {
        assertRefused(
                csv("name,seed,params,tokens,loss", "a,1,1e8,2e9,3.1234", "b,1,1e8,2e9,3.1234"),
                Reading.DEFAULT,
                "line 3 repeats line 2");
    }

    @Test
    void takesRepeatedSeedsAndRunsOfOtherNames() throws IOException {
        assertThat(RunTable.read(csv("seed,params,tokens,loss", "1,1e8,2e9,3.12", "2,1e8,2e9,3.12", "3,1e8,2e9,3.13"))
                        .runs())
                .hasSize(3);
        assertThat(RunTable.read(csv("name,params,tokens,loss", "a,1e8,2e9,3.12", "b,1e8,2e9,3.12"))
                        .runs())
                .hasSize(2);
    }

    // Units

    @Test
    void namesTheRowsInOtherUnits() throws IOException {
        UnaryOperator<Row> millions = row -> row.place() % 5 == 0 ? row.scaled(1e-6, 1, 1) : row;
        assertRefused(
                table("params,tokens,loss", millions),
                Reading.DEFAULT,
                "N is in mixed units: at most 288.000 on line 2, line 7, line 12, and 2.70000e+07 or more on the other"
                        + " rows; write all in single parameters.");
        UnaryOperator<Row> billions = row -> row.place() % 5 == 0 ? row.scaled(1, 1e-9, 1) : row;
        assertRefused(table("params,tokens,loss", billions), Reading.DEFAULT, "D is in mixed units: ");
        UnaryOperator<Row> petaflops = row -> row.place() % 5 == 0 ? row.scaled(1, 1, 1e-15) : row;
        assertRefused(
                table("params,tokens,loss,flops", petaflops),
                Reading.DEFAULT,
                "units are mixed: C is about 1e-15 times 6ND on line 2, line 7, line 12, and near it on the other rows;"
                        + " write all N, D and C in single parameters, tokens and FLOPs.");
    }

    @Test
    void namesTheFactorsOfATableInOtherUnits() throws IOException {
        assertFactors("params,tokens,loss,flops", row -> row.scaled(1e-9, 1e-9, 1), "params=1e9,tokens=1e9");
        assertFactors("params,tokens,loss", row -> row.scaled(1e-9, 1e-9, 1), "params=1e9,tokens=1e9");
        assertFactors("params,tokens,loss", row -> row.scaled(1e-6, 1, 1), "params=1e6");
        assertFactors("params,tokens,loss", row -> row.scaled(1, 1e-9, 1), "tokens=1e9");
        assertFactors("params,loss,flops", row -> row.scaled(1, 1, 1.01e-9), "flops=1e9");
        assertFactors("params,tokens,loss,flops", row -> row.scaled(1, 1, 1 / 8.64e19), "flops=8.64e19");
    }

    private void assertFactors(String header, UnaryOperator<Row> units, String factors) throws IOException {
        Path file = table(header, units);
        assertRefused(file, Reading.DEFAULT, "; give the factors, perhaps --scale " + factors + ".");
        Map<String, Double> scales = new HashMap<>();
        for (String factor : factors.split(",", -1)) {
            scales.put(factor.split("=", -1)[0], Double.valueOf(factor.split("=", -1)[1]));
        }
        List<Run> mended =
                RunTable.read(file, Reading.DEFAULT.withScales(scales)).runs();
        List<Run> single =
                RunTable.read(table("params,tokens,loss", row -> row)).runs();
        for (int i = 0; i < single.size(); i++) {
            // the factor 1.01 of the counted FLOPs is the largest change
            assertThat(mended.get(i).params() / single.get(i).params()).isCloseTo(1, within(0.011));
            assertThat(mended.get(i).tokens() / single.get(i).tokens()).isCloseTo(1, within(0.011));
        }
    }

    @Test
    void refusesPerplexityAndReadsItWhereToldTo() throws IOException {
        Path file = csv("params,tokens,loss,loss_se", "1e8,2e9,25,0.5", "2e8,2e9,20,0.5", "3e8,2e9,18,");
        assertRefused(
                file,
                Reading.DEFAULT,
                "loss 25.0000 (line 2) is above 20 nats a token, more than a uniform guess over any vocabulary has; if"
                        + " the column is perplexity, say so with --loss-unit perplexity, and if these rows alone are,"
                        + " write their logarithms.");
        Run run = RunTable.read(file, Reading.DEFAULT.withLossUnit(Reading.LossUnit.PERPLEXITY))
                .runs()
                .get(0);
        assertThat(run.loss()).isEqualTo(Math.log(25));
        assertThat(run.quality().lossStandardError()).isEqualTo(0.02);
        Run bits = RunTable.read(
                        csv("params,tokens,loss", "1e8,2e9,4"), Reading.DEFAULT.withLossUnit(Reading.LossUnit.BITS))
                .runs()
                .get(0);
        assertThat(bits.loss()).isEqualTo(4 * Math.log(2));
    }

    @Test
    void namesTheRowsInBits() throws IOException {
        UnaryOperator<Row> bits = row -> row.place() % 4 == 1
                ? new Row(row.params(), row.tokens(), row.loss() / Math.log(2), row.flops(), row.place())
                : row;
        assertRefused(
                table("params,tokens,loss", bits),
                Reading.DEFAULT,
                "losses are in mixed units: on line 3, line 7, line 11, line 15 they stand 1/ln 2 = 1.443 above the"
                        + " surface of the other rows, as bits do above nats; write all in one, and name bits with"
                        + " --loss-unit bits.");
    }

    /** Half of a table in another unit is not bits if the step is another one. */
    @Test
    void leavesOtherStepsOfTheLossAlone() throws IOException {
        for (double step : new double[] {1.2, 1.3, 1.6, 2}) {
            UnaryOperator<Row> stepped = row -> row.place() % 4 == 1
                    ? new Row(row.params(), row.tokens(), row.loss() * step, row.flops(), row.place())
                    : row;
            assertThat(RunTable.read(table("params,tokens,loss", stepped)).runs())
                    .as("step %s", step)
                    .hasSize(15);
        }
    }

    @Test
    void saysWhichColumnCannotBeScaled() throws IOException {
        Path file = csv("params,tokens,loss", "1e8,2e9,3");
        assertRefusedWhole(
                file,
                Reading.DEFAULT.withScales(Map.of("flops", 1e9)),
                "Cannot scale column 'flops_6nd' of " + file
                        + ": no such column among the headers params, tokens, loss; name it with --map.");
        assertRefusedWhole(
                file,
                Reading.DEFAULT.withScales(Map.of("name", 1e9)),
                "Cannot scale column 'run_id' of " + file + ": it holds no amounts; scale params, tokens or flops.");
    }

    // Compute of one digit

    @Test
    void refusesTokensFromARoundedColumnUnlessItIsTheBudget() throws IOException {
        Path file = table("params,loss,flops", OutsideTableTest::rounded);
        assertRefused(
                file,
                Reading.DEFAULT,
                "D = C/(6N) cannot be derived from 'flops', whose 15 values all have one significant digit (1.0E18,"
                        + " 4.0E18, 2.0E19): if they were rounded, D is wrong by up to a third; add a column of tokens,"
                        + " or, if the runs were trained on exactly these budgets, say so with --map budget=flops.");
        Run run = RunTable.read(file, Reading.DEFAULT.withColumns(Map.of("budget", "flops")))
                .runs()
                .get(0);
        assertThat(run.identity().budgetFlops()).isEqualTo(1e18);
        assertThat(run.compute().flops6nd()).isNull();
        // one rounding in the division and one in the product
        assertThat(run.flops()).isCloseTo(1e18, within(1e3));
    }

    @Test
    void takesARoundedColumnForTheBudgetWhereTokensAreGiven() throws IOException {
        RunTable table = RunTable.read(table("params,tokens,loss,flops", OutsideTableTest::rounded));
        assertThat(table.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.damaged()).isFalse();
            assertThat(problem.message())
                    .contains("has one significant digit (1.0E18, 4.0E18, 2.0E19) and is not 6ND: it is taken for the"
                            + " budget that a run belongs to, and C = 6ND.");
        });
        Run last = table.runs().get(14);
        assertThat(last.identity().budgetFlops()).isEqualTo(2e19);
        assertThat(last.flops()).isCloseTo(1.6e19, within(1e5)); // 6ND of a row whose D was written with 17 digits
    }

    @Test
    void leavesExactBudgetsAlone() throws IOException {
        List<String> lines = new ArrayList<>(List.of("params,tokens,loss,flops"));
        for (double params : new double[] {1e8, 2e8, 4e8}) {
            lines.add(params + "," + 1e18 / (6 * params) + "," + (3 + params / 1e9) + ",1e18");
        }
        RunTable table = RunTable.read(csv(lines.toArray(String[]::new)));
        assertThat(table.problems()).isEmpty();
        assertThat(table.runs())
                .allSatisfy(run -> assertThat(run.compute().flops6nd()).isEqualTo(1e18));
    }

    /** As a sweep writes C to group by it: 1.6e19 becomes 2e19. */
    private static Row rounded(Row row) {
        return new Row(
                row.params(),
                row.tokens(),
                row.loss(),
                Double.parseDouble(String.format(Locale.ROOT, "%.0e", row.flops())),
                row.place());
    }

    // Columns

    @Test
    void readsATableOfOneVariable() throws IOException {
        Path file = csv("Seen Examples,Loss", "5e5,0.93", "1e6,0.74", "1e6,0.74");
        assertRefused(
                file, Reading.DEFAULT, "no params among the headers Seen Examples, Loss; nearest is 'Seen Examples'");
        List<Run> runs = RunTable.read(file, Reading.DEFAULT.withRequired(Set.of("tokens", "loss")))
                .runs();
        assertThat(runs).hasSize(3);
        assertThat(runs.get(1).tokens()).isEqualTo(1e6);
        assertThat(runs.get(1).params()).isNull();
    }

    @Test
    void readsTheColumnsOfOtherLaws() throws IOException {
        Run run = RunTable.read(csv(
                        "params,tokens,loss,unique tokens,sparsity,bits,training bits,teacher loss,error rate,group,seed,loss se",
                        "1e8,2e9,3,1e9,0.5,4,8,2.5,0.3,tall,7,0.01"))
                .runs()
                .get(0);
        assertThat(run.size().uniqueTokens()).isEqualTo(1e9);
        assertThat(run.compression()).isEqualTo(new Compression(null, 0.5, 4.0, null, null, 2.5, 8.0));
        assertThat(run.quality().downstreamError()).isEqualTo(0.3);
        assertThat(run.quality().lossStandardError()).isEqualTo(0.01);
        assertThat(run.identity().family()).isEqualTo("tall");
        assertThat(run.identity().seed()).isEqualTo(7);
    }

    @Test
    void namesTheRequiredColumnThatIsMissing() throws IOException {
        assertRefused(
                csv("params,tokens,loss,teacher_lss", "1e8,2e9,3,2"),
                Reading.DEFAULT.withRequired(Set.of("teacher_loss", "loss")),
                "no teacher_loss among the headers params, tokens, loss, teacher_lss; nearest is 'teacher_lss', name the"
                        + " right one with --map.");
    }

    // Tables

    /** Three budgets, five sizes each; C is given to its last digit. */
    private Path table(String header, UnaryOperator<Row> change) throws IOException {
        List<String> lines = new ArrayList<>(List.of(header));
        int place = 0;
        for (double budget : BUDGETS) {
            double optimum = 0.09 * Math.sqrt(budget);
            for (double size : new double[] {0.8, 0.3, 1, 3, 10}) {
                double params = optimum * size;
                double tokens = budget / (6 * params);
                Row row = change.apply(new Row(params, tokens, LAW.loss(params, tokens), budget, place++));
                List<String> cells = new ArrayList<>();
                for (String column : header.split(",", -1)) {
                    cells.add(String.valueOf(
                            switch (column) {
                                case "params" -> row.params();
                                case "tokens" -> row.tokens();
                                case "flops" -> row.flops();
                                default -> row.loss();
                            }));
                }
                lines.add(String.join(",", cells));
            }
        }
        return csv(lines.toArray(String[]::new));
    }

    private static void assertRefused(Path file, Reading reading, String message) {
        assertRefusedWhole(file, reading, message);
        assertThatThrownBy(() -> RunTable.read(file, reading))
                .hasMessageStartingWith("Cannot read runs from " + file + ": ");
    }

    private static void assertRefusedWhole(Path file, Reading reading, String message) {
        assertThatThrownBy(() -> RunTable.read(file, reading))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_INPUT))
                .hasMessageContaining(message);
    }

    private Path csv(String... lines) throws IOException {
        return Files.write(directory.resolve("runs.csv"), List.of(lines));
    }
}
