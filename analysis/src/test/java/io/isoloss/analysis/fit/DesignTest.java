package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FitOptions.Method;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.DataConstrained;
import io.isoloss.analysis.law.ExponentialError;
import io.isoloss.analysis.law.PowerLaw;
import io.isoloss.analysis.law.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** What is asked of points and options before a fit. */
class DesignTest {
    private static Sample sample(double... x) {
        return new Sample("p", x, 3, null, null, null);
    }

    /** Sizes a factor of two apart, with D a function of N times noise of some per cent. */
    private static List<Sample> design(DoubleUnaryOperator tokens, double noise) {
        Random random = new Random(1);
        List<Sample> samples = new ArrayList<>();
        for (double params = 1e6; params < 2e9; params *= 2) {
            samples.add(sample(params, tokens.applyAsDouble(params) * Math.exp(noise * random.nextGaussian())));
        }
        return samples;
    }

    @Test
    void tokensMustNotFollowFromParams() {
        refuses(design(n -> 1e18 / n, 0.02), "they lie on one budget C; add a budget.");
        refuses(design(n -> 20 * n, 0.02), "D is a fixed function of N; add other ratios D/N.");
        assertThatCode(() -> Design.check(Chinchilla.FORM, design(n -> 20 * n, 0.3)))
                .doesNotThrowAnyException();
        assertThatCode(() -> Design.check(Chinchilla.FORM, design(n -> 1e18 / n, 0.3)))
                .doesNotThrowAnyException();
    }

    @Test
    void bothMustVary() {
        refuses(design(n -> 1e9, 0), "all have D = 1.0E9; add other token counts.");
        List<Sample> one = new ArrayList<>();
        for (Sample s : design(n -> n, 0)) {
            one.add(sample(1e7, s.x()[0]));
        }
        refuses(one, "all have N = 1.0E7; add other sizes.");
    }

    @Test
    void pointsMustOutnumberParametersAndRepeatsDoNotCount() {
        List<Sample> two = List.of(sample(1e6), sample(2e6), sample(2e6));
        assertThatThrownBy(() -> Design.check(PowerLaw.form(Variable.PARAMS), two))
                .hasMessage("Cannot fit power-law to 3 points: 2 parameters need 3 or more different points, and there"
                        + " are 2; train more runs.");
        List<Sample> three = List.of(sample(1e6), sample(2e6), sample(4e6));
        assertThatCode(() -> Design.check(PowerLaw.form(Variable.PARAMS), three))
                .doesNotThrowAnyException();
        refuses(design(n -> n * n, 0.5).subList(0, 5), "5 parameters need 6 or more different (N, D)");
    }

    private static void refuses(List<Sample> samples, String why) {
        assertThatThrownBy(() -> Design.check(Chinchilla.FORM, samples))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessageStartingWith("Cannot fit chinchilla to " + samples.size() + " points: ")
                .hasMessageContaining(why);
    }

    @Test
    void optionsChangeOneAtATime() {
        FitOptions options = new FitOptions(2e-3, 7, 9);
        assertThat(options)
                .isEqualTo(
                        new FitOptions(Rho.huber(2e-3), Residuals.LOG, Method.VARIABLE_PROJECTION, false, false, 7, 9));
        assertThat(options.with(Method.GRID))
                .isEqualTo(new FitOptions(Rho.huber(2e-3), Residuals.LOG, Method.GRID, false, false, 7, 9));
        assertThat(options.with(Rho.squares(), Residuals.PLAIN))
                .isEqualTo(
                        new FitOptions(Rho.squares(), Residuals.PLAIN, Method.VARIABLE_PROJECTION, false, false, 7, 9));
        assertThat(options.withReplicates(0))
                .isEqualTo(
                        new FitOptions(Rho.huber(2e-3), Residuals.LOG, Method.VARIABLE_PROJECTION, false, false, 0, 9));
        assertThat(Method.GRID.toString()).isEqualTo("grid");
        assertThat(Method.VARIABLE_PROJECTION.toString()).isEqualTo("variable-projection");
        assertThat(Residuals.LOG.toString()).isEqualTo("log");
        assertThat(Residuals.PLAIN.toString()).isEqualTo("plain");
        assertThatThrownBy(() -> options.withReplicates(-1)).hasMessage("Invalid replicates (want 0 or more): -1");
    }

    @Test
    void observationsBecomePointsOfTheFormsVariables() {
        Observation run = new Observation("r", 1e6, 2e8, 1.3e15, null, 3, 0.01);
        Sample surface = Sample.of(Chinchilla.FORM, List.of(run)).get(0);
        assertThat(surface.name()).isEqualTo("r");
        assertThat(surface.x()).containsExactly(1e6, 2e8);
        assertThat(surface.y()).isEqualTo(3);
        assertThat(surface.standardError()).isEqualTo(0.01);
        assertThat(surface.flops()).isEqualTo(1.3e15);
        assertThat(Sample.of(PowerLaw.form(Variable.FLOPS), List.of(run)).get(0).x())
                .containsExactly(1.3e15);
        assertThatThrownBy(() -> Sample.of(ExponentialError.FORM, List.of(run)))
                .hasMessage("Invalid form (want one of the loss): exponential-error");
        assertThatThrownBy(() -> Sample.of(DataConstrained.form(Surfaces.CHINCHILLA), List.of(run)))
                .hasMessage("Invalid variable of an observation: UNIQUE_TOKENS");
        assertThat(Observation.of("o", 1e6, 2e8, 3).flops()).isCloseTo(1.2e15, within(1.0)); // rounding
        assertThatThrownBy(() -> Observation.of("o", 0, 2e8, 3)).hasMessageStartingWith("Invalid params");
        assertThatThrownBy(() -> Observation.of("o", 1, Double.NaN, 3)).hasMessageStartingWith("Invalid tokens");
        assertThatThrownBy(() -> Observation.of("o", 1, 1, Double.POSITIVE_INFINITY))
                .hasMessageStartingWith("Invalid loss");
        assertThatThrownBy(() -> new Observation("o", 1, 1, -1, null, 1, null)).hasMessageStartingWith("Invalid flops");
    }
}
