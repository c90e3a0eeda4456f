package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.store.Driver;
import io.isoloss.jobs.store.Failures;
import io.isoloss.jobs.store.Pulse;
import io.isoloss.jobs.store.TrialList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person learns of a sweep: how far it is, what would be trained again and why, and what another folder saves. */
class StatusCommandTest {
    private static final String SWEEP = """
            name: tiny
            corpus: { kind: synthetic, tokens: 50000 }
            model: { context: 16, width_multiple: 8 }
            training: { batch: { sequences: 8 }, validation_tokens: %d }
            caps: { flops: %s }
            design:
              kind: isoflop
              params: [896, 3328, 7296, 12800]
              budgets: [{ flops: 3.05e8 }, { flops: 6.1e8 }]
            """;

    @TempDir
    private Path folder;

    private Path sweep(int validationTokens, String flops) throws IOException {
        return Files.writeString(folder.resolve("tiny.yaml"), SWEEP.formatted(validationTokens, flops));
    }

    private static JsonNode json(Terminal terminal) throws IOException {
        return new JsonMapper().readTree(terminal.out());
    }

    @Test
    void cappedSweepTellsWhatIsParkedAndGoesOnUnderAHigherCap() throws IOException {
        Path out = folder.resolve("out");
        Terminal capped = Terminal.run("run", sweep(1024, "3e9"), "--out", out);
        assertThat(capped.code()).isEqualTo(4);
        assertThat(capped.out()).contains("parked: the caps leave no room for it");
        JsonNode status = json(Terminal.run("status", out, "--json"));
        int done = status.at("/outcomes/completed").asInt();
        assertThat(done).isBetween(1, 7);
        assertThat(status.get("trials").asInt()).isEqualTo(8);
        assertThat(status.get("failed")).hasSize(8 - done);
        assertThat(status.at("/failed/0/outcome").asText()).isEqualTo("parked");
        assertThat(Terminal.run("status", out).out()).startsWith("tiny: 8 trials: " + done + " completed, 0 running");
        assertThat(Terminal.run("run", sweep(1024, "1e12"), "--out", out).code())
                .isZero();
        assertThat(Terminal.run("status", out, "--watch").out())
                .startsWith("tiny: 8 trials: 8 completed, 0 running, 0 failed, 0 waiting\n");
    }

    @Test
    void whyRerunNamesTheKeyThatChangedAndReuseTakesRunsOver() throws IOException {
        Path out = folder.resolve("out");
        assertThat(Terminal.run("run", sweep(1024, "1e12"), "--out", out).code())
                .isZero();
        assertThat(Terminal.run("why-rerun", sweep(1024, "1e12"), "--out", out).out())
                .isEqualTo("tiny: 8 trials, 8 done, 0 to train\n");
        JsonNode why = json(Terminal.run("why-rerun", sweep(2048, "1e12"), "--out", out, "--json"));
        assertThat(why.get("missing")).hasSize(8);
        for (JsonNode trial : why.get("missing")) {
            assertThat(trial.get("changes")).hasSize(1);
            assertThat(trial.at("/changes/0/key").asText()).isEqualTo("recipe.validation_tokens");
            assertThat(trial.at("/changes/0/was").asText()).isEqualTo("1024");
            assertThat(trial.at("/changes/0/is").asText()).isEqualTo("2048");
        }
        Path other = folder.resolve("other");
        Terminal reused = Terminal.run("run", sweep(1024, "1e12"), "--out", other, "--reuse", out);
        assertThat(reused.code()).isZero();
        assertThat(reused.err()).contains("8 runs taken over from " + out, "8 done, 0 to train");
        assertThat(Terminal.run("query", other, "SELECT count(DISTINCT run_id) AS n FROM curves", "--csv")
                        .out())
                .isEqualTo("n\n8\n");
        assertThat(Terminal.run("run", sweep(1024, "1e12"), "--out", other, "--reuse", folder.resolve("none")))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(2))
                .satisfies(refused -> assertThat(refused.err()).contains("it holds none"));
    }

    @Test
    void countsWhatRunsAndForetellsTheRest() {
        TrialList list = new TrialList(
                "s",
                List.of(
                        new TrialList.Entry("a", "1", 100),
                        new TrialList.Entry("b", "2", 100),
                        new TrialList.Entry("c", "3", 100),
                        new TrialList.Entry("d", "4", 300)));
        Driver elsewhere = new Driver("x", "host", null, 1, 1);
        Pulse pulse =
                new Pulse(elsewhere, 3, 5, new Pulse.Progress(10, 50, List.of(new Pulse.Running("b", "2", 4, 1))));
        StatusCommand.Status status = StatusCommand.status(
                list,
                List.of(Run.of("1", 1e3, 1e4, 6e7, 3.0)),
                List.of(pulse),
                List.of(
                        new Failures.Failure("c", "3", "lost", "thrown"),
                        new Failures.Failure("b", "2", "lost", "old")),
                List.of());
        assertThat(status.outcomes()).isEqualTo(Map.of("completed", 1L));
        assertThat(status.running())
                .extracting(StatusCommand.RunningTrial::name)
                .containsExactly("b");
        assertThat(status.failed()).extracting(Failures.Failure::name).containsExactly("c");
        assertThat(status.waiting()).isOne();
        assertThat(status.secondsLeft()).isEqualTo((100 + 100 + 300) / 5.0);
    }

    @Test
    void folderWithoutASweepIsRefused() {
        Terminal refused = Terminal.run("status", folder);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("it holds no sweep; give the folder that run writes to");
    }
}
