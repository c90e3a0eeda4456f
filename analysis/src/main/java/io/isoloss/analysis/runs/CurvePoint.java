package io.isoloss.analysis.runs;

/** One point of a run's learning curve: one row of the curves table. Units stand in {@code curves-v2.avsc}. */
public record CurvePoint(
        String runId,
        Long step,
        Double tokens,
        Double trainLoss,
        Double validationLoss,
        Double learningRate,
        Double gradientNorm,
        Double seconds) {
    public CurvePoint {
        if (runId == null || runId.isBlank()) {
            throw new IllegalArgumentException("Invalid run_id (want the id of a run): " + runId);
        }
        Measured.notNegative("step", step);
        Measured.notNegative("tokens", tokens);
        Measured.notNegative("learning_rate", learningRate);
        Measured.notNegative("seconds", seconds);
    }
}
