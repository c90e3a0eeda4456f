package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.ObjectiveSurface.Expansion;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.LawForms;
import io.isoloss.analysis.law.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The objective over many points and at the ends of doubles. */
class ObjectiveColumnsTest {
    private static final Chinchilla TRUTH = new Chinchilla(1.82, 480, 2100, 0.35, 0.37);

    private static List<Sample> samples(LawForm form, int count) {
        SplittableRandom random = new SplittableRandom(count);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double params = Math.pow(10, 6 + 4 * random.nextDouble());
            double tokens = Math.pow(10, 8 + 4 * random.nextDouble());
            double loss = TRUTH.loss(params, tokens) * Math.exp(1e-2 * random.nextGaussian());
            double[] x = form.variables().size() == 1 ? new double[] {tokens} : new double[] {params, tokens};
            samples.add(new Sample("p" + i, x, loss, null, null, null));
        }
        return samples;
    }

    private static ObjectiveSurface surface(LawForm form, Residuals residuals, int count) {
        // smooth, so that differences meet no kink
        FitOptions options = new FitOptions(1e-3, 0, 0).with(Rho.squares(), residuals);
        Points points = Points.of(samples(form, count), options);
        LawForm aimed = form.over(Arrays.asList(points.x()));
        return new ObjectiveSurface(aimed, points, options.rho(), residuals);
    }

    private static LawForm form(String name) {
        return name.equals("chinchilla") ? Chinchilla.FORM : LawForms.named(name, Variable.TOKENS, null);
    }

    private static double[] place(ObjectiveSurface surface) {
        double[] at = new double[surface.size];
        for (int j = 0; j < at.length; j++) {
            at[j] = j < surface.scales
                    ? -0.3 * j
                    : 0.4 * surface.form.shapes().get(j - surface.scales).low()
                            + 0.6
                                    * surface.form
                                            .shapes()
                                            .get(j - surface.scales)
                                            .high();
        }
        return at;
    }

    @ParameterizedTest
    @CsvSource({
        "chinchilla,LOG",
        "chinchilla,PLAIN",
        "kaplan,LOG",
        "broken-power-law-1,LOG",
        "broken-power-law-1,PLAIN",
        "m4,LOG"
    })
    void derivativesAreThoseOfTheValue(String name, Residuals residuals) {
        ObjectiveSurface surface = surface(form(name), residuals, 300);
        double[] weights = surface.points.weights();
        double[] at = place(surface);
        Expansion here = surface.expand(at, weights);
        double[] gradient = new double[surface.size];
        // sums of the same terms in another order
        assertThat(surface.gradient(at, weights, gradient)).isCloseTo(here.value, within(1e-12 * here.value));
        assertThat(surface.value(at, weights)).isCloseTo(here.value, within(1e-12 * here.value));
        double step = 1e-5;
        for (int j = 0; j < surface.size; j++) {
            double[] above = at.clone();
            double[] below = at.clone();
            above[j] += step;
            below[j] -= step;
            double slope = (surface.value(above, weights) - surface.value(below, weights)) / (2 * step);
            // step^2 of truncation and 1e-16 / step of rounding, over terms of the objective's size
            double room = 1e-7 * (here.terms[j] + here.value);
            assertThat(gradient[j]).isCloseTo(here.gradient[j], within(1e-10 * here.terms[j] + 1e-300));
            assertThat(slope).isCloseTo(here.gradient[j], within(room));
            double[] up = surface.expand(above, weights).gradient;
            double[] down = surface.expand(below, weights).gradient;
            for (int k = 0; k < surface.size; k++) {
                // the curvature of terms is itself a difference with a step of 1e-5
                assertThat((up[k] - down[k]) / (2 * step))
                        .isCloseTo(here.hessian[j][k], within(1e-5 * (here.terms[j] + here.terms[k] + here.value)));
            }
        }
    }

    @Test
    void staysFiniteWhereTermsLeaveTheRangeOfDoubles() {
        ObjectiveSurface surface = surface(Chinchilla.FORM, Residuals.LOG, 300);
        double[] weights = surface.points.weights();
        for (double log : new double[] {-900, 900}) {
            double[] at = {log, log - 1, log - 2, 0.3, 0.3};
            double expected = 0;
            for (double residual : surface.residuals(at)) {
                // ln of the prediction is near log; the slopes of +-5 add at most 3
                assertThat(residual).isBetween(log - 5, log + 5);
                expected += residual * residual / 2;
            }
            // sums of the same terms in another order
            assertThat(surface.value(at, weights)).isCloseTo(expected, within(1e-12 * expected));
        }
    }

    @Test
    void someOfThePointsCountAsIfTheOthersWeighedNothing() {
        ObjectiveSurface surface = surface(Chinchilla.FORM, Residuals.LOG, 300);
        double[] at = place(surface);
        int[] places = {3, 4, 50, 299};
        double[] residuals = surface.residuals(at);
        double[] theirs = surface.at(places).residuals(at);
        for (int i = 0; i < places.length; i++) {
            assertThat(theirs[i]).isEqualTo(residuals[places[i]]);
        }
    }

    /** Three chunks, the last of them short. */
    @Test
    void sumsDoNotDependOnTheNumberOfThreads() throws Exception {
        ObjectiveSurface surface = surface(Chinchilla.FORM, Residuals.LOG, 20_001);
        double[] at = place(surface);
        double[] weights = surface.points.weights();
        ForkJoinPool one = new ForkJoinPool(1);
        ForkJoinPool three = new ForkJoinPool(3);
        try {
            Expansion alone = one.submit(() -> surface.expand(at, weights)).get();
            Expansion together = three.submit(() -> surface.expand(at, weights)).get();
            assertThat(together.value).isEqualTo(alone.value);
            assertThat(together.gradient).isEqualTo(alone.gradient);
            assertThat(together.hessian).isEqualTo(alone.hessian);
            double[] squares =
                    Arrays.stream(surface.residuals(at)).map(r -> r * r / 2).toArray();
            // sums of the same terms in another order
            assertThat(alone.value).isCloseTo(Arrays.stream(squares).sum(), within(1e-11 * alone.value));
        } finally {
            one.shutdown();
            three.shutdown();
        }
    }

    @Test
    void fitsMorePointsThanTheGridLooksAt() {
        FitOptions options = new FitOptions(1e-3, 0, 0);
        FitResult fit = LawFit.fitSamples(Chinchilla.FORM, samples(Chinchilla.FORM, 20_001), options);
        assertThat(fit.certificate().agreeing()).isEqualTo(fit.certificate().starts());
        Estimate alpha = fit.parameters().get("alpha");
        // half the 95 % interval is about 7e-4 at this noise; three of them
        assertThat(alpha.value()).isCloseTo(TRUTH.alpha(), within(2e-3));
        assertThat(alpha.high() - alpha.low()).isBetween(5e-4, 3e-3);
    }

    @Test
    void leavesIntervalsOut() {
        List<Sample> samples = samples(Chinchilla.FORM, 100);
        FitResult with = LawFit.fitSamples(Chinchilla.FORM, samples, new FitOptions(1e-3, 0, 0));
        FitResult without = LawFit.fitSamples(Chinchilla.FORM, samples, new FitOptions(1e-3, 20, 0).withoutIntervals());
        assertThat(without.intervals()).isEqualTo(FitResult.NONE);
        assertThat(without.atOptimum()).isEqualTo(with.atOptimum());
        assertThat(without.certificate()).isEqualTo(with.certificate());
        assertThat(without.bootstrap()).isNull();
        without.parameters().forEach((letter, estimate) -> {
            assertThat(estimate.value()).isEqualTo(with.parameters().get(letter).value());
            assertThat(estimate.low()).isNull();
            assertThat(estimate.high()).isNull();
        });
    }
}
