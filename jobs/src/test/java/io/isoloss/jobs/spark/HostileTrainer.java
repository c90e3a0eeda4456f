package io.isoloss.jobs.spark;

import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.BrokenProcessException;
import io.isoloss.jobs.train.Device;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.Trainer;
import io.isoloss.jobs.train.Usage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Does with some trials, by their seeds, what a trial should not do; with the others what {@link SurfaceTrainer} does. */
record HostileTrainer(long throwing, long exiting, long allocating, long hanging, long breaking)
        implements TrunkTrainer {

    @Override
    public Usage train(Attempt attempt, Progress progress, Trainer.Ended ended) throws IOException {
        Trial trial = attempt.trunk().longest();
        long seed = trial.recipe().initSeed();
        if (seed == throwing) {
            throw new IllegalStateException("thrown by trial " + seed);
        }
        if (seed == breaking) {
            throw new BrokenProcessException(new Device.Cpu("GPU 0", List.of()), "an illegal address", null);
        }
        if (seed == exiting) {
            Runtime.getRuntime().halt(134);
        }
        Object[] chain = {};
        while (seed == allocating) {
            chain = new Object[] {chain, new long[1 << 20]};
            progress.step(0, 1); // so that it is not its hanging that is found
        }
        boolean told = chain.length > 0;
        while (seed == hanging) {
            told |= Thread.interrupted(); // and goes on, as native code does
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(told ? 2 : 1));
        }
        return new SurfaceTrainer().train(attempt, progress, ended);
    }
}
