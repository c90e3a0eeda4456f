package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.FaultFileSystem;
import io.isoloss.jobs.FaultFileSystem.Fault;
import io.isoloss.jobs.store.ResultStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sweep whose output folder fails once. */
class RunFaultsTest {
    private static final String SWEEP = """
            name: faulty
            corpus: { kind: synthetic, tokens: 50000 }
            model: { context: 16, width_multiple: 8 }
            training: { batch: { sequences: 8 }, validation_tokens: 1024 }
            design: { kind: isoflop, params: [896, 3328], budgets: [{ flops: 1e8 }, { flops: 3e8 }] }
            """;

    @TempDir
    private static Path folder;

    private static Path sweep;
    private static Map<String, Double> losses;

    @BeforeAll
    static void trainSoundly() throws IOException {
        sweep = Files.writeString(folder.resolve("faulty.yaml"), SWEEP);
        Path sound = folder.resolve("sound");
        assertThat(run(sound.toString()).code()).isZero();
        losses = losses(sound.toString());
        assertThat(losses).hasSize(4);
    }

    @AfterEach
    void reset() {
        FaultFileSystem.reset();
    }

    private static Terminal run(String out) {
        return Terminal.run("run", sweep, "--out", out, "--master", "local[2]");
    }

    private static Map<String, Double> losses(String root) {
        return new ResultStore(root).read().runs().stream().collect(Collectors.toMap(Run::id, Run::loss));
    }

    /** Of the second result, so that one is written before. */
    @ParameterizedTest
    @CsvSource({"FULL, create, curves", "CUT_SHORT, write, runs", "LOST, rename, runs", "REPORTED, rename, runs"})
    void losesOneTrialAndGoesOn(Fault fault, String operation, String subfolder) {
        String root = FaultFileSystem.address(folder.resolve(fault + operation + subfolder));
        int nth = operation.equals("create") ? 2 : 1; // a probe of each subfolder is made before
        FaultFileSystem.inject(
                fault, nth, words -> words.startsWith(operation) && words.contains("/" + subfolder + "/"));
        Terminal first = run(root);
        assertThat(FaultFileSystem.struck()).isTrue();
        FaultFileSystem.reset();
        assertThat(new ResultStore(root).read().problems()).isEmpty();
        assertThat(losses).containsAllEntriesOf(losses(root));
        if (fault == Fault.REPORTED) { // what is whole counts, whatever was said of it
            assertThat(losses(root)).hasSize(4);
        } else {
            assertThat(first.code()).isEqualTo(4);
            assertThat(first.out()).contains("not completed: ").contains("Cannot write the result of run ");
        }

        Terminal again = run(root);
        assertThat(again.code()).isZero();
        assertThat(losses(root)).isEqualTo(losses);
    }
}
