package io.isoloss.jobs.train.meter;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import java.util.function.LongSupplier;

/** CPU time of the thread that asks, in nanoseconds; native code that it calls is in it, other threads are not. */
final class ThreadClock {
    private ThreadClock() {}

    /** Empty where the platform does not tell. */
    static Optional<LongSupplier> here() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported()
                ? Optional.of(threads::getCurrentThreadCpuTime)
                : Optional.empty();
    }

    static LongSupplier orWall() {
        return here().orElse(System::nanoTime);
    }
}
