package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.PowerLaw;
import io.isoloss.analysis.law.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LackOfFitTest {
    /** Sets of a simulation. */
    private static final int SETS = Integer.getInteger("isoloss.simulations", 100);

    private static final LawForm LINE = PowerLaw.form(Variable.PARAMS);

    /** ln x = 0, 0, 1, 1, 2, 2 and so on, ln y as given: with squares a power law is a straight line through them. */
    private static List<Sample> line(double... logs) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < logs.length; i++) {
            samples.add(sample(i, Math.floor(i / 2.0), logs[i], null, null));
        }
        return samples;
    }

    private static Sample sample(int i, double logX, double logY, Double error, String family) {
        return new Sample("p" + i, new double[] {Math.exp(logX)}, Math.exp(logY), error, family, null);
    }

    private static LackOfFit test(LawForm form, List<Sample> samples, Rho rho, Residuals residuals) {
        return misses(form, samples, rho, residuals).test();
    }

    private static Misses misses(LawForm form, List<Sample> samples, Rho rho, Residuals residuals) {
        FitOptions options = new FitOptions(1e-3, 0, 0).with(rho, residuals);
        Points points = Points.of(samples, options);
        Search search = new Search(new ObjectiveSurface(form, points, rho, residuals), options.method());
        return new Misses(
                samples,
                search.surface(),
                search.minima(points.weights()).best().at());
    }

    /** Five cells of two, with half-scatters of .1: noise 10 * .01 on 5 degrees. */
    @Test
    void repeatedCellsGiveFisherF() {
        LackOfFit fit = test(LINE, line(3.1, 2.9, 2.1, 1.9, 1.5, 1.3, 1.2, 1, 1.1, 0.9), Rho.squares(), Residuals.LOG);
        // means 3, 2, 1.4, 1.1, 1 on x = -2..2: slope -.49, mean 1.7; misses .32, -.19, -.3, -.11, .28
        double misses = 2 * (0.32 * 0.32 + 0.19 * 0.19 + 0.3 * 0.3 + 0.11 * 0.11 + 0.28 * 0.28);
        assertThat(fit.test()).isEqualTo("pure-error");
        assertThat(fit.freedom()).isEqualTo(3);
        assertThat(fit.noiseFreedom()).isEqualTo(5);
        assertThat(fit.statistic()).isCloseTo(misses / 3 / (0.1 / 5), within(1e-6)); // derivatives by differences
        assertThat(fit.pValue()).isCloseTo(upperTail(3, 5, fit.statistic()), within(1e-9)); // of the quadrature
        assertThat(fit.warning()).isNull();
    }

    /** By the definition of the density, with Simpson's rule: another way than the one tested. */
    private static double upperTail(int d1, int d2, double f) {
        double z = d2 / (d2 + d1 * f);
        int steps = 20000;
        double part = 0;
        double whole = 0;
        for (int i = 0; i <= steps; i++) {
            double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
            // u = t^2 takes the root at 0 out, and 1 - u that at 1
            part += weight * z * density(d1, d2, Math.asin(Math.sqrt(z)) * i / steps) * Math.asin(Math.sqrt(z)) / z;
            whole += weight * density(d1, d2, Math.PI / 2 * i / steps) * Math.PI / 2;
        }
        return part / whole;
    }

    /** Of the beta distribution of (d2/2, d1/2) at sin^2 of the angle. */
    private static double density(int d1, int d2, double angle) {
        return Math.pow(Math.sin(angle), d2 - 1) * Math.pow(Math.cos(angle), d1 - 1);
    }

    @Test
    void standardErrorsGiveChiSquare() {
        double[] logs = {3.1, 2.4, 2, 1.4, 1.1, 1};
        List<Sample> samples = IntStream.range(0, 6)
                .mapToObj(i -> sample(i, i, logs[i], 0.1 * Math.exp(logs[i]), null))
                .toList();
        LackOfFit fit = test(LINE, samples, Rho.squares(), Residuals.LOG);
        // x = -2.5..2.5: slope -(2.5*2.1 + 1.5*1.3 + .5*.6) / 17.5 = -.428571, mean 1.833333
        double squares = 0;
        for (int i = 0; i < 6; i++) {
            squares += Math.pow(logs[i] - 11 / 6.0 + 7.5 / 17.5 * (i - 2.5), 2);
        }
        assertThat(fit.test()).isEqualTo("standard-errors");
        assertThat(fit.freedom()).isEqualTo(4);
        assertThat(fit.noiseFreedom()).isNull();
        assertThat(fit.statistic()).isCloseTo(squares / 0.01, within(1e-6)); // derivatives by differences
        double half = fit.statistic() / 2;
        assertThat(fit.pValue()).isCloseTo(Math.exp(-half) * (1 + half), within(1e-9)); // four degrees: closed form
        LackOfFit tighter = test(
                LINE,
                samples.stream()
                        .map(s -> new Sample(s.name(), s.x(), s.y(), s.standardError() / 10, null, null))
                        .toList(),
                Rho.squares(),
                Residuals.LOG);
        double times = Math.sqrt(squares / 4) / 0.01;
        assertThat(tighter.warning())
                .startsWith("The law misses the runs by 16 % (root mean square), "
                        + String.format(java.util.Locale.ROOT, "%.1f times", times))
                .contains("Where it disagrees with the IsoFLOP minima, trust those");
    }

    /** A line through a parabola: what is left lies along the square alone, so the cube takes one degree and nothing else. */
    @Test
    void curvatureIsFoundByTheSquareOfOneVariable() {
        double[] scatter = {.01, -.01, .01, -.01, -.01, .01, -.01, .01, 0};
        List<Sample> samples = IntStream.range(0, 9)
                .mapToObj(i -> sample(i, i, 5 - 0.5 * i + 0.05 * (i - 4) * (i - 4) + scatter[i], null, null))
                .toList();
        LackOfFit fit = test(LINE, samples, Rho.squares(), Residuals.LOG);
        assertThat(fit.test()).isEqualTo("curvature");
        assertThat(fit.freedom()).isEqualTo(2);
        assertThat(fit.noiseFreedom()).isEqualTo(5);
        double[] cubic = IntStream.range(0, 9)
                .mapToDouble(i -> Math.log(samples.get(i).y()))
                .toArray();
        double line = left(cubic, 1);
        double curve = left(cubic, 3);
        assertThat(fit.statistic()).isCloseTo((line - curve) / 2 / (curve / 5), within(1e-4)); // of 1e3
        assertThat(fit.pValue()).isLessThan(1e-4);
        assertThat(fit.warning())
                .startsWith("The law misses the runs in a pattern that noise does not make (curvature test, p = ")
                .contains("loss below the law at middling N (mean ");
    }

    /** Sum of squares that a polynomial of that degree leaves of nine values at 0..8. */
    private static double left(double[] y, int degree) {
        Span span = new Span();
        for (int power = 0; power <= degree; power++) {
            double exponent = power;
            span.add(IntStream.range(0, 9)
                    .mapToDouble(i -> Math.pow(i - 4, exponent))
                    .toArray());
        }
        return Span.squares(span.without(y));
    }

    /** Bends that peak on one side of one direction: the third that stands out most says so. */
    @ParameterizedTest
    @CsvSource({"1,1,C,2.2", "-1,1,D/N,2.6", "1,-1,D/N,0.71"})
    void namesWhereTheLossLiesOffTheLaw(int params, int tokens, String axis, String percent) {
        List<Sample> samples = new ArrayList<>();
        for (Observation o : Surfaces.isoFlops(Surfaces.CHINCHILLA, 1e-4, 3)) {
            double along = params * Math.log(o.params() / 1.5e9) + tokens * Math.log(o.tokens() / 1.1e10);
            double lift = Math.exp(0.002 * along * along * Math.exp(along / 4));
            samples.addAll(
                    Sample.of(Chinchilla.FORM, List.of(Observation.of("p", o.params(), o.tokens(), o.loss() * lift))));
        }
        LackOfFit fit = test(Chinchilla.FORM, samples, Rho.squares(), Residuals.LOG);
        // a bend that only rises leaves the middle below the fitted law
        assertThat(fit.warning()).endsWith("): loss below the law at middling " + axis + " (mean " + percent + " %).");
    }

    @Test
    void aHandfulOfRepeatsOrCopiesAreNoNoise() {
        List<Sample> two = new ArrayList<>(line(3.1, 2.9, 2.1, 1.9));
        for (int i = 0; i < 6; i++) {
            two.add(sample(9, 4 + i, 1 - 0.1 * i + 0.01 * (i % 2), null, null));
        }
        assertThat(test(LINE, two, Rho.squares(), Residuals.LOG).test()).isEqualTo("curvature");
        List<Sample> copies = line(3, 3, 2.2, 2.2, 1.4, 1.4, 1.1, 1.1, 1, 1);
        assertThat(test(LINE, copies, Rho.squares(), Residuals.LOG).test()).isEqualTo("curvature");
    }

    @Test
    void thereIsNoTestOfExactDataNorOfRowsOfOneRunNorWithoutFreedom() {
        assertThat(test(LINE, line(3, 3, 2, 2, 1, 1), Rho.squares(), Residuals.LOG))
                .isNull();
        List<Sample> rows = IntStream.range(0, 9)
                .mapToObj(i -> sample(i, i, 3 - 0.1 * i + 0.01 * (i % 3), null, "run" + i / 3))
                .toList();
        assertThat(test(LINE, rows, Rho.squares(), Residuals.LOG)).isNull();
        List<Sample> four = IntStream.range(0, 4)
                .mapToObj(i -> sample(i, i, 3 - 0.1 * i + 0.01 * (i % 3), null, null))
                .toList();
        assertThat(test(LINE, four, Rho.squares(), Residuals.LOG)).isNull();
    }

    @Test
    void seedsOfOneCellAreAFamilyOfTheirOwnNoise() {
        List<Sample> samples = line(3.1, 2.9, 2.1, 1.9, 1.5, 1.3, 1.2, 1, 1.1, 0.9).stream()
                .map(s -> new Sample(s.name(), s.x(), s.y(), null, "cell" + s.x()[0], null))
                .toList();
        assertThat(test(LINE, samples, Rho.squares(), Residuals.LOG).test()).isEqualTo("pure-error");
    }

    /** Of a straight line: residual sum of squares over its degrees of freedom. */
    @Test
    void noiseIsCorrectedForTheFittedParameters() {
        double[] logs = {3.1, 2.4, 2, 1.4, 1.1, 1};
        List<Sample> samples = IntStream.range(0, 6)
                .mapToObj(i -> sample(i, i, logs[i], null, null))
                .toList();
        double squares = 0;
        for (int i = 0; i < 6; i++) {
            squares += Math.pow(logs[i] - 11 / 6.0 + 7.5 / 17.5 * (i - 2.5), 2);
        }
        assertThat(misses(LINE, samples, Rho.squares(), Residuals.LOG).logNoise())
                .isCloseTo(Math.sqrt(squares / 4), within(1e-9)); // derivatives by differences
        // the same points and law in plain units, one step on: the noise is of logs all the same
        assertThat(misses(LINE, samples, Rho.squares(), Residuals.PLAIN).logNoise())
                .isCloseTo(Math.sqrt(squares / 4), within(0.02)); // the plain fit is another line
        assertThat(misses(LINE, samples.subList(0, 2), Rho.squares(), Residuals.LOG)
                        .logNoise())
                .isNull();
    }

    /** Within four binomial standard errors of the level. */
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "curvature,5e-4,1e-3",
        "curvature,5e-4,0",
        "curvature,2e-3,1e-3",
        "curvature,2e-3,0",
        "curvature,1e-2,1e-3",
        "curvature,1e-2,0",
        "pure-error,1e-2,1e-3",
        "standard-errors,2e-3,1e-3"
    })
    void alarmsFalselyAsOftenAsItSays(String kind, double noise, double delta) {
        double[] pValues = IntStream.range(0, SETS)
                .parallel()
                .mapToDouble(set -> simulated(kind, noise, delta, set, 0).pValue())
                .toArray();
        for (double level : new double[] {0.01, 0.05}) {
            long alarms =
                    IntStream.range(0, SETS).filter(i -> pValues[i] < level).count();
            assertThat((double) alarms / SETS).isCloseTo(level, within(4 * Math.sqrt(level * (1 - level) / SETS)));
        }
    }

    /** A loss that falls more slowly past 1e20, by .006 for each factor of e in C; at .002 the test sees two of five. */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-3})
    void findsASurfaceThatBends(double delta) {
        long alarms = IntStream.range(0, SETS)
                .parallel()
                .filter(set -> simulated("curvature", 2e-3, delta, set, 0.006).pValue() < 0.01)
                .count();
        assertThat((double) alarms / SETS).isGreaterThan(0.9);
    }

    /** IsoFLOP designs of 5 budgets and 7 sizes about a law whose loss is bent upward by {@code bend} of ln C past 1e20. */
    private static LackOfFit simulated(String kind, double noise, double delta, int set, double bend) {
        List<Sample> samples = new ArrayList<>();
        for (int seed = 0; seed < (kind.equals("pure-error") ? 2 : 1); seed++) {
            Random random = new Random(1_000_003L * set + 7919L * seed + Math.round(noise * 1e7) + kind.hashCode());
            for (Sample s : Sample.of(Chinchilla.FORM, Surfaces.isoFlops(Surfaces.CHINCHILLA, 0, 0))) {
                double past = Math.max(0, Math.log(s.flops() / 1e20));
                double y = s.y() * Math.exp(bend * past + noise * random.nextGaussian());
                Double error = kind.equals("standard-errors") ? (Double) (noise * y) : null;
                samples.add(new Sample(s.name(), s.x(), y, error, null, s.flops()));
            }
        }
        Rho rho = delta > 0 ? Rho.huber(delta) : Rho.squares();
        LackOfFit fit = test(Chinchilla.FORM, samples, rho, Residuals.LOG);
        assertThat(fit.test()).isEqualTo(kind);
        return fit;
    }

    @Tag("slow")
    @Test
    void thePublishedChinchillaPointsBendBeyondTheirNoise() {
        List<Observation> points = PublishedRuns.read("epoch-analyzing-chinchilla/epoch240.csv", Map.of());
        LackOfFit fit =
                LawFit.fit(Chinchilla.FORM, points, new FitOptions(1e-3, 0, 0)).lackOfFit();
        assertThat(fit.test()).isEqualTo("curvature");
        // F is 63 on 3 and 232 degrees; a tenth of it would already be beyond 1e-3
        assertThat(fit.statistic()).isCloseTo(63.16, within(0.1)); // the optimum is known to 1e-5
        assertThat(fit.warning()).contains("p < 1e-9", "loss above the law at middling D (mean 0.18 %)");
    }
}
