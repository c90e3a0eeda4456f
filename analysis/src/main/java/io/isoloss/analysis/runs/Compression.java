package io.isoloss.analysis.runs;

/**
 * How a model was made smaller; all null for a model that was not.
 *
 * @param method pruning, quantisation, low-rank or distillation
 * @param sparsity share of weights that are zero, 0 to 1
 * @param bits bits a weight
 * @param rank rank of the factors
 * @param teacherRunId run id of the teacher
 */
public record Compression(String method, Double sparsity, Double bits, Double rank, String teacherRunId) {
    public static final Compression NONE = new Compression(null, null, null, null, null);

    public Compression {
        Measured.fraction("sparsity", sparsity);
        Measured.positive("bits", bits);
        Measured.positive("rank", rank);
    }
}
