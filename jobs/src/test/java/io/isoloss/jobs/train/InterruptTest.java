package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.jobs.Hdfs;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Hdfs.class)
class InterruptTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final Trial TRIAL = Trials.of(CORPUS, 16, 60, 0.01);

    @TempDir
    private Path folder;

    @AfterEach
    void leaveNoMark() {
        Thread.interrupted();
    }

    /** Writes a part, and is interrupted. */
    private record InterruptedFiles(CheckpointFiles files, boolean inTheMiddle) implements CheckpointFiles {
        @Override
        public List<String> names(String start) throws IOException {
            return files.names(start);
        }

        @Override
        public void write(String name, Content content) throws IOException {
            if (!inTheMiddle) {
                Thread.currentThread().interrupt();
            }
            files.write(name, out -> {
                out.write(new byte[100_000]);
                if (inTheMiddle) {
                    Thread.currentThread().interrupt();
                }
                content.writeTo(out);
            });
        }

        @Override
        public InputStream open(String name) throws IOException {
            return files.open(name);
        }

        @Override
        public void delete(String name) throws IOException {
            files.delete(name);
        }
    }

    private static Progress interruptAt(int call) {
        int[] calls = {0};
        return (tokens, loss) -> {
            if (++calls[0] == call) {
                Thread.currentThread().interrupt();
            }
        };
    }

    private static void assertEnds(Checkpoints checkpoints, Progress progress, String at) {
        assertThatThrownBy(() -> Trials.train(Trunk.of(TRIAL), CORPUS, checkpoints, progress))
                .isInstanceOf(TrialInterruptedException.class)
                .hasMessage("Interrupted " + at + " of trial w16-s60; it goes on from its newest checkpoint");
        assertThat(Thread.interrupted()).as("the thread stays marked").isTrue();
    }

    private CheckpointFiles files(String root) {
        ResultStore store = new ResultStore(root);
        store.prepare();
        return store.checkpoints();
    }

    @Test
    void endsAtTheNextStepAndGoesOnToTheSameBits() {
        Checkpoints checkpoints = new Checkpoints(files(folder.toString()), 1e-12);
        assertEnds(checkpoints, interruptAt(30), "at step 30");
        TrainedTrial resumed = Trials.train(Trunk.of(TRIAL), CORPUS, checkpoints, Progress.NONE)
                .get(TRIAL);
        assertThat(resumed.run().training().resumes()).isEqualTo(1);
        assertThat(resumed.run().quality())
                .isEqualTo(Trials.train(TRIAL, CORPUS).run().quality());
    }

    @Test
    void endsInTheMiddleOfAnEvaluation() {
        assertEnds(Checkpoints.NONE, interruptAt(70), "in the evaluation");
    }

    @Test
    void endsWhileItServes() {
        Thread training = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            while (Arrays.stream(training.getStackTrace())
                    .noneMatch(frame -> frame.getClassName().endsWith("ServingProbe"))) {
                Thread.onSpinWait();
            }
            training.interrupt();
        });
        interrupter.start();
        Metering anHour = new Metering(CostRates.NONE, new InferenceLoad(3600, 4));
        assertThatThrownBy(() -> Trials.train(TRIAL, CORPUS, anHour))
                .isInstanceOf(TrialInterruptedException.class)
                .hasMessageStartingWith("Interrupted while it served of trial");
    }

    @Test
    void leavesNoPartOfACheckpointOnADisk() {
        for (boolean inTheMiddle : new boolean[] {true, false}) {
            CheckpointFiles files = files(folder.toString());
            assertEnds(
                    new Checkpoints(new InterruptedFiles(files, inTheMiddle), 1e-12),
                    Progress.NONE,
                    "while a checkpoint was written");
            assertThat(folder.resolve("checkpoints")).isEmptyDirectory();
        }
    }

    @Test
    void leavesNoPartOfACheckpointOnHdfs() throws IOException {
        for (boolean inTheMiddle : new boolean[] {true, false}) {
            CheckpointFiles files = files(Hdfs.address("/" + UUID.randomUUID()));
            assertEnds(
                    new Checkpoints(new InterruptedFiles(files, inTheMiddle), 1e-12),
                    Progress.NONE,
                    "while a checkpoint was written");
            assertThat(files.names("")).isEmpty();
        }
    }
}
