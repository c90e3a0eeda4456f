package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.Surfaces;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossNoiseTest {
    private static final Observation RUN = new Observation("a", 1e6, 2e7, 1.2e14, null, 3.0, .004);

    @Test
    void statedNoiseIsAlikeForAllRuns() {
        LossNoise noise = new LossNoise.Stated(.002);
        assertThat(noise.of(RUN)).isEqualTo(.002);
        assertThat(noise.quantile95()).isEqualTo(1.959964);
        assertThat(noise.source()).isEqualTo("stated");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesStatedNoiseThatIsNone(double nats) {
        assertThatThrownBy(() -> new LossNoise.Stated(nats))
                .hasMessage("Invalid noise (want finite and positive): " + nats);
    }

    @Test
    void standardErrorsAreEachRunsOwn() {
        LossNoise noise = new LossNoise.StandardErrors();
        assertThat(noise.of(RUN)).isEqualTo(.004);
        assertThat(noise.quantile95()).isEqualTo(1.959964);
        assertThat(noise.source()).isEqualTo("standard errors of the losses");
        for (Double none : new Double[] {null, 0.0, Double.NaN}) {
            Observation bare = new Observation("b", 1e6, 2e7, 1.2e14, null, 3.0, none);
            assertThatThrownBy(() -> noise.of(bare))
                    .isInstanceOfSatisfying(
                            IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                    .hasMessageContaining("run 'b' has none");
        }
    }

    @Test
    void pooledNoiseIsThatOfTheRuns() {
        List<List<Observation>> budgets = IntStream.range(0, 200)
                .mapToObj(seed -> Surfaces.isoFlops(Surfaces.CHINCHILLA, 1e-3, seed, new double[] {1e20}, 0))
                .toList();
        LossNoise.Pooled noise = LossNoise.Pooled.of(budgets);
        assertThat(noise.freedom()).isEqualTo(400);
        // a standard deviation from 400 degrees of freedom is sure to 1/sqrt(800) = 3.5 %; three of them
        assertThat(noise.relative()).isCloseTo(1e-3, within(1.1e-4));
        assertThat(noise.of(RUN)).isEqualTo(3 * noise.relative());
        // Student's t of 400 degrees of freedom
        assertThat(noise.quantile95()).isCloseTo(1.9659, within(1e-4));
        assertThat(noise.source()).isEqualTo("scatter about smooth IsoFLOP curves");
    }

    @Test
    void theShapeOfALawIsNoNoise() {
        LossNoise.Pooled noise =
                LossNoise.Pooled.of(List.of(Surfaces.isoFlops(Surfaces.CHINCHILLA, 0, 0, new double[] {1e20}, 0)));
        // a tenth of the noise of seeds that Porian et al. 2024 take for RefinedWeb, .002 nats of 3
        assertThat(noise.relative()).isLessThan(7e-5);
    }

    @Test
    void budgetsWithTooFewSizesTellNothingOfTheNoise() {
        List<Observation> budget = Surfaces.isoFlops(Surfaces.CHINCHILLA, 1e-3, 1, new double[] {1e20}, 0);
        LossNoise.Pooled none = LossNoise.Pooled.of(List.of(budget.subList(0, 3)));
        assertThat(none).isEqualTo(new LossNoise.Pooled(0, 0));
        assertThat(none.quantile95()).isNull();
        assertThat(LossNoise.Pooled.of(List.of(budget.subList(0, 4))).freedom()).isEqualTo(1);
        assertThat(LossNoise.Pooled.of(List.of(budget.subList(0, 5))).freedom()).isEqualTo(1);
        assertThat(LossNoise.Pooled.of(List.of(budget.subList(0, 6))).freedom()).isEqualTo(1);
        assertThat(LossNoise.Pooled.of(List.of(budget, budget)).freedom()).isEqualTo(4);
    }

    @Test
    void intervalsGrowWithTheStatedNoise() {
        List<Observation> points = Surfaces.isoFlops(Surfaces.CHINCHILLA, 0, 0);
        Estimate once = exponent(points, .001);
        Estimate tenfold = exponent(points, .01);
        assertThat(tenfold.value()).isEqualTo(once.value());
        // linear in the noise
        assertThat((tenfold.high() - tenfold.low()) / (once.high() - once.low()))
                .isCloseTo(10, within(1e-9));
        assertThat(once.high() - once.value()).isCloseTo(once.value() - once.low(), within(1e-12));
    }

    @Test
    void refusesOptionsThatAreNone() {
        assertThatThrownBy(() -> new IsoFlopOptions(Minimum.AKIMA, null, -1, 0))
                .hasMessage("Invalid replicates (want 0 or more): -1");
        assertThatThrownBy(() -> new IsoFlopOptions(null, null, 1, 0)).hasMessage("minimum");
        assertThat(IsoFlopOptions.DEFAULT.with(Minimum.AKIMA))
                .isEqualTo(new IsoFlopOptions(Minimum.AKIMA, null, 1000, 0));
        assertThat(Minimum.AKIMA).hasToString("akima");
        assertThat(EnvelopeBy.HULL).hasToString("hull");
    }

    private static Estimate exponent(List<Observation> points, double noise) {
        return IsoFlopFrontier.of(points, new IsoFlopOptions(Minimum.PARABOLA, new LossNoise.Stated(noise), 0, 0))
                .paramsExponent();
    }
}
