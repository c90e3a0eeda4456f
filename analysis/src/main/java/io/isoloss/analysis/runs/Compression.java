package io.isoloss.analysis.runs;

/**
 * How a model was made smaller, and the precision it was trained in; null where that is not known or was not done.
 *
 * @param method pruning, quantisation, low-rank or distillation
 * @param sparsity share of weights that are zero, 0 to 1
 * @param bits bits a weight, as the model is served
 * @param rank rank of the factors
 * @param teacherRunId run id of the teacher
 * @param teacherLossNatsPerToken validation loss of the teacher, nats a token
 * @param trainingBits bits a weight in training
 */
public record Compression(
        String method,
        Double sparsity,
        Double bits,
        Double rank,
        String teacherRunId,
        Double teacherLossNatsPerToken,
        Double trainingBits) {
    public static final Compression NONE = new Compression(null, null, null, null, null, null, null);

    public Compression {
        Measured.fraction("sparsity", sparsity);
        Measured.positive("bits", bits);
        Measured.positive("rank", rank);
        Measured.positive("teacher_loss_nats_per_token", teacherLossNatsPerToken);
        Measured.positive("training_bits", trainingBits);
    }
}
