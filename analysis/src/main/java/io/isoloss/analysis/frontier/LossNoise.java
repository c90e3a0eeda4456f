package io.isoloss.analysis.frontier;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Observation;
import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;

/** How far the loss of one run would move with another seed: the standard deviation that intervals are made of. */
public sealed interface LossNoise {
    /** Standard deviations of a normal that hold 95 % on both sides. */
    double NORMAL_95 = 1.959964;

    /** Standard deviation of the loss of {@code point}, nats a token. */
    double of(Observation point);

    /** Standard deviations that hold 95 % on both sides; null if the noise is not known at all. */
    Double quantile95();

    /** Where it is from, for people. */
    @JsonProperty
    String source();

    /**
     * As the user knows it, from repeated seeds.
     *
     * @param natsPerToken of every run alike
     */
    record Stated(double natsPerToken) implements LossNoise {
        public Stated {
            if (!(natsPerToken > 0 && Double.isFinite(natsPerToken))) {
                throw new IllegalArgumentException("Invalid noise (want finite and positive): " + natsPerToken);
            }
        }

        @Override
        public double of(Observation point) {
            return natsPerToken;
        }

        @Override
        public Double quantile95() {
            return NORMAL_95;
        }

        @Override
        public String source() {
            return "stated";
        }
    }

    /**
     * The standard error of each loss over the validation batches. It knows nothing of the seed of the training, and so
     * is the least that the noise can be.
     */
    record StandardErrors() implements LossNoise {
        /** @throws IsolossException of kind UNSUPPORTED if the loss has no standard error above 0 */
        @Override
        public double of(Observation point) {
            if (point.lossStandardError() == null || !(point.lossStandardError() > 0)) {
                throw new IsolossException(
                        Kind.UNSUPPORTED,
                        "Cannot take the noise from the standard errors of the losses: run '" + point.name()
                                + "' has none; state the noise in nats a token instead.");
            }
            return point.lossStandardError();
        }

        @Override
        public Double quantile95() {
            return NORMAL_95;
        }

        @Override
        public String source() {
            return "standard errors of the losses";
        }
    }

    /**
     * From the scatter of all budgets' losses about smooth curves.
     *
     * @param relative standard deviation over the loss
     * @param freedom degrees of freedom that it was estimated with; 0 if there were none, and then it is unknown
     * @param quantile95 of Student's t with so many
     */
    record Pooled(double relative, int freedom, Double quantile95) implements LossNoise {
        /**
         * Degree of the curves. A profile of the Chinchilla law is no parabola: over sizes a factor of 64 apart its distance
         * from one is several times the noise of seeds, and would pass for noise; from a quartic it is a tenth of that.
         */
        private static final int DEGREE = 4;

        Pooled(double relative, int freedom) {
            this(
                    relative,
                    freedom,
                    freedom == 0
                            ? null
                            : (Double) new TDistribution(null, freedom).inverseCumulativeProbability(0.975));
        }

        /** About a polynomial of ln loss in ln N for each budget, of degree 4 or two below its number of sizes. */
        static Pooled of(List<List<Observation>> budgets) {
            double squares = 0;
            int freedom = 0;
            for (List<Observation> points : budgets) {
                int sizes = (int) points.stream()
                        .mapToDouble(Observation::params)
                        .distinct()
                        .count();
                int degree = Math.min(DEGREE, sizes - 2);
                if (degree < 2) {
                    continue;
                }
                Polynomial polynomial = new Polynomial(
                        points.stream().mapToDouble(p -> Math.log(p.params())).toArray(), degree);
                squares += polynomial.residualSquares(
                        points.stream().mapToDouble(p -> Math.log(p.loss())).toArray());
                freedom += points.size() - degree - 1;
            }
            return new Pooled(freedom == 0 ? 0 : Math.sqrt(squares / freedom), freedom);
        }

        @Override
        public double of(Observation point) {
            return relative * point.loss();
        }

        @Override
        public String source() {
            return "scatter about smooth IsoFLOP curves";
        }
    }
}
