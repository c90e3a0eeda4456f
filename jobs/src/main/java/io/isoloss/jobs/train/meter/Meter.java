package io.isoloss.jobs.train.meter;

import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.train.Device;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Measures one trial from the thread that trains it. Counters are read at most once a second and no thread is started, so
 * that a step pays one look at the clock.
 */
public final class Meter {
    private static final double NANO = 1e-9;

    /** Short against the minutes after which a RAPL counter starts anew, and as long as NVML averages over at most. */
    private static final long SPAN_NANOS = 1_000_000_000;

    private final CostRates rates;
    private final EnergyMeter energy; // null where none fits
    private final Nvml gpu; // null on the processor
    private final LongSupplier clock; // nanoseconds
    private final LongSupplier threadTime; // nanoseconds, negative if not known
    private final long start;
    private final long threadStart;

    private long spanStart;
    private long spanThreadStart;
    private long trainedAt = -1;
    private Double joules = 0.0;
    private double gpuBusySeconds;
    private boolean gpuKnown = true;

    private Meter(CostRates rates, EnergyMeter energy, Nvml gpu, LongSupplier clock, LongSupplier threadTime) {
        this.rates = rates;
        this.energy = energy;
        this.gpu = gpu;
        this.clock = clock;
        this.threadTime = threadTime;
        this.start = clock.getAsLong();
        this.threadStart = threadTime.getAsLong();
        this.spanStart = start;
        this.spanThreadStart = threadStart;
    }

    /** Starts to measure a trial that this thread trains on the device. */
    public static Meter start(Device device, CostRates rates) {
        LongSupplier threadTime = ThreadClock.here().orElse(() -> -1);
        if (device instanceof Device.Gpu found) {
            Optional<Nvml> gpu = Nvml.open(found.ordinal());
            return new Meter(
                    rates, gpu.flatMap(GpuEnergy::open).orElse(null), gpu.orElse(null), System::nanoTime, threadTime);
        }
        return onProcessor(rates, energyOfProcessor(rates), System::nanoTime, threadTime);
    }

    static Meter onProcessor(CostRates rates, EnergyMeter energy, LongSupplier clock, LongSupplier threadTime) {
        return new Meter(rates, energy, null, clock, threadTime);
    }

    static Meter onGpu(CostRates rates, Nvml gpu, LongSupplier clock) {
        return new Meter(rates, GpuEnergy.open(gpu).orElse(null), gpu, clock, () -> -1);
    }

    private static EnergyMeter energyOfProcessor(CostRates rates) {
        return Rapl.open(Rapl.POWERCAP, Rapl.STAT)
                .<EnergyMeter>map(rapl -> rapl)
                .orElseGet(() -> new PowerModel(rates));
    }

    /** To be called after each step. */
    public void step() {
        if (clock.getAsLong() - spanStart >= SPAN_NANOS) {
            endSpan();
        }
    }

    /** The last training step is over; what follows is evaluation. */
    public void trained() {
        endSpan();
        trainedAt = spanStart;
    }

    /** The end of the trial, or of what was measured of it so far. Without {@link #trained} before, all of it was training. */
    public MeterReading stop() {
        endSpan();
        double wall = (spanStart - start) * NANO;
        boolean known = energy != null && joules != null;
        Double co2 = known ? rates.co2Grams(joules) : null;
        return new MeterReading(
                wall,
                trainedAt < 0 ? wall : (trainedAt - start) * NANO,
                deviceSeconds(),
                known ? joules : null,
                known ? energy.source() : null,
                co2,
                co2 == null ? null : rates.carbon().words(),
                rates.usd(wall));
    }

    private Double deviceSeconds() {
        if (gpu != null) {
            return gpuKnown ? gpuBusySeconds : null;
        }
        return threadStart < 0 ? null : (Double) ((spanThreadStart - threadStart) * NANO);
    }

    private void endSpan() {
        long now = clock.getAsLong();
        long threadNow = threadTime.getAsLong();
        double seconds = (now - spanStart) * NANO;
        double busy = threadStart < 0 ? seconds : (threadNow - spanThreadStart) * NANO;
        if (energy != null && joules != null) {
            Double taken = energy.take(busy);
            joules = taken == null ? null : (Double) (joules + taken);
        }
        if (gpu != null) {
            Double share = gpu.utilisation();
            gpuKnown &= share != null;
            gpuBusySeconds += share == null ? 0 : share * seconds;
        }
        spanStart = now;
        spanThreadStart = threadNow;
    }
}
