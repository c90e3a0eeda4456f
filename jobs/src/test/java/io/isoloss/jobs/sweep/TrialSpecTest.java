package io.isoloss.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.jobs.corpus.CorpusIdentity;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.TransformerShape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class TrialSpecTest {

    private static final TrialSpec SPEC = spec(0.008);

    /** A change here orphans every run trained so far: raise {@link TrialSpec#CURRENT_SCHEMA} and say so. */
    @Test
    void keepsItsIdentityForever() {
        assertThat(SPEC.canonicalJson())
                .isEqualTo("{\"corpus\":{\"digest\":\"" + "0a".repeat(32)
                        + "\",\"tokenizer\":\"bytes-1\",\"validation_fraction\":0.05},"
                        + "\"recipe\":{\"batch_sequences\":16,\"beta1\":0.9,\"beta2\":0.95,\"data_seed\":2,"
                        + "\"epsilon\":1.0E-8,\"gradient_clip\":1.0,"
                        + "\"init_seed\":1,\"peak_learning_rate\":0.008,\"schedule\":{\"kind\":\"cosine\",\"final_fraction\":0.1,\"warmup_fraction\":0.05},\"steps\":500,\"validation_tokens\":131072,"
                        + "\"weight_decay\":0.1},"
                        + "\"schema_version\":2,"
                        + "\"shape\":{\"family\":\"transformer\",\"context\":64,\"heads\":1,\"layers\":1,\"outputs\":256,"
                        + "\"vocabulary\":256,\"width\":16},\"task\":\"next_token\"}");
        assertThat(SPEC.runId()).isEqualTo("78054e1ecc12efaa1ec664aeda797da243528adc19adc36d4de625be0af6f4ec");
    }

    @Test
    void changesIdentityWithTheRecipe() {
        assertThat(spec(0.0081).runId()).isNotEqualTo(SPEC.runId());
    }

    @Test
    void leavesNameAndBudgetOutOfTheIdentity() {
        assertThat(new Trial("s", "a", SPEC, 1e10).runId()).isEqualTo(new Trial("s", "b", SPEC, null).runId());
    }

    @Test
    void derivesSizeDataAndCompute() {
        var trial = new Trial("s", "a", SPEC, null);
        assertThat(trial.nonEmbeddingParams()).isEqualTo(7168);
        assertThat(trial.tokens()).isEqualTo(500L * 16 * 64);
        assertThat(trial.flops6nd()).isEqualTo(6.0 * 7168 * 512_000);
        assertThat(trial.flopsExact()).isEqualTo(512_000.0 * SPEC.shape().trainingFlopsPerToken());
    }

    @Test
    void travelsAsATaskArgument() throws IOException, ClassNotFoundException {
        var trial = new Trial("s", "a", SPEC, 1e10);
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(trial);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(trial);
        }
    }

    @Test
    void refusesALearningRateOutOfRange() {
        assertThatThrownBy(() -> spec(1.5)).hasMessage("Invalid learning rate (want in (0, 1]): 1.5");
    }

    private static TrialSpec spec(double learningRate) {
        return new TrialSpec(
                new CorpusIdentity("0a".repeat(32), "bytes-1", 0.05),
                Task.NEXT_TOKEN,
                new TransformerShape(16, 1, 1, 64, 256),
                new Recipe(500, 16, learningRate, new Cosine(0.05, 0.1), 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 2, 131_072));
    }
}
