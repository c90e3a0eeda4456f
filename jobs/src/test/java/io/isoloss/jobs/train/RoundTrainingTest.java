package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTrainingTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final Trial TRIAL = Trials.of(CORPUS, 8, 10, 0.01);
    private static final ModelState FIRST = state(0);

    @TempDir
    private Path folder;

    private CheckpointFiles files;
    private final AtomicLong seconds = new AtomicLong();
    private final List<String> rounds = new ArrayList<>();
    private long tokens;

    @BeforeEach
    void prepare() {
        ResultStore store = new ResultStore(folder.toString());
        store.prepare();
        files = store.checkpoints();
    }

    private static ModelState state(float value) {
        return new ModelState(new float[] {value}, new float[] {value + 1}, new float[] {value + 2});
    }

    private RoundTraining training(double everySeconds) {
        return new RoundTraining(
                TRIAL,
                new Checkpoints(files, everySeconds),
                (count, loss) -> tokens += count,
                () -> seconds.get() * 1_000_000_000L);
    }

    /** Ten seconds of a worker that adds the steps it takes, with the loss that is given. */
    private RoundTraining.Result round(ModelState start, int from, int to, Double loss) {
        rounds.add(from + "-" + to);
        seconds.addAndGet(10);
        return new RoundTraining.Result(state(start.weights[0] + to - from), loss);
    }

    @Test
    void takesEveryStepOnce() {
        RoundTraining.End end = training(1e9).train(FIRST, 4, (start, from, to) -> round(start, from, to, 1.0 / to));
        assertThat(rounds).containsExactly("0-4", "4-8", "8-10");
        assertThat(end.state().weights).containsExactly(10);
        assertThat(end.cause()).isNull();
        assertThat(tokens).isEqualTo(TRIAL.tokens());
        assertThat(end.log().seconds()).isEqualTo(30);
        assertThat(end.log().tokensPerSecond(TRIAL)).isEqualTo(TRIAL.tokens() / 30.0);
        assertThat(end.log().curve(TRIAL)).extracting(CurvePoint::step).containsExactly(4L, 8L, 10L);
        assertThat(end.log().curve(TRIAL)).extracting(CurvePoint::trainLoss).containsExactly(1.0 / 4, 1.0 / 8, 0.1);
    }

    @Test
    void keepsAStateWhenOneIsDueAndAfterTheLastRound() throws IOException {
        training(15).train(FIRST, 2, (start, from, to) -> {
            assertThat(names()).hasSize(from < 4 ? 0 : from < 8 ? 1 : 2);
            return round(start, from, to, 1.0);
        });
        assertThat(files.names(TRIAL.runId())).hasSize(2); // generations
    }

    private List<String> names() {
        try {
            return files.names(TRIAL.runId());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void goesOnFromTheNewestState() {
        try {
            training(1).train(FIRST, 4, (start, from, to) -> {
                if (from == 8) {
                    throw new IllegalStateException("killed");
                }
                return round(start, from, to, 1.0);
            });
        } catch (IllegalStateException e) {
            rounds.clear();
        }
        RoundTraining.End end = training(1).train(FIRST, 4, (start, from, to) -> {
            assertThat(start.firstMoment).containsExactly(9);
            assertThat(start.secondMoment).containsExactly(10);
            return round(start, from, to, 0.5);
        });
        assertThat(rounds).containsExactly("8-10");
        assertThat(end.state().weights).containsExactly(10);
        assertThat(end.log().resumes()).isEqualTo(1);
        assertThat(end.log().seconds()).isEqualTo(30);
        assertThat(end.log().tokensPerSecond(TRIAL)).isEqualTo(TRIAL.tokens() / 50.0);
        assertThat(end.log().curve(TRIAL)).extracting(CurvePoint::trainLoss).containsExactly(1.0, 1.0, 0.5);
    }

    @Test
    void endsWithTheRoundThatDiverged() {
        RoundTraining.End end =
                training(1).train(FIRST, 4, (start, from, to) -> round(start, from, to, from == 4 ? Double.NaN : 1.0));
        assertThat(rounds).containsExactly("0-4", "4-8");
        assertThat(end.cause()).isEqualTo("training loss is NaN at step 8");
        assertThat(names()).as("the state before it").hasSize(1);
    }

    @Test
    void lossesThatMayNotBeKnownAreInNoCurve() {
        RoundTraining.End end = training(1).train(FIRST, 4, (start, from, to) -> round(start, from, to, null));
        assertThat(end.cause()).isNull();
        assertThat(end.log().curve(TRIAL)).isEmpty();
        assertThat(end.log().rounds()).isEqualTo(3);
    }
}
