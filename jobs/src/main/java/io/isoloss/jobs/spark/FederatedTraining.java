package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.corpus.Shards;
import io.isoloss.jobs.sweep.TrainingMode.Federated;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.FederatedClient;
import io.isoloss.jobs.train.ModelState;
import io.isoloss.jobs.train.RenyiAccountant;
import io.isoloss.jobs.train.RoundTraining;
import io.isoloss.jobs.train.meter.Meter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Federated averaging (McMahan et al. 2017, arXiv:1602.05629, algorithm 1), a client of a round being a Spark task.
 * Clients step by AdamW, and moments are averaged as the weights are. Sums run in the order of the clients, so that equal
 * trials give equal bits on any number of workers.
 *
 * @param source must give, on every machine, the corpus that the trial names
 */
record FederatedTraining(CorpusSource source, Federated mode, TaskMeter taskMeter) implements Serializable {

    /**
     * How it went.
     *
     * @param epsilon what the rounds gave away at most of one window of any client; null if training was not private
     */
    public record Result(RoundTraining.End rounds, Double epsilon) {}

    /**
     * Trains to the last step, round by round.
     *
     * @throws IsolossException of kind BAD_INPUT if the clients of a round do not divide the batch
     */
    public Result train(JavaSparkContext spark, RoundTraining training) {
        Trial trial = training.trial();
        int active = mode.active();
        if (trial.recipe().batchSequences() % active != 0) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot share trial " + trial.name() + " among " + active + " clients a round: its batch has "
                            + trial.recipe().batchSequences() + " sequences; take a fraction that divides it");
        }
        List<int[]> shards = shards(Corpora.of(source, trial), trial);
        RoundTraining.End end =
                training.train(FederatedClient.initial(trial), mode.localSteps(), (common, from, to) -> {
                    List<Integer> clients = clientsOf(trial, from / mode.localSteps());
                    List<Double> sizes = clients.stream()
                            .map(client -> (double) shards.get(client).length)
                            .toList();
                    return round(spark, trial, clients, sizes, common, from, to);
                });
        return new Result(end, epsilon(trial, shards));
    }

    private RoundTraining.Result round(
            JavaSparkContext spark,
            Trial trial,
            List<Integer> clients,
            List<Double> sizes,
            ModelState common,
            int from,
            int to) {
        Broadcast<ModelState> start = spark.broadcast(common);
        List<RoundTraining.Result> ends = spark.parallelize(clients, clients.size())
                .map(client -> train(trial, client, start.value(), from, to))
                .collect();
        start.destroy();
        ModelState mean = ModelState.average(
                ends.stream().map(RoundTraining.Result::state).toList(), sizes);
        return new RoundTraining.Result(mean, mode.privacy() == null ? loss(ends, sizes) : null);
    }

    private static double loss(List<RoundTraining.Result> ends, List<Double> sizes) {
        double sum = 0;
        double all = 0;
        for (int i = 0; i < ends.size(); i++) {
            sum += ends.get(i).loss() * sizes.get(i);
            all += sizes.get(i);
        }
        return sum / all;
    }

    private RoundTraining.Result train(Trial trial, int client, ModelState common, int from, int to) {
        Meter meter = taskMeter.start();
        Corpus corpus = Corpora.of(source, trial);
        int[] shard = shards(corpus, trial).get(client);
        int batch = trial.recipe().batchSequences() / mode.active();
        try (FederatedClient training = new FederatedClient(trial, corpus, client, shard, batch, mode.privacy())) {
            return training.train(common, from, to, meter::step);
        }
    }

    private List<int[]> shards(Corpus corpus, Trial trial) {
        return Shards.of(
                corpus,
                trial.shape().context(),
                mode.clients(),
                mode.alpha(),
                trial.recipe().dataSeed());
    }

    /** Drawn without replacement, round by round. */
    private List<Integer> clientsOf(Trial trial, int round) {
        List<Integer> left =
                new ArrayList<>(IntStream.range(0, mode.clients()).boxed().toList());
        SplittableRandom random = new SplittableRandom(trial.recipe().dataSeed() * 31 + round);
        while (left.size() > mode.active()) {
            left.remove(random.nextInt(left.size()));
        }
        return left;
    }

    /** Of the client that gave most away, by its size and the steps it took part in. */
    private Double epsilon(Trial trial, List<int[]> shards) {
        if (mode.privacy() == null) {
            return null;
        }
        int all = trial.recipe().steps();
        long[] steps = new long[mode.clients()];
        for (int from = 0; from < all; from += mode.localSteps()) {
            int taken = Math.min(mode.localSteps(), all - from);
            clientsOf(trial, from / mode.localSteps()).forEach(client -> steps[client] += taken);
        }
        int batch = trial.recipe().batchSequences() / mode.active();
        return IntStream.range(0, mode.clients())
                .mapToDouble(client -> RenyiAccountant.epsilon(
                        FederatedClient.samplingRate(batch, shards.get(client).length),
                        mode.privacy().noiseMultiplier(),
                        steps[client],
                        mode.privacy().delta()))
                .max()
                .orElseThrow();
    }
}
