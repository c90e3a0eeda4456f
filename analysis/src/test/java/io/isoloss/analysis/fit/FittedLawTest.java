package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.PowerLaw;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.analysis.law.Variable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FittedLawTest {
    private static final double NORMAL_95 = new NormalDistribution(null, 0, 1).inverseCumulativeProbability(0.975);
    private static final PowerLaw LAW = new PowerLaw(Variable.PARAMS, 30, 0.2);

    private static FittedLaw fitted(List<ScalingLaw> replicates, int points, Double logNoise) {
        return new FittedLaw(LAW, replicates, points, 1e18, 1e20, List.of("a warning"), logNoise);
    }

    /** With one law known, only noise is left: Student's t on points less two parameters. */
    @Test
    void aNewRunOfAKnownLawSpreadsAsStudentsT() {
        Prediction prediction = fitted(List.of(LAW), 12, 0.01).predict(1e8);
        double mean = LAW.predict(1e8);
        double reach = 0.01 * new TDistribution(10).inverseCumulativeProbability(0.975);
        assertThat(prediction.mean().value()).isEqualTo(mean);
        assertThat(prediction.newRun().value()).isEqualTo(mean);
        // the root is sought to 1e-9 in ln of the loss
        assertThat(prediction.newRun().low()).isCloseTo(mean * Math.exp(-reach), within(1e-7));
        assertThat(prediction.newRun().high()).isCloseTo(mean * Math.exp(reach), within(1e-7));
    }

    /** Laws that spread normally, and normal noise: the squares of the spreads add. */
    @Test
    void aNewRunSpreadsByLawAndNoise() {
        NormalDistribution spread = new NormalDistribution(null, 0, 0.02);
        List<ScalingLaw> replicates = IntStream.range(0, 2000)
                .<ScalingLaw>mapToObj(i -> new PowerLaw(
                        Variable.PARAMS, 30 * Math.exp(spread.inverseCumulativeProbability((i + 0.5) / 2000)), 0.2))
                .toList();
        Prediction prediction = fitted(replicates, 100_000, 0.015).predict(1e8);
        double reach = NORMAL_95 * Math.hypot(0.02, 0.015);
        // 2000 quantiles stand for the normal, to a few parts in a thousand of its spread
        assertThat(Math.log(prediction.newRun().high() / LAW.predict(1e8))).isCloseTo(reach, within(0.002 * reach));
        assertThat(Math.log(prediction.newRun().low() / LAW.predict(1e8))).isCloseTo(-reach, within(0.002 * reach));
        assertThat(Math.log(prediction.mean().high() / LAW.predict(1e8)))
                .isCloseTo(0.02 * NORMAL_95, within(0.002 * reach));
    }

    @Test
    void aNewRunIsNotForetoldWithoutNoiseOrReplicates() {
        assertThat(fitted(List.of(LAW), 12, null).predict(1e8).newRun()).isNull();
        assertThat(fitted(List.of(), 12, 0.01).predict(1e8).newRun()).isNull();
        assertThat(fitted(List.of(), 12, 0.01).predict(1e8).mean())
                .isEqualTo(new Estimate(LAW.predict(1e8), null, null, true));
        Prediction exact = fitted(List.of(LAW), 12, 0.0).predict(1e8);
        assertThat(exact.newRun()).isEqualTo(exact.mean());
    }

    @Test
    void readsBackWhatItWritesAndFilesWithoutNoise(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("law.json");
        FittedLaw law = fitted(List.of(LAW, LAW), 12, 0.01);
        law.save(file);
        assertThat(FittedLaw.load(file)).isEqualTo(law);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
        Files.writeString(file, Files.readString(file).replaceFirst(",\\s*\"logNoise\" : [0-9.]+", ""));
        assertThat(FittedLaw.load(file)).isEqualTo(fitted(List.of(LAW, LAW), 12, null));
        Files.writeString(file, "null");
        assertThatThrownBy(() -> FittedLaw.load(file))
                .isInstanceOf(IsolossException.class)
                .hasMessage("Cannot read a law from " + file + ": it holds null; write one with fit --save.");
        Files.writeString(file, "{");
        assertThatThrownBy(() -> FittedLaw.load(file)).hasMessageStartingWith("Cannot read a law from " + file);
    }

    @Test
    void onlyASurfaceHasAFrontier() {
        assertThatThrownBy(() -> fitted(List.of(), 12, null).surface())
                .hasMessage("Cannot draw a frontier from the law power-law: it is no surface over N and D; fit one that"
                        + " is.");
        FittedLaw surface = new FittedLaw(
                Surfaces.CHINCHILLA, Collections.nCopies(2, Surfaces.CHINCHILLA), 35, 1e18, 1e20, List.of());
        assertThat(surface.surface()).isEqualTo(Surfaces.CHINCHILLA);
        assertThat(surface.surfaces()).containsExactly(Surfaces.CHINCHILLA, Surfaces.CHINCHILLA);
        assertThat(surface.logNoise()).isNull();
        assertThatThrownBy(() -> fitted(List.of(), 12, -1.0)).hasMessageStartingWith("Invalid logNoise");
        assertThatThrownBy(() -> fitted(List.of(), 12, Double.NaN)).hasMessageStartingWith("Invalid logNoise");
    }

    /**
     * Inside the data, and at 10 and 100 times the largest compute, on a law that holds there too. With 15 sets the share of
     * new runs inside has a standard error of some .03 between sets.
     */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(doubles = {1, 10, 100})
    void holdsNewRunsAsOftenAsItSays(double beyond) {
        int sets = Integer.getInteger("isoloss.simulations", 15);
        double inside = 0;
        for (int set = 0; set < sets; set++) {
            FittedLaw law = LawFit.fit(
                            Chinchilla.FORM,
                            Surfaces.isoFlops(Surfaces.CHINCHILLA, 2e-3, 31L * set),
                            new FitOptions(1e-3, 60, set))
                    .fitted();
            Random random = new Random(set);
            double flops = 1e22 * beyond;
            double params = Surfaces.CHINCHILLA.optimalParams(flops);
            double tokens = flops / (6 * params);
            Estimate newRun = law.predict(params, tokens).newRun();
            for (int run = 0; run < 20; run++) {
                double loss = Surfaces.CHINCHILLA.loss(params, tokens) * Math.exp(2e-3 * random.nextGaussian());
                inside += newRun.low() <= loss && loss <= newRun.high() ? 1.0 / 20 / sets : 0;
            }
        }
        assertThat(inside).isBetween(0.85, 1.0);
    }
}
