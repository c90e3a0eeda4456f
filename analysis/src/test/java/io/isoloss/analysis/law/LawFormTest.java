package io.isoloss.analysis.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every form owes a fitting engine, at random points, shapes and scales. */
class LawFormTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DRAWS = 200;

    static Stream<LawForm> forms() {
        return LawForms.names().stream().flatMap(LawFormTest::madeFrom);
    }

    private static Stream<LawForm> madeFrom(String name) {
        LawForm form = LawForms.named(name, Variable.FLOPS, new Chinchilla(1.69, 406.4, 410.7, 0.34, 0.28));
        return Stream.of(form, form.over(points(form, new Random(7), 30)));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void termsAddUpToThePredictionOfTheLaw(LawForm form) {
        Random random = new Random(1);
        double[] logTerms = new double[form.terms()];
        double[][] slopes = new double[form.terms()][form.shapes().size()];
        for (int draw = 0; draw < DRAWS; draw++) {
            double[] x = point(form, random);
            double[] theta = theta(form, random, false);
            form.evaluate(theta, x, logTerms, slopes);
            double[] scales = new double[form.scales().size()];
            for (int k = 0; k < scales.length; k++) {
                double size = logTerms[k] <= Smooth.LOG_NOTHING ? 1 : Math.exp(-logTerms[k]);
                scales[k] = size * (0.5 + random.nextDouble());
            }
            double sum = 0;
            double size = 0;
            for (int k = 0; k < logTerms.length; k++) {
                double term = Math.exp(logTerms[k]) * (k < scales.length ? scales[k] : 1);
                sum += form.sign(k) * term;
                size += term;
            }
            // logarithms of hundreds lose three of sixteen digits, and powers of them a few more
            assertThat(form.law(scales, theta).predict(x)).isCloseTo(sum, within(1e-9 * size));
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void slopesAreTheDerivativesOfTheLogarithmsOfTheTerms(LawForm form) {
        Random random = new Random(2);
        int terms = form.terms();
        int shapes = form.shapes().size();
        double[] logTerms = new double[terms];
        double[][] slopes = new double[terms][shapes];
        double[] above = new double[terms];
        double[] below = new double[terms];
        double[][] unused = new double[terms][shapes];
        for (int draw = 0; draw < DRAWS; draw++) {
            double[] x = point(form, random);
            double[] theta = theta(form, random, false);
            for (double[] row : slopes) {
                Arrays.fill(row, Double.NaN); // evaluate fills every place
            }
            form.evaluate(theta, x, logTerms, slopes);
            for (int j = 0; j < shapes; j++) {
                double middle = theta[j];
                double step = 1e-5 * Math.max(0.1, Math.abs(middle));
                theta[j] = middle + step;
                form.evaluate(theta, x, above, unused);
                theta[j] = middle - step;
                form.evaluate(theta, x, below, unused);
                theta[j] = middle;
                for (int k = 0; k < terms; k++) {
                    double slope = (above[k] - below[k]) / (2 * step);
                    // the difference has an error of step^2 by its cubic term, and of rounding over step
                    double rounding = 1e-14 * Math.max(1, Math.abs(logTerms[k])) / step;
                    assertThat(slopes[k][j])
                            .as(
                                    "%s term %d, %s at %s",
                                    form.name(), k, form.shapes().get(j).letter(), middle)
                            .isCloseTo(slope, within(1e-4 * Math.abs(slope) + 10 * rounding + 1e-7));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void staysFiniteAtTheBoundsOfItsShapes(LawForm form) {
        Random random = new Random(3);
        double[] logTerms = new double[form.terms()];
        double[][] slopes = new double[form.terms()][form.shapes().size()];
        for (int draw = 0; draw < DRAWS; draw++) {
            double[] theta = theta(form, random, true);
            form.evaluate(theta, point(form, random), logTerms, slopes);
            assertThat(logTerms).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
            for (double[] row : slopes) {
                assertThat(row).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
            }
            double[] scales = new double[form.scales().size()];
            Arrays.fill(scales, 2);
            assertThat(form.law(scales, theta).parameters().values()).allMatch(Double::isFinite);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void boxesLieWithinTheirBounds(LawForm form) {
        assertThat(form.shapes()).allSatisfy(shape -> {
            assertThat(shape.least()).isLessThanOrEqualTo(shape.low());
            assertThat(shape.low()).isLessThan(shape.high());
            assertThat(shape.high()).isLessThanOrEqualTo(shape.most());
        });
        assertThat(form.floor()).isBetween(-1, form.scales().size() - 1);
        assertThat(form.terms()).isGreaterThanOrEqualTo(form.scales().size());
    }

    @ParameterizedTest
    @MethodSource("forms")
    void logLinearFormsHaveSlopesThatDependOnThePointAlone(LawForm form) {
        Random random = new Random(4);
        double[] x = point(form, random);
        double[] logTerms = new double[form.terms()];
        double[][] first = new double[form.terms()][form.shapes().size()];
        double[][] second = new double[form.terms()][form.shapes().size()];
        form.evaluate(theta(form, random, false), x, logTerms, first);
        form.evaluate(theta(form, random, false), x, logTerms, second);
        assertThat(Arrays.deepEquals(first, second)).isEqualTo(form.logLinear());
    }

    @ParameterizedTest
    @MethodSource("forms")
    void lawsSurviveAFile(LawForm form) throws Exception {
        double[] scales = new double[form.scales().size()];
        Arrays.fill(scales, 1.5);
        ScalingLaw law = form.law(scales, theta(form, new Random(5), false));
        String json = JSON.writerFor(ScalingLaw.class).writeValueAsString(law);
        assertThat(JSON.readValue(json, ScalingLaw.class)).isEqualTo(law);
        assertThat(form.name()).startsWith(JSON.readTree(json).get("form").asText());
        assertThat(law.name()).isEqualTo(form.name());
        assertThat(law.variables()).isEqualTo(form.variables());
    }

    @ParameterizedTest
    @MethodSource("forms")
    void formsAndLawsTravelAsJavaObjects(LawForm form) throws Exception {
        LawForm arrived = travelled(form);
        Random random = new Random(6);
        double[] x = point(form, random);
        double[] theta = theta(form, random, false);
        double[] scales = new double[form.scales().size()];
        Arrays.fill(scales, 1.5);
        double[] sent = new double[form.terms()];
        double[] received = new double[form.terms()];
        form.evaluate(theta, x, sent, new double[form.terms()][form.shapes().size()]);
        arrived.evaluate(
                theta, x, received, new double[form.terms()][form.shapes().size()]);
        assertThat(received).isEqualTo(sent);
        assertThat(arrived.shapes()).isEqualTo(form.shapes());
        assertThat(travelled(arrived.law(scales, theta))).isEqualTo(form.law(scales, theta));
    }

    @SuppressWarnings("unchecked") // what comes back has the class of what went out
    private static <T> T travelled(T object) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }

    private static List<double[]> points(LawForm form, Random random, int count) {
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            points.add(point(form, random));
        }
        return points;
    }

    private static double[] point(LawForm form, Random random) {
        return form.variables().stream()
                .mapToDouble(variable -> switch (variable) {
                    case PARAMS -> spread(random, 1e6, 1e11);
                    case TOKENS -> spread(random, 1e8, 1e13);
                    case FLOPS -> spread(random, 1e15, 1e24);
                    case UNIQUE_TOKENS -> spread(random, 1e8, 1e12);
                    case SPARSITY -> 0.95 * random.nextDouble();
                    case TRAINING_BITS -> spread(random, 3, 16);
                    case SERVING_BITS -> spread(random, 2, 16);
                    case TEACHER_LOSS, LOSS -> spread(random, 1.8, 4);
                    case ERROR -> random.nextDouble();
                })
                .toArray();
    }

    private static double[] theta(LawForm form, Random random, boolean atBounds) {
        return form.shapes().stream()
                .mapToDouble(shape -> {
                    if (atBounds) {
                        return random.nextBoolean() ? shape.least() : shape.most();
                    }
                    return shape.low() > 0
                            ? spread(random, shape.low(), shape.high())
                            : shape.low() + (shape.high() - shape.low()) * random.nextDouble();
                })
                .toArray();
    }

    private static double spread(Random random, double low, double high) {
        return low * Math.pow(high / low, random.nextDouble());
    }
}
