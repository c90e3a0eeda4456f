package io.isoloss.analysis.fit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.ScalingLaw;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which of several laws to fit. Either by how each, fitted to the smaller runs, foretells the largest, the way it will be used
 * (Alabdulmohsin et al. 2022, arXiv:2209.06640, argue for it), and of laws that do about equally well the one with the fewest
 * parameters; or by Akaike's information criterion over all runs, which serves where the largest runs are too few to judge by.
 *
 * @param criterion how they were compared
 * @param fitted runs that the laws were fitted to before they foretold the others
 * @param heldOut runs held out, the largest
 * @param from least size of those: compute, or the one variable of the laws
 */
public record LawSelection(
        String criterion,
        int fitted,
        int heldOut,
        double from,
        List<Contender> contenders,
        @JsonIgnore List<LawForm> forms,
        @JsonIgnore LawForm chosen) {
    /** Share of the runs that are held out. */
    private static final double HELD_OUT = 0.2;
    /** Errors within this factor of the least count as equal: the error of a handful of runs is no better known. */
    private static final double EQUAL = 1.1;
    /** Errors below this, in ln of the response, are rounding. */
    private static final double ROUNDING = 1e-9;

    /** How laws are compared. */
    public enum Criterion {
        /** Error on the largest runs. */
        HELD_OUT,
        /** n ln(mean square of log residuals) + 2k + 2k(k+1)/(n-k-1), k parameters and a variance (Hurvich and Tsai 1989). */
        AICC;

        /** The name that commands and files use. */
        @Override
        public String toString() {
            return this == AICC ? "aicc" : "held-out";
        }
    }

    /**
     * A law that was tried.
     *
     * @param heldOutError root mean square of ln(prediction / measured) on the held-out runs; null if it could not be fitted
     * @param fittedError the same on all runs, fitted to them
     * @param aicc see {@link Criterion#AICC}
     * @param failure why it could not be fitted; null if it could
     * @param fitted to all runs; null if it could not be
     */
    public record Contender(
            String law,
            int parameters,
            Double heldOutError,
            Double fittedError,
            Double aicc,
            String failure,
            boolean chosen,
            @JsonIgnore ScalingLaw fitted) {
        private Contender chosen(boolean isChosen) {
            return new Contender(law, parameters, heldOutError, fittedError, aicc, failure, isChosen, fitted);
        }
    }

    public LawSelection {
        contenders = List.copyOf(contenders);
        forms = List.copyOf(forms);
    }

    /**
     * Judges {@code forms} on {@code samples}.
     *
     * @param size what makes a sample large: its compute, or the one variable of the laws
     * @throws IsolossException of kind UNSUPPORTED if no law can be fitted
     */
    public static LawSelection of(
            List<LawForm> forms,
            List<Sample> samples,
            ToDoubleFunction<Sample> size,
            Criterion criterion,
            FitOptions options) {
        List<Sample> ordered =
                samples.stream().sorted(Comparator.comparingDouble(size)).toList();
        double from = size.applyAsDouble(
                ordered.get((int) Math.min(ordered.size() - 1, Math.ceil((1 - HELD_OUT) * ordered.size()))));
        List<Sample> smaller =
                ordered.stream().filter(s -> size.applyAsDouble(s) < from).toList();
        List<Sample> larger = ordered.subList(smaller.size(), ordered.size());
        List<Contender> tried = forms.stream()
                .map(form -> contender(form, smaller, larger, ordered, options.withoutIntervals()))
                .toList();
        return chosen(criterion, smaller.size(), larger.size(), from, tried, forms);
    }

    /** The choice among the same contenders by another criterion. */
    public LawSelection by(Criterion other) {
        return chosen(other, fitted, heldOut, from, contenders, forms);
    }

    private static LawSelection chosen(
            Criterion criterion, int fitted, int heldOut, double from, List<Contender> tried, List<LawForm> forms) {
        int best = criterion == Criterion.AICC ? leastAicc(tried) : leastHeldOut(tried);
        if (best < 0) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot choose a law for " + (fitted + heldOut) + " points, " + heldOut + " of them held out: "
                            + tried.stream()
                                    .map(c -> c.law() + ": " + c.failure())
                                    .collect(Collectors.joining(" ")));
        }
        List<Contender> contenders = new ArrayList<>();
        for (int i = 0; i < tried.size(); i++) {
            contenders.add(tried.get(i).chosen(i == best));
        }
        return new LawSelection(criterion.toString(), fitted, heldOut, from, contenders, forms, forms.get(best));
    }

    private static int leastAicc(List<Contender> tried) {
        return IntStream.range(0, tried.size())
                .filter(i -> tried.get(i).aicc() != null)
                .boxed()
                .min(Comparator.comparingDouble(i -> tried.get(i).aicc()))
                .orElse(-1);
    }

    /** Of the laws within {@link #EQUAL} of the least error, the one with the fewest parameters. */
    private static int leastHeldOut(List<Contender> tried) {
        double least = tried.stream()
                .filter(c -> c.heldOutError() != null)
                .mapToDouble(Contender::heldOutError)
                .min()
                .orElse(Double.NaN);
        double bar = Math.max(ROUNDING, EQUAL * least);
        return IntStream.range(0, tried.size())
                .filter(i -> tried.get(i).heldOutError() != null && tried.get(i).heldOutError() <= bar)
                .boxed()
                .min(Comparator.<Integer>comparingInt(i -> tried.get(i).parameters())
                        .thenComparingDouble(i -> tried.get(i).heldOutError()))
                .orElse(-1);
    }

    private static Contender contender(
            LawForm form, List<Sample> smaller, List<Sample> larger, List<Sample> all, FitOptions options) {
        try {
            double heldOut = error(LawFit.fitSamples(form, smaller, options).atOptimum(), larger);
            ScalingLaw fitted = LawFit.fitSamples(form, all, options).atOptimum();
            double error = error(fitted, all);
            return new Contender(
                    form.name(), form.size(), heldOut, error, aicc(form, error, all.size()), null, false, fitted);
        } catch (IsolossException e) {
            return new Contender(form.name(), form.size(), null, null, null, e.getMessage(), false, null);
        }
    }

    /** Null where the points are too few for its correction. */
    private static Double aicc(LawForm form, double error, int points) {
        double k = form.size() + 1;
        return points - k - 1 <= 0
                ? null
                : (Double) (points * 2 * Math.log(error) + 2 * k + 2 * k * (k + 1) / (points - k - 1));
    }

    /** Root mean square of ln(prediction / measured). */
    public static double error(ScalingLaw law, List<Sample> samples) {
        double sum = 0;
        for (Sample sample : samples) {
            sum += Math.pow(Math.log(law.predict(sample.x()) / sample.y()), 2);
        }
        return Math.sqrt(sum / samples.size());
    }
}
