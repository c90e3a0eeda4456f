package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.TrainingMode.Federated;
import io.isoloss.jobs.sweep.TrainingMode.Privacy;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Checkpoints;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.RenyiAccountant;
import io.isoloss.jobs.train.RoundTraining;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.Trials;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FederatedTrainingTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final Trial TRIAL = Trials.of(CORPUS, 16, 400, 0.01);
    private static final double ENTROPY =
            Trials.SOURCE.chain().conditionalEntropyNats(new ValidationWindows(CORPUS, Task.NEXT_TOKEN, 16, 16_384));

    private static List<TrainedTrial> train(String master, Federated... modes) {
        try (JavaSparkContext spark = SparkContexts.open(master, "test")) {
            return Arrays.stream(modes)
                    .map(mode -> train(spark, mode, Checkpoints.NONE, Progress.NONE))
                    .toList();
        }
    }

    private static TrainedTrial train(
            JavaSparkContext spark, Federated mode, Checkpoints checkpoints, Progress progress) {
        return new SharedTrials(Trials.SOURCE, "test", CostRates.NONE)
                .train(spark, new RoundTraining(Trials.in(TRIAL, mode), checkpoints, progress));
    }

    @Test
    void oneClientOfAllTheDataTrainsAsOneDeviceDoes() {
        double alone = Trials.train(TRIAL, CORPUS).run().loss();
        List<TrainedTrial> results = train("local[2]", new Federated(1, 1, 50, null, null));
        assertThat(results.get(0).curve()).hasSize(8);
        assertThat(results.get(0).run().loss()).isEqualTo(alone); // the same operations on the same numbers
    }

    @Test
    void clientsLearnTogetherFromDataAlikeOrNot() {
        double alone = Trials.train(TRIAL, CORPUS).run().loss() - ENTROPY;
        assertThat(alone).isLessThan(0.05);
        List<TrainedTrial> results =
                train("local[2]", new Federated(4, 1, 10, null, null), new Federated(8, 0.5, 10, 0.1, null));
        // A quarter of the batch each and an average every ten steps: not one device, but far below the 1.2 nats that
        // separate the entropy from knowing nothing.
        assertThat(results.get(0).run().loss() - ENTROPY).isCloseTo(alone, within(0.05));
        assertThat(results.get(1).run().loss() - ENTROPY).isLessThan(0.15);
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.run().training().privacyEpsilon()).isNull());
    }

    @Test
    void equalTrialsGiveEqualBitsOnAnyNumberOfWorkers() {
        Federated mode = new Federated(4, 0.5, 100, 0.5, null);
        assertThat(train("local[2]", mode).get(0).run().loss())
                .isEqualTo(train("local[1]", mode).get(0).run().loss());
    }

    @Test
    void goesOnFromTheRoundThatWasKept(@TempDir Path folder) {
        Federated mode = new Federated(4, 0.5, 100, 0.5, null);
        Checkpoints kept = new Checkpoints(Jobs.store(folder).checkpoints(), Double.MIN_VALUE);
        try (JavaSparkContext spark = SparkContexts.open("local[2]", "test")) {
            TrainedTrial straight = train(spark, mode, Checkpoints.NONE, Progress.NONE);
            assertThatThrownBy(() -> train(spark, mode, kept, new Rounds(3))).hasMessage("killed after round 3");
            Rounds after = new Rounds(100);
            TrainedTrial resumed = train(spark, mode, kept, after);
            assertThat(resumed.run().loss()).isEqualTo(straight.run().loss());
            assertThat(resumed.curve())
                    .extracting(CurvePoint::trainLoss)
                    .isEqualTo(
                            straight.curve().stream().map(CurvePoint::trainLoss).toList());
            assertThat(resumed.run().training().resumes()).isEqualTo(1);
            assertThat(after.taken)
                    .as("of four rounds, that after which it was killed was not kept")
                    .isEqualTo(2);
        }
    }

    @Test
    void costsAreThoseOfAllClientsTogether(@TempDir Path folder) {
        CostRates rates = new CostRates(36.0, 10.0, new CostRates.Carbon(500, "test", 2026, 1.2));
        Trial trial = Trials.in(TRIAL, new Federated(2, 1, 100, null, null));
        SharedTrials shared = new SharedTrials(Trials.SOURCE, "test", rates);
        Checkpoints kept = new Checkpoints(Jobs.store(folder).checkpoints(), Double.MIN_VALUE);
        try (JavaSparkContext spark = SparkContexts.open("local[2]", "test")) {
            TrainedTrial trained = shared.train(spark, new RoundTraining(trial, kept, Progress.NONE));
            Cost cost = trained.run().cost();
            assertThat(cost.deviceSeconds()).isPositive().isLessThan(2 * cost.wallSeconds());
            assertThat(cost.mfu()).as("no ceiling of the clients' devices").isNull();
            assertThat(cost.energyJoules()).isPositive();
            assertThat(cost.co2Grams()).isCloseTo(cost.energyJoules() / 3.6e6 * 1.2 * 500, within(1e-9));
            assertThat(cost.usd()).isCloseTo(trained.reading().wallSeconds() / 100, within(1e-9));
            if (cost.energySource().startsWith("model")) {
                assertThat(cost.energyJoules()).isCloseTo(10 * cost.deviceSeconds(), within(1e-6));
            }
            TrainedTrial resumed = shared.train(spark, new RoundTraining(trial, kept, Progress.NONE));
            assertThat(resumed.run().cost().deviceSeconds())
                    .as("before the checkpoint is not known")
                    .isNull();
        }
    }

    @Test
    void privateClientsLearnLessAndSayWhatTheyGiveAway() {
        TrainedTrial result = train("local[2]", new Federated(2, 1, 50, null, new Privacy(0.5, 0.8, 1e-5)))
                .get(0);
        double untrained = Math.log(8); // the first loss of a zero head
        assertThat(result.run().loss()).isLessThan(untrained - 0.2).isGreaterThan(ENTROPY);
        int windows = 360_000 / 16 / 2;
        assertThat(result.curve())
                .as("losses that privacy does not account for")
                .isEmpty();
        // Four sequences of each batch of eight are each client's; windows a client holds are known to a few.
        assertThat(result.run().training().privacyEpsilon())
                .isCloseTo(RenyiAccountant.epsilon(4.0 / windows, 0.8, 400, 1e-5), within(0.01));
    }

    @Test
    void clientsThatDoNotDivideTheBatchAreRefused() {
        assertThatThrownBy(() -> train("local[1]", new Federated(3, 1, 10, null, null)))
                .hasMessage(
                        "Cannot share trial w16-s400-federated among 3 clients a round: its batch has 8 sequences; take a"
                                + " fraction that divides it");
    }
}
