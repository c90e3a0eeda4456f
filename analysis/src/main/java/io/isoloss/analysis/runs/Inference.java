package io.isoloss.analysis.runs;

/**
 * What serving the model takes.
 *
 * @param latencyMsP50 median milliseconds of one forward pass over a full context window, batch 1
 * @param latencyMsP95 95th percentile of the same; null if too few passes were timed
 * @param inferenceBatch sequences at once at which inference tokens a second were measured
 * @param modelBytes size of the stored weights
 */
public record Inference(
        Double latencyMsP50,
        Double latencyMsP95,
        Double inferenceTokensPerSecond,
        Integer inferenceBatch,
        Double modelBytes) {
    public static final Inference NONE = new Inference(null, null, null, null, null);

    public Inference {
        Measured.notNegative("latency_ms_p50", latencyMsP50);
        Measured.notNegative("latency_ms_p95", latencyMsP95);
        Measured.notNegative("inference_tokens_per_second", inferenceTokensPerSecond);
        Measured.positive("inference_batch", inferenceBatch);
        Measured.positive("model_bytes", modelBytes);
    }
}
