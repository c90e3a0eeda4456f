package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Residuals;
import io.isoloss.analysis.fit.Rho;
import io.isoloss.analysis.fit.Surfaces;
import io.isoloss.analysis.law.Chinchilla;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParametricFrontierTest {
    private static final List<Double> FLOPS = List.of(1e20, 1e22, 1e24);
    private static final FittedLaw PROFILED = fit(0);

    private static FittedLaw fit(int replicates) {
        return LawFit.fit(
                        Chinchilla.FORM,
                        Surfaces.isoFlops(Surfaces.CHINCHILLA, 2e-3, 3),
                        new FitOptions(1e-3, replicates, 0).with(Rho.squares(), Residuals.LOG))
                .fitted();
    }

    @Test
    void hasBandsByProfileLikelihoodWithoutABootstrap() {
        ParametricFrontier frontier = ParametricFrontier.of(PROFILED, FLOPS);
        for (FrontierPoint point : frontier.points()) {
            for (Estimate estimate : List.of(point.params(), point.tokens(), point.loss())) {
                assertThat(estimate.low()).isLessThan(estimate.value());
                assertThat(estimate.high()).isGreaterThan(estimate.value());
            }
            // D_opt = C / (6 N_opt), and so its ends; a bound is interpolated to a hundredth of an interval of a few
            // per cent
            assertThat(6 * point.params().low() * point.tokens().high() / point.flops())
                    .isCloseTo(1, within(5e-3));
            assertThat(6 * point.params().high() * point.tokens().low() / point.flops())
                    .isCloseTo(1, within(5e-3));
        }
        assertThat(frontier.paramsExponent().low()).isLessThan(Surfaces.CHINCHILLA.paramsExponent());
        assertThat(frontier.paramsExponent().high()).isGreaterThan(Surfaces.CHINCHILLA.paramsExponent());
        assertThat(width(frontier.points().get(2).params()))
                .isGreaterThan(width(frontier.points().get(0).params()));
    }

    @Test
    void bandsByProfileLikelihoodAndBootstrapAreAlikeOnRegularNoise() {
        List<FrontierPoint> profiled = ParametricFrontier.of(PROFILED, FLOPS).points();
        List<FrontierPoint> bootstrapped =
                ParametricFrontier.of(fit(400), FLOPS).points();
        for (int i = 0; i < FLOPS.size(); i++) {
            // 35 points: the widths of two sound intervals differ by tens of per cent, a wrong unit by far more
            assertThat(width(profiled.get(i).params())
                            / width(bootstrapped.get(i).params()))
                    .isBetween(1 / 1.6, 1.6);
            assertThat(width(profiled.get(i).loss()) / width(bootstrapped.get(i).loss()))
                    .isBetween(1 / 1.6, 1.6);
        }
    }

    @Test
    void aLawThatWasReadHasOpenBandsUnlessItHoldsReplicates(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("law.json");
        PROFILED.save(file);
        FittedLaw read = FittedLaw.load(file);
        assertThat(read.law()).isEqualTo(PROFILED.law());
        Estimate params = ParametricFrontier.of(read, FLOPS).points().get(0).params();
        assertThat(params.value()).isEqualTo(PROFILED.surface().optimalParams(1e20));
        assertThat(params.low()).isNull();
        assertThat(params.high()).isNull();
    }

    private static double width(Estimate estimate) {
        return Math.log(estimate.high() / estimate.low());
    }
}
