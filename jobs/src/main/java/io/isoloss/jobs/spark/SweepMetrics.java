package io.isoloss.jobs.spark;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.spark.metrics.source.Source;

/** A sweep's figures for Spark's own metrics sinks, Prometheus among them: {@code isoloss.NAME} of the driver. */
final class SweepMetrics implements Source {
    private static final List<String> OUTCOMES =
            List.of("completed", "diverged", "out-of-memory", "lost", "parked", "fenced");

    private final MetricRegistry registry = new MetricRegistry();
    private final Map<String, Integer> ended = new ConcurrentHashMap<>();
    private double joules;
    private double trainingSeconds;
    private double mfuSeconds; // MFU times the seconds that it is of

    SweepMetrics(LiveProgress progress, Occupancy.Tally tally, Supplier<Dispatcher> dispatcher) {
        for (String outcome : OUTCOMES) {
            gauge("trials." + outcome.replace('-', '_'), () -> ended.getOrDefault(outcome, 0));
        }
        gauge(
                "trials.running",
                () -> dispatcher.get() == null ? 0 : dispatcher.get().running().size());
        gauge(
                "trials.queued",
                () -> dispatcher.get() == null ? 0 : dispatcher.get().queued());
        gauge("tokens", progress::tokens);
        gauge("tokens_per_second", () -> progress.tokens() / tally.seconds());
        gauge("flops", progress::flops);
        gauge("energy_joules", this::joules);
        gauge("mfu", this::mfu);
    }

    private void gauge(String name, Gauge<Number> value) {
        registry.register(name, value);
    }

    synchronized void add(TrialEnd end) {
        ended.merge(end.outcome(), 1, Integer::sum);
        joules += end.energyJoules() == null ? 0 : end.energyJoules();
        if (end.mfu() != null) {
            trainingSeconds += end.trainingSeconds();
            mfuSeconds += end.mfu() * end.trainingSeconds();
        }
    }

    private synchronized double joules() {
        return joules;
    }

    /** Of the trials that ended, weighed by their seconds of training. */
    private synchronized double mfu() {
        return trainingSeconds == 0 ? 0 : mfuSeconds / trainingSeconds;
    }

    @Override
    public String sourceName() {
        return "isoloss";
    }

    @Override
    public MetricRegistry metricRegistry() {
        return registry;
    }
}
