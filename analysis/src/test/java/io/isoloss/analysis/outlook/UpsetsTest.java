package io.isoloss.analysis.outlook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.Chinchilla;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class UpsetsTest {
    private static final Offset<Double> ROUNDING = within(1e-12);

    /** With a standard error of 1 % of the loss. */
    private static Observation run(String name, double params, double tokens, double loss) {
        return new Observation(name, params, tokens, 6 * params * tokens, null, loss, loss / 100);
    }

    private static Observation onBudget(String name, double params, Double budget, double loss) {
        return new Observation(name, params, 1e9 / params, 6e9 + params, budget, loss, loss / 100);
    }

    @Test
    void findsASmallerModelThatIsSurelyBetterAtEqualData() {
        Upsets upsets = Upsets.of(List.of(run("s", 1e6, 1e9, 3), run("l", 2e6, 1e9, 3.3)), null, null, 0.05);
        assertThat(upsets.pairs()).isEqualTo(Map.of(Terms.DATA, 1));
        assertThat(upsets.alarmRate()).isEqualTo(0.05);
        assertThat(upsets.noise()).isEqualTo(new RunNoise.StandardErrors());
        double p = new NormalDistribution().cumulativeProbability(-Math.log(1.1) / Math.sqrt(2e-4));
        assertThat(upsets.found()).hasSize(1);
        Upset upset = upsets.found().get(0);
        assertThat(upset.p()).isCloseTo(p, within(1e-6 * p));
        assertThat(upset.adjustedP()).isEqualTo(upset.p());
        assertThat(upset.advantage()).isCloseTo(0.3, ROUNDING);
        assertThat(upset)
                .isEqualTo(
                        new Upset(Terms.DATA, "s", 1e6, 1e9, "l", 2e6, 1e9, upset.advantage(), upset.p(), upset.p()));
    }

    @Test
    void findsNothingWhereTheLargerIsBetterOrTheDifferenceIsNoise() {
        assertThat(Upsets.of(List.of(run("s", 1e6, 1e9, 3.3), run("l", 2e6, 1e9, 3)), null, null, 0.05)
                        .found())
                .isEmpty();
        assertThat(Upsets.of(List.of(run("s", 1e6, 1e9, 3), run("l", 2e6, 1e9, 3.01)), null, null, 0.05)
                        .found())
                .isEmpty();
    }

    @Test
    void anExactTieIsAnEvenChance() {
        Upsets tie = Upsets.of(List.of(run("s", 1e6, 1e9, 3), run("l", 2e6, 1e9, 3)), null, null, 0.6);
        assertThat(tie.found()).extracting(Upset::p).containsExactly(0.5);
    }

    @Test
    void stopsAtTheFirstPairThatIsNotSure() {
        List<Observation> runs = List.of(
                run("a", 1e6, 1e9, 3),
                run("b", 2e6, 1e9, 3.2),
                run("c", 1e6, 1.7e9, 3),
                run("d", 2e6, 1.7e9, 3.1),
                run("e", 1e6, 3.1e9, 3),
                run("f", 2e6, 3.1e9, 3.06));
        double error = Math.sqrt(2e-4);
        NormalDistribution normal = new NormalDistribution();
        double first = normal.cumulativeProbability(-Math.log(3.2 / 3) / error);
        double second = normal.cumulativeProbability(-Math.log(3.1 / 3) / error);
        double third = normal.cumulativeProbability(-Math.log(3.06 / 3) / error);
        Upsets strict = Upsets.of(runs, null, null, 0.05);
        assertThat(strict.pairs()).isEqualTo(Map.of(Terms.DATA, 3));
        assertThat(strict.found()).extracting(Upset::smaller).containsExactly("a", "c");
        assertThat(strict.found().get(0).adjustedP()).isCloseTo(3 * first, within(1e-9));
        assertThat(strict.found().get(1).adjustedP()).isCloseTo(2 * second, within(1e-9));
        assertThat(third).isGreaterThan(0.05);
        assertThat(Upsets.of(runs, null, null, third + 1e-9).found())
                .extracting(Upset::smaller)
                .containsExactly("a", "c", "e");
    }

    @Test
    void comparesAtEqualComputeByTheStatedBudget() {
        Upsets upsets = Upsets.of(List.of(onBudget("s", 1e3, 6e9, 3), onBudget("l", 1e9, 6e9, 3.3)), null, null, 0.05);
        assertThat(upsets.found()).extracting(Upset::terms).containsExactly(Terms.COMPUTE);
        assertThat(Upsets.of(List.of(onBudget("s", 1e3, 6e9, 3), onBudget("l", 2e3, 7e9, 3.3)), null, null, 0.05)
                        .pairs())
                .isEmpty();
    }

    @Test
    void comparesAtEqualComputeWithinAHundredthWithoutBudgets() {
        assertThat(computePairs(1e9)).isEqualTo(1);
        assertThat(computePairs(1.009e9)).isEqualTo(1);
        assertThat(computePairs(1.02e9)).isZero();
        assertThat(computePairs(0.995e9)).isEqualTo(1);
        assertThat(computePairs(0.98e9)).isZero();
    }

    private static int computePairs(double smallerTokens) {
        return Upsets.of(List.of(run("s", 2e6, smallerTokens, 3), run("l", 4e6, 5e8, 3.3)), null, null, 0.05)
                .pairs()
                .getOrDefault(Terms.COMPUTE, 0);
    }

    @Test
    void comparesAtEqualLifetimeWhereTheSmallerCostsNoMore() {
        // 6 N D + 2 N T: the larger 6e6 * 1e9 + 2e6 * 3e9 = 12e15 FLOPs.
        Observation large = run("l", 1e6, 1e9, 3.3);
        assertThat(lifetimePairs(run("s", 5e5, 3e9, 3), large)).isEqualTo(1);
        assertThat(lifetimePairs(run("s", 5e5, 2.5e9, 3), large)).isEqualTo(1); // 12.5 % less
        assertThat(lifetimePairs(run("s", 5e5, 2e9, 3), large)).isZero(); // a quarter less
        assertThat(lifetimePairs(run("s", 5e5, 3.1e9, 3), large)).isZero(); // 2.5 % more
        assertThat(Upsets.of(List.of(run("s", 5e5, 3e9, 3), large), null, null, 0.05)
                        .pairs())
                .isEmpty();
    }

    private static long lifetimePairs(Observation small, Observation large) {
        return Upsets.of(List.of(small, large), null, 3e9, 0.05).found().stream()
                .filter(upset -> upset.terms() == Terms.LIFETIME)
                .count();
    }

    @Test
    void runsOfOneSizeAreNoPair() {
        assertThat(Upsets.of(List.of(run("a", 1e6, 1e9, 3), run("b", 1e6, 1.001e9, 3.3)), null, null, 0.05)
                        .pairs())
                .isEmpty();
    }

    @Test
    void takesTheNoiseFromRepeatsWhereThereAreFive() {
        List<Observation> runs = new ArrayList<>();
        for (double offset : new double[] {-0.02, 0.02, -0.01, 0.01}) {
            runs.add(run("s" + offset, 1e6, 1e9, 3 * Math.exp(offset)));
            runs.add(run("l" + offset, 2e6, 1e9, 3.3 * Math.exp(offset)));
        }
        Upsets upsets = Upsets.of(runs, null, null, 0.05);
        RunNoise.Repeats noise = (RunNoise.Repeats) upsets.noise();
        assertThat(noise.source()).isEqualTo("repeated runs");
        assertThat(noise.freedom()).isEqualTo(6);
        assertThat(noise.relative()).isCloseTo(Math.sqrt(2 * 10e-4 / 6), ROUNDING);
        assertThat(upsets.pairs()).isEqualTo(Map.of(Terms.DATA, 1));
        double error = noise.relative() * Math.sqrt(2 / 4.0);
        double p = new TDistribution(6).cumulativeProbability(-Math.log(1.1) / error);
        assertThat(upsets.found().get(0).p()).isCloseTo(p, within(1e-9 * p));
        assertThat(upsets.found().get(0).advantage()).isCloseTo(0.3, ROUNDING);
    }

    @Test
    void takesTheNoiseFromTheResidualsOfTheLawWhereRunsDoNotRepeat() {
        Chinchilla law = new Chinchilla(2, 8, 27, 0.5, 0.5);
        List<Observation> runs = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            double loss = law.loss(64 + i, 729) * Math.exp(i % 2 == 0 ? 0.01 : -0.01);
            runs.add(run("r" + i, 64 + i, 729, loss));
        }
        RunNoise.Residuals noise =
                (RunNoise.Residuals) Upsets.of(runs, law, null, 0.05).noise();
        assertThat(noise.source()).isEqualTo("residuals of the fitted law");
        assertThat(noise.freedom()).isEqualTo(4);
        assertThat(noise.relative()).isCloseTo(Math.sqrt(9e-4 / 4), ROUNDING);
        assertThat(Upsets.of(runs.subList(0, 5), law, null, 0.05).noise())
                .isEqualTo(new RunNoise.StandardErrors()); // no degree of freedom is left
    }

    @Test
    void judgesAPairByTheResidualsOfTheOtherRuns() {
        Chinchilla law = new Chinchilla(2, 8, 27, 0.5, 0.5);
        List<Observation> runs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            double params = 64 * Math.pow(1.5, i);
            double tokens = i < 2 ? 729 : 1000 * (i + 1);
            double residual = i == 1 ? 0.5 : i % 2 == 0 ? 0.01 : -0.01;
            runs.add(run("r" + i, params, tokens, law.loss(params, tokens) * Math.exp(residual)));
        }
        Upset upset = Upsets.of(runs, law, null, 0.05).found().get(0);
        assertThat(upset.larger()).isEqualTo("r1");
        double relative = Math.sqrt(8e-4 / 3);
        double logAdvantage = Math.log(runs.get(1).loss() / runs.get(0).loss());
        double p = new TDistribution(3).cumulativeProbability(-logAdvantage / (relative * Math.sqrt(2)));
        assertThat(upset.p()).isCloseTo(p, within(1e-9 * p));
    }

    @Test
    void refusesWhereNothingTellsTheNoise() {
        List<Observation> bare = List.of(Observation.of("a", 1e6, 1e9, 3), Observation.of("b", 2e6, 1e9, 3.3));
        assertThatThrownBy(() -> Upsets.of(bare, null, null, 0.05))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessage(
                        "Cannot tell whether a smaller model beats a larger one among 2 runs: nothing says how far a"
                                + " loss moves with the seed; repeat 5 runs with other seeds, or give the standard error of each"
                                + " loss.");
    }

    @Test
    void refusesAnAlarmRateThatIsNoProbability() {
        for (double rate : new double[] {0, 1, -0.1, Double.NaN}) {
            assertThatThrownBy(() -> Upsets.of(List.of(run("a", 1, 1, 1)), null, null, rate))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Invalid alarm rate (want between 0 and 1): " + rate);
        }
    }

    @Test
    void takesOtherNames() {
        Upsets upsets = Upsets.of(List.of(run("s", 1e6, 1e9, 3), run("l", 2e6, 1e9, 3.3)), null, null, 0.05);
        Upsets named = upsets.named(Map.of("s", "small", "l", "large"));
        assertThat(named.found()).extracting(Upset::smaller).containsExactly("small");
        assertThat(named.found()).extracting(Upset::larger).containsExactly("large");
        assertThat(named.named(Map.of("small", "s", "large", "l"))).isEqualTo(upsets);
    }
}
