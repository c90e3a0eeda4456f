package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Init;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final Trial SOURCE = Trials.of(CORPUS, 16, 200, 0.01);

    @TempDir
    private Path folder;

    private FinalModels models;

    @BeforeEach
    void trainTheSource() {
        CheckpointFiles files = new ResultStore(folder.toString()).models();
        models = new FinalModels(files, files);
        train(SOURCE);
    }

    private Run train(Trial trial) {
        return Trials.train(Trunk.of(trial), CORPUS, Checkpoints.NONE, models, Progress.NONE)
                .get(trial)
                .run();
    }

    private static Trial from(Trial trial, Integer layers) {
        Init init = new Init(SOURCE.runId(), layers);
        return new Trial("test", trial.name() + "-tuned", trial.spec().from(init), null);
    }

    @Test
    void beginsWhereTheOtherRunEnded() {
        Trial fresh = Trials.of(CORPUS, 16, 1, 1e-6);
        Run tuned = train(from(fresh, null));
        double source = Trials.train(SOURCE, CORPUS).run().loss();
        assertThat(tuned.loss()).isBetween(source - 1e-3, source + 1e-3); // one step at a rate of a millionth
        assertThat(train(fresh).loss()).isGreaterThan(source + 0.1);
        assertThat(tuned.training().initRunId()).isEqualTo(SOURCE.runId());
        assertThat(tuned.id()).isNotEqualTo(fresh.runId());
    }

    @Test
    void trainsOnlyTheLastLayersWhereAsked() throws IOException {
        float[] before = weights(SOURCE);
        Trial headOnly = from(Trials.of(CORPUS, 16, 20, 0.01), 0);
        train(headOnly);
        float[] after = weights(headOnly);
        int below = Math.toIntExact(headOnly.shape().paramsBelow(1));
        assertThat(Arrays.copyOf(after, below)).isEqualTo(Arrays.copyOf(before, below));
        assertThat(Arrays.copyOfRange(after, below, after.length))
                .isNotEqualTo(Arrays.copyOfRange(before, below, before.length));

        Trial lastLayer = from(Trials.of(CORPUS, 16, 20, 0.01), 1);
        train(lastLayer);
        int embeddings = Math.toIntExact(lastLayer.shape().paramsBelow(0));
        assertThat(Arrays.copyOf(weights(lastLayer), embeddings)).isEqualTo(Arrays.copyOf(before, embeddings));
        assertThat(Arrays.copyOfRange(weights(lastLayer), embeddings, below))
                .isNotEqualTo(Arrays.copyOfRange(before, embeddings, below));
    }

    @Test
    void saysThatTheShapeIsAnother() {
        Trial wider = from(Trials.of(CORPUS, 24, 20, 0.01), null);
        assertThatThrownBy(() -> train(wider))
                .isInstanceOf(IsolossException.class)
                .hasMessageContaining("it is TransformerShape[width=16")
                .hasMessageContaining("ask the design for that shape");
    }

    @Test
    void saysThatTheModelIsMissingOrDamaged() throws IOException {
        Path file = folder.resolve("models").resolve(SOURCE.runId() + ".checkpoint");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 3] ^= 4;
        Files.write(file, bytes);
        assertThatThrownBy(() -> train(from(SOURCE, null)))
                .hasMessageContaining(
                        "its final model can't be read (IOException: its SHA-256 is not that of its content)");
        Files.delete(file);
        assertThatThrownBy(() -> train(from(SOURCE, null)))
                .hasMessageContaining("train it with checkpoint.keep_final: true");
    }

    private float[] weights(Trial trial) throws IOException {
        try (InputStream in = new BufferedInputStream(
                Files.newInputStream(folder.resolve("models").resolve(trial.runId() + ".checkpoint")))) {
            return Checkpoint.read(in).state().weights;
        }
    }
}
