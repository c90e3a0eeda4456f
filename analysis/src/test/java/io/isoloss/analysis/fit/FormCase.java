package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.DataConstrained;
import io.isoloss.analysis.law.ExponentialError;
import io.isoloss.analysis.law.Kaplan;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.PowerLaw;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.analysis.law.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One form of each kind that a surface treats apart, with points a few per cent about a law of it. */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the arrays
enum FormCase {
    /** One scale, one shape; log-linear, no floor. */
    POWER_LAW(PowerLaw.form(Variable.PARAMS), new double[] {30}, new double[] {0.2}),
    /** With a floor. */
    CHINCHILLA(Chinchilla.FORM, new double[] {1.8, 480, 2100}, new double[] {0.35, 0.37}),
    /** Not log-linear. */
    KAPLAN(Kaplan.FORM, new double[] {3}, new double[] {0.2, 0.3, 0.4}),
    /** Not log-linear, with a floor. */
    M4(io.isoloss.analysis.law.M4.form(Variable.PARAMS), new double[] {1.5, 4}, new double[] {0.7, 18, 0.4}),
    /** A term taken away; the response is an error. */
    EXPONENTIAL_ERROR(ExponentialError.FORM, new double[] {0.8, 3}, new double[] {0.9}),
    /** No scale. */
    DATA_CONSTRAINED(
            DataConstrained.form(new Chinchilla(1.69, 406.4, 410.7, 0.34, 0.28)), new double[0], new double[] {15, 6});

    private final LawForm form;
    private final double[] scales;
    private final double[] theta;
    private final List<Sample> samples = new ArrayList<>();

    FormCase(LawForm form, double[] scales, double[] theta) {
        this.form = form;
        this.scales = scales;
        this.theta = theta;
        ScalingLaw law = form.law(scales, theta);
        Random random = new Random(11);
        for (int i = 0; i < 12; i++) {
            double[] x = form.variables().stream()
                    .mapToDouble(variable -> value(variable, random))
                    .toArray();
            double y = law.predict(x) * Math.exp(0.05 * random.nextGaussian());
            samples.add(new Sample("p" + i, x, y, null, null, null));
        }
    }

    private static double value(Variable variable, Random random) {
        return switch (variable) {
            case PARAMS -> 1e7 * Math.exp(5 * random.nextDouble());
            case TOKENS -> 1e9 * Math.exp(5 * random.nextDouble());
            case UNIQUE_TOKENS -> 1e9;
            case LOSS -> 1.5 + 2 * random.nextDouble();
            default -> throw new IllegalArgumentException(variable.name());
        };
    }

    LawForm form() {
        return form;
    }

    double[] scales() {
        return scales;
    }

    double[] theta() {
        return theta;
    }

    List<Sample> samples() {
        return samples;
    }

    /** Uneven, and one of them 0. */
    double[] weights() {
        double[] weights = new double[samples.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i == 4 ? 0 : 0.5 + i % 3;
        }
        return weights;
    }

    ObjectiveSurface surface(Rho rho, Residuals residuals) {
        return new ObjectiveSurface(
                form, Points.of(samples, new FitOptions(1e-3, 0, 0).with(rho, residuals)), rho, residuals);
    }

    double[] at(ObjectiveSurface surface) {
        return surface.coordinates(scales, theta);
    }
}
