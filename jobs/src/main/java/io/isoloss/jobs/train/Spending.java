package io.isoloss.jobs.train;

import io.isoloss.jobs.sweep.Allowance;
import io.isoloss.jobs.train.meter.MeterReading;
import java.util.function.LongSupplier;

/**
 * What a call has taken of its allowance, and whether the next piece of work fits in the rest. Work is counted in gradients
 * of one batch; a gradient is foreseen to take half as long again as the longest of late.
 */
final class Spending {
    private static final double MARGIN = 1.5;

    /** A step that was held up once, by a collector or a neighbour, is half forgotten after 70. */
    private static final double FADE = 0.99;

    /** Foreseen for the first step beside its FLOPs: classes are loaded and compiled in it. */
    private static final double FIRST_STEP_SECONDS = 0.25;

    /** Foreseen for a file, until one was seen to take longer. */
    private static final double FILE_SECONDS = 0.25;

    private static final double BYTES_PER_SECOND = 50e6; // likewise

    private static final double NANO = 1e-9;

    private final Allowance allowance;
    private final LongSupplier clock; // nanoseconds
    private final long start;
    private Double joules = 0.0; // of meters that have stopped; null if one could not tell
    private double meteredSeconds;
    private double gradientSeconds; // foreseen; 0 while nothing is known
    private double writingSeconds = FILE_SECONDS;

    Spending(Allowance allowance, LongSupplier clock) {
        this.allowance = allowance;
        this.clock = clock;
        this.start = clock.getAsLong();
    }

    LongSupplier clock() {
        return clock;
    }

    boolean isLimited() {
        return allowance.isLimited();
    }

    boolean limitsJoules() {
        return allowance.joules() != null;
    }

    double seconds() {
        return (clock.getAsLong() - start) * NANO;
    }

    Usage usage() {
        return new Usage(seconds(), joules);
    }

    /** Before the first step: seconds that a gradient took before, or should take. */
    void expect(double seconds) {
        if (gradientSeconds == 0) {
            gradientSeconds = FIRST_STEP_SECONDS + seconds;
        }
    }

    /** Checkpoints of so many bytes are to be written. */
    void expectWriting(double bytes) {
        writingSeconds = Math.max(writingSeconds, FILE_SECONDS + bytes / BYTES_PER_SECOND);
    }

    void took(double gradients, double seconds) {
        gradientSeconds = Math.max(seconds / gradients, gradientSeconds * FADE);
    }

    /** Foreseen for a checkpoint. */
    double writingSeconds() {
        return writingSeconds;
    }

    void wrote(double seconds) {
        writingSeconds = Math.max(writingSeconds, seconds);
    }

    void metered(MeterReading reading) {
        meteredSeconds += reading.wallSeconds();
        joules = joules == null || reading.energyJoules() == null ? null : (Double) (joules + reading.energyJoules());
    }

    /**
     * Whether there is room for a piece of work, and after it for a checkpoint or a result.
     *
     * @param otherSeconds that it takes beside gradients
     * @param running what the meter that runs has read so far; null while none does
     */
    boolean fits(double gradients, double otherSeconds, MeterReading running) {
        double next = MARGIN * (gradients * gradientSeconds + otherSeconds + writingSeconds);
        if (allowance.seconds() != null && seconds() + next > allowance.seconds()) {
            return false;
        }
        if (allowance.joules() == null) {
            return true;
        }
        double taken = joules + (running == null ? 0 : running.energyJoules());
        double over = meteredSeconds + (running == null ? 0 : running.wallSeconds());
        double watts = over > 0 ? taken / over : 0;
        return taken + watts * next <= allowance.joules();
    }
}
