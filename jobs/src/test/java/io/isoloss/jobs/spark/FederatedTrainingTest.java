package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.sweep.TrainingMode.Federated;
import io.isoloss.jobs.sweep.TrainingMode.Privacy;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.RenyiAccountant;
import io.isoloss.jobs.train.Trials;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class FederatedTrainingTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final Trial TRIAL = Trials.of(CORPUS, 16, 400, 0.01);
    private static final double ENTROPY =
            Trials.SOURCE.chain().conditionalEntropyNats(new ValidationWindows(CORPUS, Task.NEXT_TOKEN, 16, 16_384));

    private static List<FederatedTraining.Result> train(String master, Federated... modes) {
        try (JavaSparkContext spark = SparkContexts.open(master, "test")) {
            return Arrays.stream(modes)
                    .map(mode -> new FederatedTraining(Trials.SOURCE, mode).train(spark, TRIAL))
                    .toList();
        }
    }

    @Test
    void oneClientOfAllTheDataTrainsAsOneDeviceDoes() {
        double alone = Trials.train(TRIAL, CORPUS).run().loss();
        List<FederatedTraining.Result> results = train("local[2]", new Federated(1, 1, 50, null, null));
        assertThat(results.get(0).rounds()).isEqualTo(8);
        assertThat(results.get(0).validation().loss()).isEqualTo(alone); // the same operations on the same numbers
    }

    @Test
    void clientsLearnTogetherFromDataAlikeOrNot() {
        double alone = Trials.train(TRIAL, CORPUS).run().loss() - ENTROPY;
        assertThat(alone).isLessThan(0.05);
        List<FederatedTraining.Result> results =
                train("local[2]", new Federated(4, 1, 10, null, null), new Federated(8, 0.5, 10, 0.1, null));
        // A quarter of the batch each and an average every ten steps: not one device, but far below the 1.2 nats that
        // separate the entropy from knowing nothing.
        assertThat(results.get(0).validation().loss() - ENTROPY).isCloseTo(alone, within(0.05));
        assertThat(results.get(1).validation().loss() - ENTROPY).isLessThan(0.15);
        assertThat(results).allSatisfy(result -> assertThat(result.epsilon()).isNull());
    }

    @Test
    void equalTrialsGiveEqualBitsOnAnyNumberOfWorkers() {
        Federated mode = new Federated(4, 0.5, 100, 0.5, null);
        assertThat(train("local[2]", mode).get(0).validation().loss())
                .isEqualTo(train("local[1]", mode).get(0).validation().loss());
    }

    @Test
    void privateClientsLearnLessAndSayWhatTheyGiveAway() {
        FederatedTraining.Result result = train("local[2]", new Federated(2, 1, 50, null, new Privacy(0.5, 0.8, 1e-5)))
                .get(0);
        double untrained = Math.log(8); // the first loss of a zero head
        assertThat(result.validation().loss()).isLessThan(untrained - 0.2).isGreaterThan(ENTROPY);
        int windows = 360_000 / 16 / 2;
        // Four sequences of each batch of eight are each client's; windows a client holds are known to a few.
        assertThat(result.epsilon()).isCloseTo(RenyiAccountant.epsilon(4.0 / windows, 0.8, 400, 1e-5), within(0.01));
    }

    @Test
    void clientsThatDoNotDivideTheBatchAreRefused() {
        assertThatThrownBy(() -> train("local[1]", new Federated(3, 1, 10, null, null)))
                .hasMessage("Cannot share trial w16-s400 among 3 clients a round: its batch has 8 sequences; take a"
                        + " fraction that divides it");
    }
}
