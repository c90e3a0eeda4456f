package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.law.Chinchilla;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MisfitTest {
    private static final double NOISE = 2e-3; // of log losses

    @Test
    void noiseOfTheStatedSizeIsNoMisfit() {
        assertThat(Misfit.warning(Surfaces.CHINCHILLA, points(1))).isEmpty();
    }

    @Test
    void missesFarBeyondTheStandardErrorAreTold() {
        Optional<String> warning = Misfit.warning(Surfaces.CHINCHILLA, points(0.1));
        assertThat(warning)
                .hasValueSatisfying(sentence -> assertThat(sentence)
                        .startsWith("The law misses the runs by 0.2 % (root mean square), ")
                        .contains("times the standard error"));
    }

    @Test
    void withoutStandardErrorsThereIsNothingToCompareWith() {
        List<Observation> points = Surfaces.isoFlops(Surfaces.CHINCHILLA, NOISE, 1);
        assertThat(Misfit.warning(Surfaces.CHINCHILLA, Sample.of(Chinchilla.FORM, points)))
                .isEmpty();
    }

    /** Points whose stated standard errors are a share of their noise. */
    private static List<Sample> points(double share) {
        return Sample.of(Chinchilla.FORM, Surfaces.isoFlops(Surfaces.CHINCHILLA, NOISE, 1)).stream()
                .map(point ->
                        new Sample(point.name(), point.x(), point.y(), share * NOISE * point.y(), null, point.flops()))
                .toList();
    }
}
