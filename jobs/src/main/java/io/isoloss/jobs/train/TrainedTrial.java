package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Run;
import java.util.List;

/** What a trial leaves behind: one row of the runs table and its learning curve. */
public record TrainedTrial(Run run, List<CurvePoint> curve) {
    public TrainedTrial {
        curve = List.copyOf(curve);
    }
}
