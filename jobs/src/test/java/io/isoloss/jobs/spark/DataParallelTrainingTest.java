package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.model.Conv1dShape;
import io.isoloss.jobs.model.Initialisation;
import io.isoloss.jobs.model.Normalisation;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.TrainingMode.DataParallel;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import io.isoloss.jobs.train.Checkpoints;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.RoundTraining;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.Trials;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataParallelTrainingTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();

    private static Trial trial(int steps) {
        Recipe recipe = new Recipe(steps, 8, 0.01, new Cosine(0.1, 0), 0.9, 0.98, 1e-8, 0.1, 100, 1, 1, 16_384);
        Conv1dShape shape = new Conv1dShape(16, 1, 16, 8, 8, 2, false, Normalisation.NONE, Initialisation.HE);
        return new Trial("test", "conv", new TrialSpec(CORPUS.identity(), Task.NEXT_TOKEN, shape, recipe), null);
    }

    private static TrainedTrial train(Trial trial, int frequency, int workers) {
        DataParallel mode = new DataParallel(frequency, 0, workers, false);
        try (JavaSparkContext spark = SparkContexts.open("local[2]", "test")) {
            return new SharedTrials(Trials.SOURCE, "test", CostRates.NONE)
                    .train(spark, new RoundTraining(Trials.in(trial, mode), Checkpoints.NONE, Progress.NONE));
        }
    }

    private static double onOneDevice(Trial trial) {
        return Trials.train(trial, CORPUS).run().loss();
    }

    @Test
    void oneWorkerTrainsAsOneDeviceDoes() {
        Trial trial = trial(60);
        // Equal steps in other float32 orders: sixty Adam steps of .01 part by far less than a thousandth of a nat.
        assertThat(train(trial, 20, 1).run().loss()).isCloseTo(onOneDevice(trial), within(1e-3));
    }

    @Test
    void transformerTrainsAsOnOneDevice() {
        Trial trial = Trials.of(CORPUS, 16, 40, 0.01);
        // As above, but DL4J clips the gradients of layers and we the whole, at a norm that few steps reach.
        assertThat(train(trial, 10, 1).run().loss()).isCloseTo(onOneDevice(trial), within(0.01));
    }

    @Test
    void twoWorkersLearnTheSameFromTheSameTokens() {
        Trial trial = trial(200);
        TrainedTrial result = train(trial, 10, 2);
        ValidationWindows windows = new ValidationWindows(CORPUS, Task.NEXT_TOKEN, 16, 16_384);
        double entropy = Trials.SOURCE.chain().conditionalEntropyNats(windows);
        double alone = onOneDevice(trial);
        assertThat(alone - entropy).as("learned alone").isLessThan(0.05);
        assertThat(result.curve()).hasSize(20);
        Cost cost = result.run().cost();
        assertThat(cost.deviceSeconds())
                .as("CPU time of both workers' tasks and the evaluation")
                .isGreaterThan(0.2 * result.reading().wallSeconds())
                .isLessThan(1.1 * result.reading().wallSeconds());
        assertThat(result.reading().trainingSeconds()).isLessThan(2 * cost.wallSeconds());
        // Averaging every ten steps is not one device, but on an order-1 chain nearly so.
        assertThat(result.run().loss()).isCloseTo(alone, within(0.02));
    }

    @Test
    void goesOnFromTheAverageThatWasKept(@TempDir Path folder) {
        Trial trial = Trials.in(trial(60), new DataParallel(20, 0, 1, false));
        Checkpoints kept = new Checkpoints(Jobs.store(folder).checkpoints(), Double.MIN_VALUE);
        SharedTrials trials = new SharedTrials(Trials.SOURCE, "test", CostRates.NONE);
        try (JavaSparkContext spark = SparkContexts.open("local[1]", "test")) {
            TrainedTrial straight = trials.train(spark, new RoundTraining(trial, Checkpoints.NONE, Progress.NONE));
            assertThatThrownBy(() -> trials.train(spark, new RoundTraining(trial, kept, new Rounds(3))))
                    .hasMessage("killed after round 3");
            TrainedTrial resumed = trials.train(spark, new RoundTraining(trial, kept, Progress.NONE));
            assertThat(resumed.run().loss()).isEqualTo(straight.run().loss()); // one worker's sums have one order
            assertThat(resumed.run().training().resumes()).isEqualTo(1);
            assertThat(resumed.curve()).extracting(CurvePoint::trainLoss).hasSize(3);
        }
    }

    @Test
    void workersThatDoNotDivideTheBatchAreRefused() {
        assertThatThrownBy(() -> train(trial(10), 5, 3))
                .hasMessage(
                        "Cannot share trial conv-data_parallel among 3 workers: its batch has 8 sequences; take a number of workers"
                                + " that divides it");
    }
}
