package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.store.SyntheticResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SQL over a compacted folder of results, and over tables, as the person at the terminal asks it. */
class QueryCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int COMPACTED = 2000;

    @TempDir
    private static Path shared;

    private static Path sweep;
    /** In a part and, with another loss, in a loose file. */
    private static Run again;

    @TempDir
    private Path folder;

    /** 2,000 runs in parts of 700; one of them trained again since, and two more. */
    @BeforeAll
    static void writeRuns() throws IOException {
        sweep = shared.resolve("sweep");
        SyntheticResults.write(sweep.toString(), COMPACTED, 700, 9000);
        Run first = SyntheticResults.run(0);
        again = Run.of(first.id(), first.params(), first.tokens(), first.flops(), 99.0);
        for (Run run : List.of(again, Run.of("a", 1e6, 1e8, 6e14, 4.5), Run.of("b", 2e6, 1e8, 12e14, 4.25))) {
            ParquetTable.RUNS.write(sweep.resolve("runs").resolve(run.id() + ".parquet"), List.of(run));
            ParquetTable.CURVES.write(
                    sweep.resolve("curves").resolve(run.id() + ".parquet"),
                    List.of(new CurvePoint(run.id(), 1L, 1e6, run.loss(), null, null, null, null)));
        }
    }

    @Test
    void countsEachRunAndCurveOnce() throws IOException {
        assertThat(
                        json(
                                "SELECT count(*) AS n, count(DISTINCT run_id) AS ids, max(loss_nats_per_token) AS most FROM runs"))
                .isEqualTo(JSON.readTree("[{\"n\":2002,\"ids\":2002,\"most\":99.0}]"));
        assertThat(json("SELECT count(*) AS n, count(DISTINCT run_id) AS ids FROM curves"))
                .isEqualTo(JSON.readTree("[{\"n\":" + (20 * (COMPACTED - 1) + 3) + ",\"ids\":2002}]"));
    }

    @Test
    void answersWhatTheRunsSay() throws IOException {
        List<Run> runs = RunTable.read(sweep).runs();
        assertThat(runs).hasSize(2002).contains(again);
        double mean = runs.stream().mapToDouble(Run::loss).average().orElseThrow();
        JsonNode answer = json("SELECT avg(loss_nats_per_token) AS mean, sum(steps) AS steps FROM runs")
                .get(0);
        assertThat(answer.get("mean").asDouble())
                .isCloseTo(mean, within(1e-9)); // sums of 2,000 doubles in another order
        assertThat(answer.get("steps").asLong())
                .isEqualTo(runs.stream()
                        .filter(run -> run.provenance().steps() != null)
                        .mapToLong(run -> run.provenance().steps())
                        .sum());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT run_id, width, steps, loss_nats_per_token, sweep FROM runs ORDER BY run_id LIMIT 50",
                "SELECT width, count(*) AS n, min(loss_nats_per_token) AS best FROM runs GROUP BY width ORDER BY width NULLS FIRST",
                "SELECT r.run_id, count(*) AS points, sum(c.step) AS steps FROM runs r JOIN curves c ON c.run_id = r.run_id"
                        + " WHERE r.total_params < 3e6 GROUP BY r.run_id ORDER BY r.run_id",
                "SELECT approach, flops, optimal_params, optimal_params_low, extrapolated FROM frontier ORDER BY approach, flops"
            })
    void sparkAnswersAlike(String sql) throws IOException {
        Path runs = sql.contains("frontier") ? isoFlop() : sweep;
        Terminal here = Terminal.run("query", runs, sql, "--json");
        Terminal spark = Terminal.run("query", runs, sql, "--json", "--master", "local[2]");
        assertThat(here.code()).as(here.err()).isZero();
        assertThat(spark.code()).as(spark.err()).isZero();
        assertThat(JSON.readTree(here.out())).isNotEmpty();
        assertThat(spark.out()).isEqualTo(here.out());
    }

    @Test
    void namesADamagedPartAndAnswersWithoutIt() throws IOException {
        Path copy = folder.resolve("copy");
        try (Stream<Path> files = Files.walk(sweep)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(sweep.relativize(file).toString()));
            }
        }
        Path part;
        try (Stream<Path> runs = Files.list(copy.resolve("runs"))) {
            part = runs.filter(file -> file.getFileName().toString().startsWith("compacted-"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(part);
        int lost = ParquetTable.RUNS.read(part).size();
        bytes[bytes.length - 20] ^= 1;
        Files.write(part, bytes);

        Terminal answer = Terminal.run("query", copy, "SELECT count(*) AS n FROM runs", "--csv");
        assertThat(answer.code()).isZero();
        assertThat(answer.err())
                .startsWith("warning: Cannot read " + part + ": ")
                .hasLineCount(1);
        int repeated = ParquetTable.RUNS.read("part", original(bytes)).stream()
                        .anyMatch(run -> run.id().equals(again.id()))
                ? 1
                : 0;
        assertThat(answer.out()).isEqualToNormalizingNewlines("n\n" + (2002 - lost + repeated) + "\n");
    }

    private static byte[] original(byte[] bytes) {
        byte[] whole = bytes.clone();
        whole[whole.length - 20] ^= 1;
        return whole;
    }

    @Test
    void printsTablesAndCsv() throws IOException {
        Path csv = Files.writeString(
                folder.resolve("runs.csv"), "name,N,D,loss,family\n\"a, \"\"b\"\"\",1e6,2e7,3.5,x\nc,2e6,2e7,3.25,\n");
        Terminal table = Terminal.run("query", csv, "SELECT recipe, family, loss_nats_per_token AS loss FROM runs");
        assertThat(table.err()).isEmpty();
        assertThat(table.out())
                .isEqualToNormalizingNewlines("recipe  family  loss\na, \"b\"       x   3.5\nc               3.25\n");
        Terminal text =
                Terminal.run("query", csv, "SELECT recipe, family, total_params > 1e6 AS big FROM runs", "--csv");
        assertThat(text.out()).isEqualToNormalizingNewlines("recipe,family,big\n\"a, \"\"b\"\"\",x,false\nc,,true\n");
        assertThat(Terminal.run("query", csv, "SELECT count(*) AS n FROM curves", "--csv")
                        .out())
                .isEqualToNormalizingNewlines("n\n0\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT los FROM runs | Referenced column \"los\" not found",
                "SELEC 1 | syntax error at or near \"SELEC\"",
                "SELECT 1; SELECT 2 | want one statement that reads",
                "DROP TABLE runs | want one statement that reads",
                "COPY runs TO '/tmp/out.csv' | want one statement that reads",
                "SET memory_limit = '9GB' | want one statement that reads",
                "SELECT * FROM read_csv('/etc/passwd') | file system operations are disabled by configuration",
                "SELECT * FROM '/etc/passwd.parquet' | file system operations are disabled by configuration",
                "SELECT * FROM read_parquet('https://localhost/a.parquet') | disabled",
                "SELECT run_id, run_id FROM runs | Cannot print JSON with two columns of one name",
            })
    void refusesWhatItCannotAnswer(String sql, String why) {
        Terminal answer = Terminal.run("query", sweep, sql, "--json");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).startsWith("Cannot ").contains(why);
        assertThat(answer.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DROP VIEW runs | want one statement that reads",
                "SELECT * FROM parquet.`/etc/passwd` | parquet",
            })
    void refusesItOnSparkToo(String sql, String why) {
        Terminal answer = Terminal.run("query", sweep, sql, "--master", "local[2]");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).startsWith("Cannot answer the query: ").contains(why);
    }

    @Test
    void theFrontierIsThatOfTheCommand() throws IOException {
        JsonNode rows = JSON.readTree(
                Terminal.run("query", isoFlop(), "SELECT * FROM frontier WHERE approach = 3 ORDER BY flops", "--json")
                        .out());
        JsonNode points = JSON.readTree(
                        Terminal.run("frontier", isoFlop(), "--json").out())
                .at("/parametric/points");
        assertThat(rows).hasSameSizeAs(points).isNotEmpty();
        for (int i = 0; i < points.size(); i++) {
            assertThat(rows.get(i).get("optimal_params"))
                    .isEqualTo(points.get(i).at("/params/value"));
            assertThat(rows.get(i).get("optimal_tokens_high"))
                    .isEqualTo(points.get(i).at("/tokens/high"));
            assertThat(rows.get(i).get("loss")).isEqualTo(points.get(i).at("/loss/value"));
        }
    }

    private static Path isoFlop() throws IOException {
        StringBuilder text = new StringBuilder("params,tokens,budget,loss\n");
        for (double budget : new double[] {1e19, 1e20, 1e21}) {
            for (int step = -3; step <= 3; step++) {
                double params = SyntheticResults.LAW.optimalParams(budget) * Math.pow(2, step);
                double tokens = budget / (6 * params);
                double loss = SyntheticResults.LAW.loss(params, tokens) * (1 + 1e-3 * Math.sin(budget + step));
                text.append(params + "," + tokens + "," + budget + "," + loss + "\n");
            }
        }
        return Files.writeString(shared.resolve("isoflop.csv"), text);
    }

    private static JsonNode json(String sql) throws IOException {
        Terminal answer = Terminal.run("query", sweep, sql, "--json");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).isEmpty();
        return JSON.readTree(answer.out());
    }
}
