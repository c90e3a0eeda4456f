package io.isoloss.analysis.runs;

/**
 * How good the model became, on the validation split unless the name says otherwise.
 *
 * @param lossNatsPerToken mean cross-entropy in nats a token
 * @param lossStandardError standard error of that mean over the validation batches, nats a token
 * @param bitsPerByte cross-entropy in bits a byte of text
 * @param accuracy share of right next tokens (or labels), 0 to 1; likewise macro precision, recall and F1
 * @param downstreamError mean error on downstream tasks, 0 to 1
 */
public record Quality(
        Double lossNatsPerToken,
        Double lossStandardError,
        Double bitsPerByte,
        Double trainLoss,
        Double accuracy,
        Double precision,
        Double recall,
        Double f1,
        Double downstreamError) {
    public static final Quality NONE = ofLoss(null);

    public Quality {
        Measured.positive("loss_nats_per_token", lossNatsPerToken);
        Measured.notNegative("loss_standard_error", lossStandardError);
        Measured.notNegative("bits_per_byte", bitsPerByte);
        Measured.notNegative("train_loss", trainLoss);
        Measured.fraction("accuracy", accuracy);
        Measured.fraction("precision", precision);
        Measured.fraction("recall", recall);
        Measured.fraction("f1", f1);
        Measured.fraction("downstream_error", downstreamError);
    }

    /** A run of which only the loss, in nats a token, is known. */
    public static Quality ofLoss(Double lossNatsPerToken) {
        return new Quality(lossNatsPerToken, null, null, null, null, null, null, null, null);
    }
}
