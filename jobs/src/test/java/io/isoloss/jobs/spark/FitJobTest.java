package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FitResult;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Sample;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.DataConstrained;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.LawForms;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.analysis.law.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class FitJobTest {
    private static final Chinchilla TRUTH = new Chinchilla(1.8, 480, 2100, 0.35, 0.37);
    private static final FitOptions OPTIONS = FitOptions.DEFAULT.withReplicates(50);
    private static final FitJob TWO_WORKERS = new FitJob("local[2]");

    @Test
    void twoWorkersGiveTheLawsOfOneMachineBitForBit() {
        List<Sample> samples = grid(6, 0.01, x -> TRUTH.loss(x[0], x[1]));
        long[] seeds = seeds(50); // two full tasks and a half
        List<ScalingLaw> here = LawFit.refits(Chinchilla.FORM, samples, OPTIONS, seeds);
        assertThat(here).hasSize(50).doesNotContainNull();
        assertThat(TWO_WORKERS.of(Chinchilla.FORM, samples, OPTIONS, seeds)).isEqualTo(here);
    }

    @Test
    void aFitWithSpreadReplicatesIsTheFitOfOneMachine() {
        List<Sample> samples = grid(5, 0.01, x -> TRUTH.loss(x[0], x[1]));
        FitResult here = LawFit.fitSamples(Chinchilla.FORM, samples, OPTIONS);
        assertThat(LawFit.fitSamples(Chinchilla.FORM, samples, OPTIONS, TWO_WORKERS))
                .usingRecursiveComparison()
                .isEqualTo(here);
        assertThat(here.bootstrap()).isNotNull();
    }

    @Test
    void failedReplicatesKeepTheirPlaces() {
        // few points: many a draw leaves fewer than the law has parameters
        List<Sample> samples = grid(3, 0.05, x -> TRUTH.loss(x[0], x[1]));
        long[] seeds = seeds(45);
        List<ScalingLaw> here = LawFit.refits(Chinchilla.FORM, samples, OPTIONS, seeds);
        assertThat(here).containsNull().anyMatch(Objects::nonNull);
        assertThat(TWO_WORKERS.of(Chinchilla.FORM, samples, OPTIONS, seeds)).isEqualTo(here);
    }

    @Test
    void aLawOfOneVariableTravels() {
        LawForm form = LawForms.named("power-law-floor", Variable.TOKENS, null);
        List<Sample> samples = grid(6, 0.01, x -> 1.5 + 3 * Math.pow(x[1] / 1e9, -0.4)).stream()
                .map(s -> new Sample(s.name(), new double[] {s.x()[1]}, s.y(), null, null, null))
                .toList();
        assertSpreadsAlike(form, samples);
    }

    @Test
    void aLawThatHoldsASurfaceFixedTravelsWithIt() {
        LawForm form = LawForms.named("data-constrained", null, TRUTH);
        DataConstrained truth = new DataConstrained(1.8, 480, 2100, 0.35, 0.37, 15, 5);
        List<Sample> samples = grid(6, 0.001, x -> truth.predict(x[0], x[1], 2e9)).stream()
                .map(s -> new Sample(s.name(), new double[] {s.x()[0], s.x()[1], 2e9}, s.y(), null, null, null))
                .toList();
        assertSpreadsAlike(form, samples);
    }

    @Test
    void namesAMasterThatIsNotThere() {
        assertThatThrownBy(() -> new FitJob("nonsense")
                        .of(Chinchilla.FORM, grid(4, 0.01, x -> TRUTH.loss(x[0], x[1])), OPTIONS, seeds(1)))
                .isInstanceOf(IsolossException.class)
                .hasMessageStartingWith("Cannot start Spark on the master 'nonsense'");
    }

    private static void assertSpreadsAlike(LawForm form, List<Sample> samples) {
        long[] seeds = seeds(25);
        List<ScalingLaw> here = LawFit.refits(form, samples, OPTIONS, seeds);
        assertThat(here).anyMatch(Objects::nonNull);
        assertThat(TWO_WORKERS.of(form, samples, OPTIONS, seeds)).isEqualTo(here);
    }

    /** Every pair of {@code side} sizes and amounts of data, with noise in the logarithm of the loss. */
    private static List<Sample> grid(int side, double logNoise, ToDoubleFunction<double[]> loss) {
        Random random = new Random(3);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < side; i++) {
            for (int j = 0; j < side; j++) {
                double[] x = {1e7 * Math.pow(2.5, i), 3e8 * Math.pow(3, j)};
                double y = loss.applyAsDouble(x) * Math.exp(logNoise * random.nextGaussian());
                samples.add(new Sample("p" + samples.size(), x, y, null, null, 6 * x[0] * x[1]));
            }
        }
        return samples;
    }

    private static long[] seeds(int count) {
        return new SplittableRandom(7).longs(count).toArray();
    }
}
