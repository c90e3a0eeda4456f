package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
    private static final String SWEEP = """
            name: tiny
            corpus: { kind: synthetic, tokens: 50000 }
            model: { context: 16, width_multiple: 8 }
            training: { batch: { sequences: 8 }, validation_tokens: 1024 }
            design: { kind: isoflop, params: [896, 3328], budgets: [{ flops: 3.05e8 }] }
            """;

    /** Of a few products of doubles. */
    private static final double ROUNDING = 1e-12;

    @TempDir
    Path folder;

    private Terminal plan(String cost, String... options) throws IOException {
        return planOf(SWEEP + cost, options);
    }

    private Terminal planOf(String yaml, String... options) throws IOException {
        Path sweep = Files.writeString(folder.resolve("tiny.yaml"), yaml);
        Object[] words = new Object[options.length + 2];
        words[0] = "plan";
        words[1] = sweep;
        System.arraycopy(options, 0, words, 2, options.length);
        return Terminal.run(words);
    }

    @Test
    void pricesTheSweepWithIntervals() throws IOException {
        Terminal plan = plan(
                "cost: { usd_per_hour: 3600, watts_per_core: 20, carbon: { grams_per_kwh: 500, source: us, year: 2024,"
                        + " pue: 1.5 } }\n",
                "--json");
        JsonNode cost = new JsonMapper().readTree(plan.out()).get("cost");
        for (String bound : new String[] {"low", "typical", "high"}) {
            double seconds = cost.get("deviceSeconds").get(bound).asDouble();
            assertThat(seconds).isPositive();
            assertThat(cost.get("usd").get(bound).asDouble())
                    .as("a dollar a second")
                    .isCloseTo(seconds, within(ROUNDING));
            double kwh = seconds * 20 / 3.6e6 * 1.5;
            assertThat(cost.get("kwh").get(bound).asDouble()).isCloseTo(kwh, within(ROUNDING));
            assertThat(cost.get("co2Grams").get(bound).asDouble()).isCloseTo(kwh * 500, within(ROUNDING));
        }
        assertThat(cost.get("rates").asText())
                .isEqualTo("20 W a core (cost.watts_per_core), 500 g/kWh (us, 2024), PUE 1.5");
    }

    @Test
    void foretellsTheMemoryOfEachTrial() throws IOException {
        for (JsonNode trial :
                new JsonMapper().readTree(plan("", "--json").out()).get("trials")) {
            long floats = 4 * trial.get("params").asLong(); // weights, gradients, two moments
            long bytes = trial.get("peakMemoryBytes").asLong();
            assertThat(bytes).isGreaterThan(4 * floats);
            assertThat(trial.get("peakGpuMemoryBytes").asLong()).isGreaterThan(bytes);
        }
        assertThat(plan("").out()).containsPattern("rate +MiB +GPU MiB +seconds\n");
    }

    @Test
    void foretellsNoSecondsOfTrialsOnSeveralExecutors() throws IOException {
        String above = SWEEP.replace(
                "training: {", "training: { mode: data_parallel, data_parallel: { above_params: 1000, workers: 2 },");
        assertThat(planOf(above).out())
                .containsPattern("\n\\S+ +3328 .* -\n")
                .contains("\n1 of them train on several executors each: what those take is not foreseen");
        JsonNode json = new JsonMapper().readTree(planOf(above, "--json").out());
        assertThat(json.get("seconds")).isEqualTo(json.get("trials").findValue("seconds"));
        String all = above.replace("above_params: 1000", "above_params: 0");
        assertThat(planOf(all).out()).contains(" exact\n2 of them train").doesNotContain("at once");
        assertThat(new JsonMapper().readTree(planOf(all, "--json").out()).get("seconds"))
                .isEqualTo(NullNode.instance);
    }

    @Test
    void saysWhatItKnowsAndNoMore() throws IOException {
        assertThat(plan("cost: { usd_per_hour: 1 }\n").out())
                .containsPattern("\nthat costs \\S+ USD \\(\\S+ to \\S+\\), \\S+ kWh \\(\\S+ to \\S+\\); 12 W a core"
                        + " \\(Green Algorithms 2021, unnamed processor\\)\n")
                .doesNotContain("CO2");
        assertThat(plan("").out()).doesNotContain("that costs");
    }
}
