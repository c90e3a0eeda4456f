package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compute-optimal frontiers as the person at the terminal asks for them. */
class FrontierCommandTest {
    private static final Chinchilla LAW = new Chinchilla(1.82, 480, 2100, 0.35, 0.37);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path csv;

    /** Seven sizes at five budgets; embeddings of 300 N^(2/3) and attention that count on top. */
    @BeforeEach
    void writeRuns() throws IOException {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder(
                "run_id,budget_flops,total_params,non_embedding_params,tokens,flops_6nd,flops_exact,loss\n");
        for (double budget : new double[] {1e18, 1e19, 1e20, 1e21, 1e22}) {
            for (int step = -3; step <= 3; step++) {
                double params = LAW.optimalParams(budget) * Math.pow(2, step);
                double tokens = budget / (6 * params);
                double total = params + 300 * Math.pow(params, 2 / 3.0);
                double loss = LAW.loss(params, tokens) * Math.exp(1e-3 * random.nextGaussian());
                text.append(String.format("b%.0e-s%d,", budget, step))
                        .append(budget + "," + total + "," + params + "," + tokens + "," + budget + "," + 1.1 * budget
                                + "," + loss + "\n");
            }
        }
        csv = Files.writeString(folder.resolve("runs.csv"), text);
    }

    @Test
    void drawsAllApproachesThatTheRunsSupport() {
        Terminal answer = Terminal.run("frontier", csv, "--bootstrap", 20);
        assertThat(answer.code()).isZero();
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out())
                .contains("2 IsoFLOP", "3 law", "N_opt ~ C^a, D_opt ~ C^b")
                .contains("approach 1: there are no training curves.")
                .contains("The exponents of N_opt(C) agree within their intervals")
                .contains("With these sizes and budgets approach 2 would read a = ")
                .doesNotContain("1 envelope", "approach 2: ", "approach 3: ", "counting");
        assertThat(answer.out().lines().filter(line -> line.contains("2 IsoFLOP")))
                .hasSize(6);
    }

    @ParameterizedTest
    @CsvSource({"2,parabola", "2,akima", "3,parabola"})
    void drawsOneApproachByOneMinimum(String approach, String minimum) throws IOException {
        Terminal answer = Terminal.run(
                "frontier", csv, "--bootstrap", 20, "--approach", approach, "--minimum", minimum, "--json");
        assertThat(answer.code()).isZero();
        JsonNode json = JSON.readTree(answer.out());
        boolean minima = approach.equals("2");
        JsonNode drawn = json.get(minima ? "isoFlop" : "parametric");
        assertThat(json.get(minima ? "parametric" : "isoFlop").isNull()).isTrue();
        assertThat(json.get("envelope").isNull()).isTrue();
        // noise of 1e-3 leaves the exponent sure to about .01; that of a spline to .03
        assertThat(drawn.at("/paramsExponent/value").asDouble()).isCloseTo(LAW.paramsExponent(), within(.05));
        if (minima) {
            assertThat(drawn.get("minimum").asText()).isEqualTo(minimum);
            assertThat(drawn.at("/noise/source").asText()).isEqualTo("scatter about smooth IsoFLOP curves");
            assertThat(json.get("isoFlopAt")).hasSize(5);
            assertThat(drawn.at("/profiles/0/usable").asBoolean()).isTrue();
        }
    }

    @Test
    void noiseThatIsStatedWidensTheIntervals() throws IOException {
        JsonNode narrow = JSON.readTree(Terminal.run("frontier", csv, "--approach", 2, "--noise", "0.001", "--json")
                .out());
        JsonNode wide = JSON.readTree(Terminal.run("frontier", csv, "--approach", 2, "--noise", "0.01", "--json")
                .out());
        assertThat(wide.at("/isoFlop/noise/source").asText()).isEqualTo("stated");
        assertThat(halfWidth(wide) / halfWidth(narrow)).isCloseTo(10, within(1e-6));
    }

    @Test
    void tellsTheExponentUnderEachConvention() {
        Terminal answer = Terminal.run("frontier", csv, "--bootstrap", 5, "--conventions");
        assertThat(answer.code()).isZero();
        assertThat(answer.out())
                .containsPattern("counting +a, approach 2 +95 % +a, approach 3 +95 %")
                .contains("C 6nd, N non-embedding", "C 6nd, N total", "C exact, N non-embedding", "C exact, N total");
    }

    @Test
    void countsByOneConvention() throws IOException {
        JsonNode total = JSON.readTree(
                Terminal.run("frontier", csv, "--bootstrap", 5, "--params", "total", "--flops", "6nd", "--json")
                        .out());
        JsonNode stated = JSON.readTree(
                Terminal.run("frontier", csv, "--bootstrap", 5, "--json").out());
        // embeddings are a larger share of small models, so that total N grows slower
        for (String approach : List.of("isoFlop", "parametric")) {
            assertThat(total.at("/" + approach + "/paramsExponent/value").asDouble())
                    .isLessThan(
                            stated.at("/" + approach + "/paramsExponent/value").asDouble() - .02);
        }
        Terminal exact = Terminal.run("frontier", csv, "--bootstrap", 5, "--flops", "exact", "--at", "1e20");
        assertThat(exact.code()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--approach|4|Cannot take --approach 4; want 1 or 2 or 3 or all",
                "--minimum|spline|Cannot take --minimum spline; want parabola or akima",
                "--envelope|x|Cannot take --envelope x; want curves or hull",
                "--flops|7nd|Cannot take --flops 7nd; want 6nd or exact",
                "--params|all|Cannot take --params all; want non-embedding or total",
                "--noise|0|Cannot take --noise 0; want a number of nats a token above 0, such as 0.002, or standard-errors",
                "--noise|x|Cannot take --noise x; want a number of nats a token above 0, such as 0.002, or standard-errors"
            })
    void namesChoicesThatAreNone(String option, String value, String message) {
        Terminal refused = Terminal.run("frontier", csv, option, value);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).isEqualTo(message + System.lineSeparator());
        assertThat(refused.out()).isEmpty();
    }

    @Test
    void refusesWhatTheRunsDoNotSupport() throws IOException {
        Terminal envelope = Terminal.run("frontier", csv, "--approach", 1);
        assertThat(envelope.code()).isEqualTo(3);
        assertThat(envelope.err())
                .isEqualTo(
                        "Cannot draw a frontier through the envelope of training curves: there are no training curves."
                                + System.lineSeparator());
        Path few = Files.writeString(folder.resolve("few.csv"), "params,tokens,loss\n1e6,2e7,3\n1e7,2e7,2.5\n");
        Terminal minima = Terminal.run("frontier", few, "--approach", 2);
        assertThat(minima.code()).isEqualTo(3);
        assertThat(minima.err()).startsWith("Cannot draw a frontier through IsoFLOP minima: Only 0 of 2 budgets");
        Terminal law = Terminal.run("frontier", few);
        assertThat(law.code()).isEqualTo(3);
        assertThat(law.err()).startsWith("Cannot fit chinchilla to 2 points");
        Terminal standardErrors = Terminal.run("frontier", csv, "--approach", 2, "--noise", "standard-errors");
        assertThat(standardErrors.code()).isEqualTo(3);
        assertThat(standardErrors.err()).startsWith("Cannot take the noise from the standard errors of the losses");
        Terminal exact = Terminal.run("frontier", few, "--flops", "exact");
        assertThat(exact.code()).isEqualTo(3);
        assertThat(exact.err()).startsWith("Cannot count C exact, N as stated: run ");
    }

    @Test
    void drawsAnEnvelopeOfTheCurvesBesideTheRuns() throws IOException {
        Path sweep = folder.resolve("sweep");
        for (int i = 0; i < 12; i++) {
            double params = LAW.optimalParams(1e20) * Math.pow(1.6, i - 6);
            double tokens = 1e22 / (6 * params);
            String id = "run" + i;
            ParquetTable.RUNS.write(
                    sweep.resolve("runs").resolve(id + ".parquet"),
                    List.of(Run.of(id, params, tokens, 1e22, LAW.loss(params, tokens))));
            List<CurvePoint> curve = new ArrayList<>();
            for (int k = 0; k <= 40; k++) {
                double seen = tokens * Math.pow(1e4, k / 40.0 - 1);
                curve.add(new CurvePoint(id, (long) k, seen, null, LAW.loss(params, seen), null, null, null));
            }
            if (i < 11) {
                ParquetTable.CURVES.write(sweep.resolve("curves").resolve(id + ".parquet"), curve);
            } else {
                Files.writeString(sweep.resolve("curves").resolve(id + ".parquet"), "damaged");
            }
        }
        Terminal answer = Terminal.run("frontier", sweep, "--approach", 1, "--bootstrap", 20, "--json");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).startsWith("warning: Cannot read ").hasLineCount(1);
        JsonNode envelope = JSON.readTree(answer.out()).get("envelope");
        assertThat(envelope.get("curves").asInt()).isEqualTo(11);
        // sizes a factor of 1.6 apart make a staircase of the envelope
        assertThat(envelope.at("/paramsExponent/value").asDouble()).isCloseTo(LAW.paramsExponent(), within(.03));
        Terminal text = Terminal.run("frontier", sweep, "--approach", 1, "--envelope", "hull", "--bootstrap", 0);
        assertThat(text.out()).contains("1 envelope").doesNotContain("2 IsoFLOP", "3 law");
    }

    @Test
    void answersAtFewValuesWhereEveryRunHasItsOwnCompute() throws IOException {
        StringBuilder text = new StringBuilder("params,tokens,loss\n");
        for (int n = 0; n < 5; n++) {
            for (int d = 0; d < 5; d++) {
                double params = 1e7 * Math.pow(3, n);
                double tokens = 1e9 * Math.pow(3.7, d);
                text.append(params + "," + tokens + "," + LAW.loss(params, tokens) + "\n");
            }
        }
        Path grid = Files.writeString(folder.resolve("grid.csv"), text);
        Terminal answer = Terminal.run("frontier", grid, "--bootstrap", 0);
        assertThat(answer.code()).isZero();
        assertThat(answer.out().lines().filter(line -> line.contains("3 law"))).hasSize(6);
        assertThat(answer.out()).contains("IsoFLOP minima cannot confirm the law's frontier");
    }

    @Test
    void aLawHasNoRuns() {
        Path law = folder.resolve("law.json");
        assertThat(Terminal.run("fit", csv, "--bootstrap", 5, "--save", law).code())
                .isZero();
        Terminal answer = Terminal.run("frontier", law, "--at", "1e20");
        assertThat(answer.code()).isZero();
        assertThat(answer.out()).contains("3 law").doesNotContain("1 envelope", "2 IsoFLOP", "approach 1");
        for (List<String> options :
                List.of(List.of("--approach", "2"), List.of("--conventions"), List.of("--params", "total"))) {
            List<Object> words = new ArrayList<>(List.of("frontier", law, "--at", "1e20"));
            words.addAll(options);
            Terminal refused = Terminal.run(words.toArray());
            assertThat(refused.code()).isEqualTo(2);
            assertThat(refused.err()).startsWith("Cannot draw this from " + law + ": a law holds no runs");
        }
    }

    private static double halfWidth(JsonNode answer) {
        JsonNode exponent = answer.at("/isoFlop/paramsExponent");
        return (exponent.get("high").asDouble() - exponent.get("low").asDouble()) / 2;
    }
}
