package io.isoloss.jobs.train.meter;

import io.isoloss.analysis.runs.Inference;
import io.isoloss.jobs.sweep.InferenceLoad;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Serves a trained model for a moment: forward passes of one full context window each, logits of all positions, first one
 * window at a time, then a batch at a time. There is no cache of keys and values: a window is scored, not generated token
 * by token.
 */
public final class ServingProbe {
    private static final double NANO = 1e-9;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final int WARM_UP = 2;
    private static final int FEWEST = 3;
    private static final int MOST = 2000;

    /** Passes of each kind, whatever the seconds. */
    public static final int FEWEST_PASSES = WARM_UP + FEWEST;

    /** Fewer say nothing of one in twenty. */
    private static final int FEWEST_FOR_P95 = 20;

    private static final double MEDIAN = 50;
    private static final double P95 = 95;

    private final IntFunction<Served> atBatch;
    private final LongSupplier clock; // nanoseconds

    ServingProbe(IntFunction<Served> atBatch, LongSupplier clock) {
        this.atBatch = atBatch;
        this.clock = clock;
    }

    /** A model ready for batches of one size. */
    public interface Served extends AutoCloseable {

        /** One forward pass; it has ended when this returns. */
        void forward();

        @Override
        void close();
    }

    /**
     * Measures latency and throughput, each for half of the load's seconds, and three passes at least.
     *
     * @param atBatch makes the model ready for so many sequences at once
     * @param context tokens of a sequence
     * @param modelBytes of the stored weights
     * @return {@link Inference#NONE} but for the bytes if the load is of no seconds
     */
    public static Inference measure(InferenceLoad load, IntFunction<Served> atBatch, int context, double modelBytes) {
        return new ServingProbe(atBatch, System::nanoTime).measure(load, context, modelBytes);
    }

    Inference measure(InferenceLoad load, int context, double modelBytes) {
        if (load.seconds() == 0) {
            return new Inference(null, null, null, null, modelBytes);
        }
        double[] single = seconds(1, load.seconds() / 2);
        double[] batched = seconds(load.batchSequences(), load.seconds() / 2);
        Double p95 = single.length < FEWEST_FOR_P95 ? null : (Double) (percentile(single, P95) * MILLIS_PER_SECOND);
        return new Inference(
                percentile(single, MEDIAN) * MILLIS_PER_SECOND,
                p95,
                (double) load.batchSequences() * context / percentile(batched, MEDIAN),
                load.batchSequences(),
                modelBytes);
    }

    private double[] seconds(int batch, double longest) {
        double[] seconds = new double[MOST];
        int count = -WARM_UP;
        try (Served model = atBatch.apply(batch)) {
            for (double total = 0; count < FEWEST || (total < longest && count < MOST); count++) {
                long start = clock.getAsLong();
                model.forward();
                double taken = (clock.getAsLong() - start) * NANO;
                if (count >= 0) {
                    seconds[count] = taken;
                }
                total += taken;
            }
        }
        return Arrays.copyOf(seconds, count);
    }

    /** Linear between order statistics. */
    private static double percentile(double[] values, double percent) {
        return new Percentile(percent)
                .withEstimationType(Percentile.EstimationType.R_7)
                .evaluate(values);
    }
}
