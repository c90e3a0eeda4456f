package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * A batch that grows during training in powers of two, by gradients summed over several batches, as the measured gradient
 * noise scale grows past it (McCandlish et al. 2018, arXiv:1812.06162, appendix D). The tokens of the run stay, and its
 * schedule is a function of tokens.
 *
 * @param maxSequences most sequences a step
 * @param rateExponent power of the batch that the learning rate grows with; 0.5 is the square-root rule of Adam (Malladi et
 *     al. 2022, arXiv:2205.10287)
 */
public record BatchGrowth(int maxSequences, double rateExponent) implements Serializable {

    public BatchGrowth {
        if (maxSequences < 1 || !(rateExponent >= 0 && rateExponent <= 1)) {
            throw new IllegalArgumentException(
                    "Invalid batch growth (want max of at least 1 sequence and a rate exponent in [0, 1]): max "
                            + maxSequences + ", rate exponent " + rateExponent);
        }
    }

    /** By how much the learning rate of a step of so many first batches is above that of one. */
    double rateFactor(int batches) {
        return Math.pow(batches, rateExponent);
    }

    String line() {
        return "grown with the noise scale up to " + maxSequences + ", rate by its power "
                + Quantity.exact(rateExponent);
    }
}
