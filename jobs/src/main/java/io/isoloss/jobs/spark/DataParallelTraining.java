package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.sweep.TrainingMode.DataParallel;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.GraphTraining;
import io.isoloss.jobs.train.RoundTraining;
import io.isoloss.jobs.train.meter.Meter;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * One trial across executors by dl4j-spark's parameter averaging: each worker steps a copy of the model on its share of
 * every batch, and after some steps the copies and their moments are averaged. The sequences are those of training on one
 * device, in the same order. Sums over workers come in no fixed order, so that repeats differ in the last digits.
 *
 * @param source must give, on every machine, the corpus that the trial names
 */
record DataParallelTraining(CorpusSource source, DataParallel mode, TaskMeter taskMeter) implements Serializable {

    /** What a worker does between two averages: steps [from, to) of its share of the batch. */
    private record Share(int worker, int from, int to) implements Serializable {}

    /**
     * Trains to the last step, from average to average.
     *
     * @throws IsolossException of kind BAD_INPUT if the workers do not divide the batch
     */
    public RoundTraining.End train(JavaSparkContext spark, RoundTraining training) {
        Trial trial = training.trial();
        int batch = trial.recipe().batchSequences();
        if (batch % mode.workers() != 0) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot share trial " + trial.name() + " among " + mode.workers() + " workers: its batch has "
                            + batch + " sequences; take a number of workers that divides it");
        }
        ComputationGraph graph = GraphTraining.graph(trial);
        return training.train(GraphTraining.state(graph), mode.averagingFrequency(), (start, from, to) -> {
            GraphTraining.restore(graph, start);
            return round(spark, trial, graph, from, to);
        });
    }

    private RoundTraining.Result round(JavaSparkContext spark, Trial trial, ComputationGraph graph, int from, int to) {
        int batch = trial.recipe().batchSequences();
        SparkComputationGraph shared = new SparkComputationGraph(spark, graph, master(batch, from, to));
        shared.fitMultiDataSet(batches(spark, trial, from, to));
        ComputationGraph mean = shared.getNetwork();
        double decay = mean.calcRegularizationScore(true); // DL4J adds it to the score
        double loss = (shared.getScore() - decay) / trial.shape().context();
        return new RoundTraining.Result(GraphTraining.state(mean), loss);
    }

    private ParameterAveragingTrainingMaster master(int batch, int from, int to) {
        int share = batch / mode.workers();
        return new ParameterAveragingTrainingMaster.Builder(mode.workers(), share)
                .averagingFrequency(to - from)
                .batchSizePerWorker(share)
                .rddTrainingApproach(RDDTrainingApproach.Direct)
                .repartionData(Repartition.Never) // each partition is one worker's share already
                .saveUpdater(true)
                .trainingHooks(new StepCount(from))
                .storageLevel(null) // made where it is used, from the corpus
                .workerPrefetchNumBatches(0)
                .build();
    }

    private JavaRDD<MultiDataSet> batches(JavaSparkContext spark, Trial trial, int from, int to) {
        List<Share> shares = IntStream.range(0, mode.workers())
                .mapToObj(worker -> new Share(worker, from, to))
                .toList();
        return spark.parallelize(shares, shares.size()).flatMap(share -> batches(trial, share));
    }

    /** For DL4J, which trains on each batch before it asks for the next, in one task and thread. */
    private Iterator<MultiDataSet> batches(Trial trial, Share share) {
        Meter meter = taskMeter.start();
        int batch = trial.recipe().batchSequences();
        int sequences = batch / mode.workers();
        WindowSampler sampler = new WindowSampler(
                Corpora.of(source, trial),
                trial.spec().task(),
                trial.shape().context(),
                trial.recipe().dataSeed());
        return IntStream.range(share.from, share.to)
                .peek(step -> meter.step())
                .mapToObj(step -> GraphTraining.batch(
                        trial, sampler, (long) step * batch + (long) share.worker * sequences, sequences))
                .iterator();
    }
}
