package io.isoloss.analysis.law;

/**
 * {@link Precision} at fixed bits. Where serving takes fewer bits than training, more tokens may raise the loss.
 *
 * @param trainingBits bits of weights, activations and KV cache in training
 * @param servingBits bits of a weight as it is served
 */
public record PrecisionSurface(Precision law, double trainingBits, double servingBits) implements LossSurface {
    public static final String NAME = "precision-surface";

    public PrecisionSurface {
        Check.positive("training bits", trainingBits);
        Check.positive("serving bits", servingBits);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double loss(double params, double tokens) {
        return law.predict(params, tokens, trainingBits, servingBits);
    }

    @Override
    public double slopeAlongBudget(double params, double tokens) {
        return -law.alpha() * law.A() * Math.pow(law.effectiveParams(params, trainingBits), -law.alpha())
                + law.beta() * law.B() * Math.pow(tokens, -law.beta())
                - (law.gammaD() + law.gammaN()) * law.quantisationLoss(params, tokens, trainingBits, servingBits);
    }
}
