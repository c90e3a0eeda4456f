package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.config.SweepConfig;
import io.isoloss.jobs.sweep.ScaledLearningRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneCommandTest {
    private static final String SWEEP = """
            name: tiny
            corpus: { kind: synthetic, tokens: 50000 }
            model: { context: 16, width_multiple: 8 }
            training:
              batch: { sequences: 8 }
              validation_tokens: 4096
              learning_rate: { base: 0.02, at_width: 16, width_exponent: -0.5 }
            design: { kind: isoflop, params: [896, 3328, 12800], budgets: [{ flops: 1.22e9 }, { flops: 2.44e9 }] }
            """;

    @TempDir
    private static Path folder;

    private static Path sweep;
    private static Path results;
    private static Terminal first;

    @BeforeAll
    static void tuneOnce() throws IOException {
        sweep = Files.writeString(folder.resolve("tiny.yaml"), SWEEP);
        results = folder.resolve("results");
        first = tune("--widths", "2", "--ratio", "4", "--seeds", "2");
    }

    private static Terminal tune(String... more) {
        String[] all = new String[more.length + 6];
        System.arraycopy(
                new String[] {"tune", sweep.toString(), "--out", results.toString(), "--master", "local[2]"},
                0,
                all,
                0,
                6);
        System.arraycopy(more, 0, all, 6, more.length);
        return Terminal.run((Object[]) all);
    }

    @Test
    void printsTheRuleThatTheSweepShouldHold() throws IOException {
        assertThat(first.code()).as(first.out() + first.err()).isZero();
        assertThat(first.err())
                .startsWith("tune tiny: 20 trials of 2 widths, ")
                .contains("0 done, 20 to train, about ");
        assertThat(first.out())
                .contains("the sweep has: 0.02 (width/16)^-0.5")
                .contains("training:" + System.lineSeparator() + "  learning_rate: { base: ");
        String line = first.out()
                .lines()
                .filter(text -> text.startsWith("  learning_rate: "))
                .findFirst()
                .orElseThrow();
        String tuned = SWEEP.lines()
                .map(text -> text.contains("learning_rate") ? line : text)
                .reduce("", (text, next) -> text + next + "\n");
        Path file = Files.writeString(folder.resolve("tuned.yaml"), tuned);
        assertThat(SweepConfig.read(file).design().rules().learningRate())
                .isInstanceOfSatisfying(
                        ScaledLearningRate.class,
                        rule -> assertThat(rule.at(16, 16)).isBetween(0.005, 0.1));
    }

    @Test
    void trainsNothingTwiceAndAnswersInJson() throws IOException {
        Terminal second = tune("--widths", "2", "--ratio", "4", "--seeds", "2", "--json");
        assertThat(second.code()).isZero();
        assertThat(second.err().lines())
                .singleElement()
                .asString()
                .startsWith("tune tiny: 20 trials of 2 widths, ")
                .endsWith(" FLOPs in all, 20 done, 0 to train");
        JsonNode answer = new JsonMapper().readTree(second.out());
        assertThat(first.out()).contains(answer.get("yaml").asText());
        assertThat(answer.get("transfer").get("optima")).hasSize(2);
        RunTable table = RunTable.read(results);
        assertThat(table.runs()).hasSize(20).allMatch(Run::completed);
        assertThat(table.runs())
                .extracting(run -> run.training().learningRateRule())
                .containsOnly("grid of 5", "0.02 (width/16)^-0.5");
        assertThat(table.runs()).extracting(run -> run.training().batchRule()).containsOnly("8 sequences");
    }

    @Test
    void leavesUndecidedWhatTheGridCannotTell() {
        Terminal narrow = tune("--rates", "4", "--ratio", "1.0001", "--dry-run");
        assertThat(narrow.code()).isZero();
        assertThat(narrow.err()).contains("to train, about ");
        assertThat(narrow.out()).isEmpty();
        Terminal wrong = tune("--rates", "3");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err())
                .contains("Cannot tune with --widths 3, --rates 3, --ratio 2.0 and --seeds 1; want 2 widths or more, 4"
                        + " rates or more, a ratio above 1 and a seed or more");
    }
}
