package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.model.Initialisation;
import io.isoloss.jobs.model.Kernels;
import io.isoloss.jobs.model.MlpShape;
import io.isoloss.jobs.model.Normalisation;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Caps;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import io.isoloss.jobs.train.TrialMemory;
import io.isoloss.jobs.train.Trials;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceUtils;
import org.junit.jupiter.api.Test;

class GpuShareTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final Trial SMALL = Trials.of(CORPUS, 16, 10, 0.01);
    private static final Trial LARGE = Trials.of(CORPUS, 1024, 10, 0.01);
    private static final List<Trial> TRIALS = Collections.nCopies(20, SMALL);
    private static final String SHARE = "spark.task.resource.gpu.amount";
    private static final String CORES = "spark.executor.cores";

    private final SparkConf conf = new SparkConf(false)
            .set("spark.master", "spark://there:7077")
            .set("spark.executor.resource.gpu.amount", "1");

    private Optional<String> decide(List<Trial> trials, double gib, Integer concurrency) {
        Optional<String> said =
                GpuShare.decide(conf, List.of(part(trials, new Supervision(5, 60, 3, 0, concurrency, Caps.NONE, gib))));
        GpuShare.complete(conf);
        return said;
    }

    private static SweepJob.Part part(List<Trial> trials, Supervision supervision) {
        return new SweepJob.Part(Jobs.of(new ResultStore("nowhere"), supervision), trials, new Ends());
    }

    /** Of a GPU with room for the context and so many of a trial. */
    private static double gibFor(Trial trial, double count) {
        long bytes = TrialMemory.bytes(trial, InferenceLoad.NONE, Kernels.ND4J).getAsLong();
        return GpuShare.CONTEXT_GIB + count * (1 + GpuShare.MARGIN) * bytes / (1 << 30);
    }

    @Test
    void asManyTrialsShareAGpuAsTheLargestLeavesRoomFor() {
        List<Trial> trials = List.of(SMALL, LARGE, SMALL, SMALL);
        assertThat(decide(trials, gibFor(LARGE, 3.5), null))
                .contains("3 trials share a GPU: the largest needs 0.3 of 2.1 GiB");
        assertThat(conf.get(SHARE)).isEqualTo(String.valueOf(1.0 / 3));
        assertThat(conf.get(CORES)).isEqualTo("3");
    }

    @Test
    void aTrialThatFillsAGpuHasItAlone() {
        assertThat(decide(TRIALS, gibFor(SMALL, 1.9), null))
                .contains("one trial a GPU: the largest needs less than 0.1 of 1 GiB");
        assertThat(conf.get(SHARE)).isEqualTo("1");
        assertThat(conf.get(CORES)).isEqualTo("1");
    }

    @Test
    void aTrialThatDoesNotFitAloneIsWarnedOf() {
        assertThat(decide(List.of(LARGE), gibFor(LARGE, 0.9), null).orElseThrow())
                .isEqualTo(
                        "warning: one trial a GPU, and the largest needs 0.3 of 1.3 GiB, 1 of them for CUDA: it may have"
                                + " to train in micro-batches");
        assertThat(conf.get(SHARE)).isEqualTo("1");
    }

    @Test
    void noMoreShareThanCoresTrialsAndConcurrencyAllow() {
        assertThat(decide(TRIALS, 31, null))
                .contains("4 trials share a GPU: the largest needs less than 0.1 of 31 GiB; with a greater"
                        + " spark.executor.cores more would");
        assertThat(conf.get(CORES)).isEqualTo("4");
        conf.remove(SHARE).set(CORES, "13").set("spark.task.cpus", "2");
        assertThat(decide(TRIALS, 31, null).orElseThrow()).startsWith("6 trials share a GPU");
        conf.remove(SHARE).set("spark.executor.resource.gpu.amount", "2");
        assertThat(decide(TRIALS, 31, null).orElseThrow()).startsWith("3 trials share a GPU");
        conf.remove(SHARE).remove(CORES);
        assertThat(decide(TRIALS, 31, 2)).contains("2 trials share a GPU: the largest needs less than 0.1 of 31 GiB");
        assertThat(conf.get(CORES))
                .as("two trials of two cores on each of two GPUs")
                .isEqualTo("8");
        conf.remove(SHARE).remove(CORES);
        assertThat(decide(TRIALS.subList(0, 3), 31, null).orElseThrow()).startsWith("3 trials share a GPU");
    }

    @Test
    void theShareOfTheUserHolds() {
        conf.set(SHARE, "0.25");
        assertThat(decide(TRIALS, 1.1, null)).isEmpty();
        assertThat(conf.get(SHARE)).isEqualTo("0.25");
        assertThat(conf.get(CORES)).isEqualTo("4");
    }

    @Test
    void withoutGpusOrMemoryNothingIsShared() {
        GpuShare.decide(conf, List.of(part(TRIALS, Supervision.DEFAULT)));
        GpuShare.complete(conf);
        assertThat(conf.get(SHARE)).isEqualTo("1");
        conf.remove(SHARE).remove(CORES).remove("spark.executor.resource.gpu.amount");
        assertThat(decide(TRIALS, 31, null)).isEmpty();
        conf.set("spark.executor.resource.gpu.amount", "1").set("spark.master", "local[2]");
        assertThat(decide(TRIALS, 31, null)).isEmpty();
        assertThat(conf.contains(SHARE) || conf.contains(CORES)).isFalse();
    }

    @Test
    void sweepsOfOneJobShareByTheLargestTrialOfAll() {
        Supervision roomy = new Supervision(5, 60, 3, 0, null, Caps.NONE, 31.0);
        Supervision tight = new Supervision(5, 60, 3, 0, 1, Caps.NONE, gibFor(LARGE, 2.5));
        assertThat(GpuShare.decide(conf, List.of(part(TRIALS, roomy), part(List.of(LARGE), tight))))
                .contains("2 trials share a GPU: the largest needs 0.3 of 1.8 GiB");
        conf.remove(SHARE);
        assertThat(GpuShare.decide(conf, List.of(part(TRIALS, roomy), part(TRIALS, Supervision.DEFAULT))))
                .as("one sweep says nothing of memory")
                .isEmpty();
    }

    @Test
    void trialsThatNothingBoundsDoNotShare() {
        MlpShape mixing = new MlpShape(16, 1, 16, 8, 8, 8, Normalisation.BATCH, Initialisation.HE);
        TrialSpec spec = new TrialSpec(CORPUS.identity(), SMALL.spec().task(), mixing, SMALL.recipe());
        assertThat(decide(List.of(SMALL, new Trial("test", "mixing", spec, null)), 31, null))
                .contains("one trial a GPU: nothing bounds the memory of mixing");
        assertThat(conf.get(SHARE)).isEqualTo("1");
    }

    @Test
    void sparkTakesEveryShareForAsManyTasksAsItIsFor() {
        for (int tasks = 1; tasks <= 1000; tasks++) {
            double share = Double.parseDouble(GpuShare.share(tasks));
            assertThat(ResourceUtils.calculateAmountAndPartsForFraction(share)._2())
                    .isEqualTo(tasks);
        }
    }
}
