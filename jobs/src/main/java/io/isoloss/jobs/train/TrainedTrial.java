package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.train.meter.MeterReading;
import java.util.List;

/**
 * What a trial leaves behind: one row of the runs table and its learning curve.
 *
 * @param reading of what was trained for this trial alone
 * @param warnings what its user should know, in sentences
 */
public record TrainedTrial(Run run, List<CurvePoint> curve, MeterReading reading, List<String> warnings) {
    public TrainedTrial {
        curve = List.copyOf(curve);
        warnings = List.copyOf(warnings);
    }

    /** The same after so many starts, this one included. */
    public TrainedTrial startedTimes(int attempts) {
        return new TrainedTrial(run.withAttempts(attempts), curve, reading, warnings);
    }
}
