package io.isoloss.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.sweep.Trial;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the sweeps that come with Isoloss promise. */
class NamedSweepsTest {

    private static final Path CONFIGS = Path.of(System.getProperty("isoloss.home"), "sweep-configs");

    @Test
    void quickstartNeverRepeatsItsText() {
        var config = SweepConfig.read(CONFIGS.resolve("quickstart.yaml"));
        Corpus corpus = config.corpus().load();
        assertThat(corpus.documents().binarySkipped()).isZero();
        assertThat(corpus.bytesPerToken()).isEqualTo(1);
        for (Trial trial : config.design().trials(corpus.identity())) {
            var sampler =
                    new WindowSampler(corpus, Task.NEXT_TOKEN, trial.shape().context(), 1);
            assertThat(sampler.uniqueTokens(trial.tokens())).isEqualTo(trial.tokens());
        }
    }

    @Test
    void quickstartHasFourProfilesOfSixSizes() {
        var config = SweepConfig.read(CONFIGS.resolve("quickstart.yaml"));
        var sizes = config.design().trials(config.corpus().load().identity()).stream()
                .collect(Collectors.groupingBy(Trial::budgetFlops, Collectors.counting()));
        assertThat(sizes)
                .hasSize(4)
                .allSatisfy((budget, count) -> assertThat(count).isEqualTo(6));
    }

    /** Twenty core-seconds at the 30 GFLOP/s that small models reach on one core. */
    @Test
    void smokeCostsSeconds() {
        var config = SweepConfig.read(CONFIGS.resolve("smoke.yaml"));
        var trials = config.design().trials(config.corpus().load().identity());
        assertThat(trials).hasSize(12);
        assertThat(trials.stream().mapToDouble(Trial::flopsExact).sum()).isLessThan(20 * 30e9);
    }
}
