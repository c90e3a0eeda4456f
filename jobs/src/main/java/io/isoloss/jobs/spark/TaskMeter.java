package io.isoloss.jobs.spark;

import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.train.Device;
import io.isoloss.jobs.train.Environment;
import io.isoloss.jobs.train.meter.Meter;
import io.isoloss.jobs.train.meter.MeterReading;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/** Measures the tasks that train one trial together, each on its own device; what a lost task took is not in it. */
record TaskMeter(CostRates rates, CollectionAccumulator<MeterReading> readings) implements Serializable {
    /** By addresses: rounds are short, and nvidia-smi takes its time. */
    private static final Map<List<String>, Device> CHOSEN = new ConcurrentHashMap<>();

    static TaskMeter of(JavaSparkContext spark, CostRates rates) {
        return new TaskMeter(rates, spark.sc().collectionAccumulator());
    }

    /** Has the task of this thread compute on the device that Spark gave it, and measures it from here to its end. */
    Meter start() {
        Device device = CHOSEN.computeIfAbsent(TaskGpus.addresses(), Environment::device);
        Environment.compute(device);
        Meter meter = Meter.start(device, rates);
        TaskCompletionListener end = task -> readings.add(meter.stop()); // on this thread
        TaskContext.get().addTaskCompletionListener(end);
        return meter;
    }

    /** Of all tasks that ended well: seconds, joules and prices of all devices together. */
    MeterReading sum() {
        return readings.value().stream().reduce(MeterReading.NOTHING, MeterReading::plus);
    }
}
