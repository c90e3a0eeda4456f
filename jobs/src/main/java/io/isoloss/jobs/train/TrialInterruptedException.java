package io.isoloss.jobs.train;

import io.isoloss.jobs.sweep.Trial;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Training ended because its thread was interrupted: the trial is as after a crash, and goes on from its newest checkpoint.
 * The thread stays marked as interrupted.
 */
public final class TrialInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TrialInterruptedException(Trial trial, String at, Throwable cause) {
        super("Interrupted " + at + " of trial " + trial.name() + "; it goes on from its newest checkpoint", cause);
    }

    /** Ends the training of a trial if its thread was interrupted. */
    static void check(Trial trial, String at) {
        if (Thread.currentThread().isInterrupted()) {
            throw new TrialInterruptedException(trial, at, null);
        }
    }

    /** Whether an interrupt is behind it; marks the thread where what threw it has cleared the mark. */
    static boolean isBehind(IOException e) {
        boolean interrupted = Thread.currentThread().isInterrupted()
                || e instanceof ClosedByInterruptException
                || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return interrupted;
    }
}
