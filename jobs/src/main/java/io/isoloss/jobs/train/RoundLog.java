package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.jobs.sweep.Trial;
import java.util.ArrayList;
import java.util.List;

/** What the rounds of a trial left behind, from the first. */
public final class RoundLog {
    private final List<String> warnings = new ArrayList<>();
    private History history = new History(); // a step of it is a round
    private int resumes;
    private int stepsBefore; // taken before this process
    private double secondsBefore;

    /** Rounds led. */
    public int rounds() {
        return history.steps();
    }

    /** Times that training went on from a checkpoint. */
    public int resumes() {
        return resumes;
    }

    /** Steps that each worker has taken. */
    int steps() {
        return history.batches();
    }

    /** Seconds of the rounds, those before a checkpoint included. */
    double seconds() {
        return history.seconds();
    }

    /** Of the last round, nats a token; not a number where it is not known. */
    double lastLoss() {
        return history.lastLoss();
    }

    List<String> warnings() {
        return warnings;
    }

    void goOn(TrainingState state) {
        history = History.of(state.history);
        resumes = state.resumes + 1;
        stepsBefore = steps();
        secondsBefore = seconds();
    }

    /**
     * Notes a round.
     *
     * @param loss of its last batches, nats a token; null if not known
     * @param seconds since this process began or went on
     */
    void add(Double loss, int steps, double seconds) {
        history.add(loss == null ? Double.NaN : loss, Double.NaN, secondsBefore + seconds, steps, null);
    }

    TrainingState with(ModelState state) {
        return new TrainingState(state.weights, state.firstMoment, state.secondMoment, history.columns(), resumes);
    }

    /** Trained in this process. */
    double tokensHere(Trial trial) {
        return tokens(trial, steps() - stepsBefore);
    }

    /** Of the rounds in this process; null before the first. */
    Double tokensPerSecond(Trial trial) {
        return tokensHere(trial) == 0 ? null : (Double) (tokensHere(trial) / (seconds() - secondsBefore));
    }

    List<CurvePoint> curve(Trial trial) {
        double[][] columns = history.columns();
        List<CurvePoint> curve = new ArrayList<>();
        for (int round = 0; round < rounds(); round++) {
            double loss = columns[0][round];
            if (Double.isFinite(loss)) {
                long step = (long) columns[3][round];
                curve.add(new CurvePoint(
                        trial.runId(), step, tokens(trial, step), loss, null, null, null, columns[2][round]));
            }
        }
        return curve;
    }

    static double tokens(Trial trial, long steps) {
        return (double) trial.tokens() / trial.recipe().steps() * steps;
    }
}
