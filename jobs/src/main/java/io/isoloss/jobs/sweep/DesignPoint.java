package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelShape;
import java.io.Serializable;

/**
 * A wanted size and an amount of data or of compute to spend on it.
 *
 * @param params wanted parameters, without embeddings
 * @param paramsPointer where the design says so, as a JSON pointer into it
 * @param amount tokens, or FLOPs under the convention
 * @param amountPointer where the design says so
 * @param convention how FLOPs are counted; null where the amount is in tokens
 */
public record DesignPoint(
        double params, String paramsPointer, double amount, String amountPointer, FlopsConvention convention)
        implements Serializable {

    public DesignPoint {
        if (!(params > 0 && Double.isFinite(params) && amount > 0 && Double.isFinite(amount))) {
            throw new IllegalArgumentException("Invalid design point (want finite and positive): " + params
                    + " parameters, " + amount + (convention == null ? " tokens" : " FLOPs"));
        }
    }

    double tokensFor(ModelShape shape) {
        return convention == null ? amount : amount / convention.trainingFlopsPerToken(shape);
    }

    Double budgetFlops() {
        return convention == null ? null : amount;
    }

    /** Names the amount in a trial's name: c for compute, d for data. */
    String label() {
        return (convention == null ? "d" : "c") + Quantity.exact(amount);
    }

    /** The amount in a message. */
    String describe() {
        return convention == null
                ? Quantity.rounded(amount) + " tokens"
                : "budget " + Quantity.rounded(amount) + " FLOPs";
    }
}
