package io.isoloss.jobs.spark;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;
import org.apache.spark.metrics.source.Source;

/** A job's figures, of all its sweeps, for Spark's own metrics sinks, Prometheus among them: {@code isoloss.NAME} of the driver. */
final class SweepMetrics implements Source {
    private static final List<String> OUTCOMES = List.of("completed", "diverged", "out-of-memory", "lost", "parked");

    private final MetricRegistry registry = new MetricRegistry();
    private final Map<String, Integer> ended = new ConcurrentHashMap<>();
    private final List<SweepRun> sweeps = new CopyOnWriteArrayList<>();
    private double joules = Double.NaN; // until some are measured
    private double trainingSeconds;
    private double mfuSeconds; // MFU times the seconds that it is of

    SweepMetrics(Occupancy.Tally tally) {
        for (String outcome : OUTCOMES) {
            gauge("trials." + outcome.replace('-', '_'), () -> ended.getOrDefault(outcome, 0));
        }
        gauge("trials.running", () -> sum(SweepRun::running));
        gauge("trials.queued", () -> sum(SweepRun::queued));
        gauge("tokens", () -> sum(sweep -> sweep.progress().tokens()));
        gauge("tokens_per_second", () -> sum(sweep -> sweep.progress().tokens()) / tally.seconds());
        gauge("flops", () -> sum(sweep -> sweep.progress().flops()));
        gauge("energy_joules", this::joules);
        gauge("mfu", this::mfu);
    }

    void add(SweepRun sweep) {
        sweeps.add(sweep);
    }

    private double sum(ToDoubleFunction<SweepRun> figure) {
        return sweeps.stream().mapToDouble(figure).sum();
    }

    private void gauge(String name, Gauge<Number> value) {
        registry.register(name, value);
    }

    synchronized void add(TrialEnd end) {
        ended.merge(end.outcome(), 1, Integer::sum);
        if (end.energyJoules() != null) {
            joules = (Double.isNaN(joules) ? 0 : joules) + end.energyJoules();
        }
        if (end.mfu() != null) {
            trainingSeconds += end.trainingSeconds();
            mfuSeconds += end.mfu() * end.trainingSeconds();
        }
    }

    private synchronized double joules() {
        return joules;
    }

    /** Of the trials that ended, weighed by their seconds of training; NaN before one did. */
    private synchronized double mfu() {
        return mfuSeconds / trainingSeconds;
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
