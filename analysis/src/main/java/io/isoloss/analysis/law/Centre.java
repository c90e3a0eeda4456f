package io.isoloss.analysis.law;

import java.io.Serializable;
import java.util.List;

/**
 * A place amid the data: a form that counts N and D from it has scales of the size of a loss, and shapes that a search
 * can bound.
 *
 * @param logParams natural logarithm of N
 * @param logTokens natural logarithm of D
 */
record Centre(double logParams, double logTokens) implements Serializable {
    /** 1e8 parameters and 1e10 tokens, for want of data. */
    static final Centre USUAL = new Centre(Math.log(1e8), Math.log(1e10));

    /** The geometric mean of points that begin with N and D. */
    static Centre of(List<double[]> x) {
        double params = 0;
        double tokens = 0;
        for (double[] point : x) {
            params += Math.log(point[0]);
            tokens += Math.log(point[1]);
        }
        return new Centre(params / x.size(), tokens / x.size());
    }
}
