package io.isoloss.analysis.budget;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.ScalingLaw;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** What a plan must not exceed. */
public sealed interface Limit {
    /** The option of {@code budget} that sets it. */
    String option();

    /** As the option was given. */
    double value();

    /** Largest N that it allows; infinite if any. */
    default double maxParams() {
        return Double.POSITIVE_INFINITY;
    }

    /** Largest D that it allows; infinite if any. */
    default double maxTokens() {
        return Double.POSITIVE_INFINITY;
    }

    /** What the limit makes of a law: the loss, nats a token, of (N, D). */
    default DoubleBinaryOperator loss(ScalingLaw law) {
        return Repeats.fresh(law)::loss;
    }

    /** N at most, as memory or a product asks. */
    record Params(double value) implements Limit {
        public Params {
            check("--max-params", value, "1e9");
        }

        @Override
        public String option() {
            return "--max-params";
        }

        @Override
        public double maxParams() {
            return value;
        }
    }

    /**
     * Milliseconds a token, at most, for one sequence on one device. The bound is the time to read the weights once, at
     * {@link #BYTES_PER_PARAM}, from the device's memory (Pope et al. 2022, arXiv:2211.05102, section 2): a real server is
     * slower.
     *
     * @param value milliseconds
     */
    record Latency(double value, Accelerator device) implements Limit {
        /** bf16 or fp16 weights. */
        public static final double BYTES_PER_PARAM = 2;

        private static final double MILLIS_PER_SECOND = 1000;

        public Latency {
            check("--max-latency-ms", value, "20");
        }

        @Override
        public String option() {
            return "--max-latency-ms";
        }

        @Override
        public double maxParams() {
            return value / MILLIS_PER_SECOND * device.bandwidthBytesPerSecond() / BYTES_PER_PARAM;
        }
    }

    /**
     * Distinct tokens that there are. A law of N and D alone knows no repeats, so that D ends there.
     *
     * @param value tokens U
     */
    record UniqueTokens(double value) implements Limit {
        public UniqueTokens {
            check("--unique-tokens", value, "1e11");
        }

        @Override
        public String option() {
            return "--unique-tokens";
        }

        @Override
        public double maxTokens() {
            return value;
        }
    }

    /**
     * Distinct tokens that may be repeated, at the worth that the law knows, or else at the published one
     * ({@link RepeatedData}).
     *
     * @param value tokens U
     */
    record RepeatedTokens(double value) implements Limit {
        public RepeatedTokens {
            check("--unique-tokens", value, "1e11");
        }

        @Override
        public String option() {
            return "--unique-tokens";
        }

        @Override
        public DoubleBinaryOperator loss(ScalingLaw law) {
            return Repeats.loss(law, value);
        }
    }

    /** What the limits together make of a law. */
    static DoubleBinaryOperator loss(ScalingLaw law, List<Limit> limits) {
        return limits.stream()
                .filter(RepeatedTokens.class::isInstance)
                .findFirst()
                .map(limit -> limit.loss(law))
                .orElse(Repeats.fresh(law)::loss);
    }

    private static void check(String option, double value, String example) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot plan with " + option + " " + value + "; want a finite number above 0, such as " + example
                            + ".");
        }
    }
}
