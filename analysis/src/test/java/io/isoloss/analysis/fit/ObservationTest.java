package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.Compression;
import io.isoloss.analysis.runs.Compute;
import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.Identity;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.analysis.runs.Provenance;
import io.isoloss.analysis.runs.Quality;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.Size;
import io.isoloss.analysis.runs.Training;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObservationTest {

    @Test
    void bestRateStandsForItsGrid() {
        List<Run> runs = List.of(
                run("a", "{\"peak_learning_rate\":0.01,\"steps\":10}", Run.COMPLETED, 2.5),
                run("b", "{\"peak_learning_rate\":0.02,\"steps\":10}", Run.COMPLETED, 2.4),
                run("c", "{\"peak_learning_rate\":0.04,\"steps\":10}", Run.DIVERGED, null),
                run("d", "{\"peak_learning_rate\":0.01,\"steps\":20}", Run.COMPLETED, 2.45));
        assertThat(Observation.from(runs)).extracting(Observation::name).containsExactly("b", "d");
    }

    @Test
    void importedRunsOfOneSizeAllCount() {
        List<Run> runs = List.of(Run.of("a", 1e6, 2e7, null, 3.0), Run.of("b", 1e6, 2e7, null, 3.1));
        assertThat(Observation.from(runs)).hasSize(2);
    }

    private static Run run(String id, String specification, String outcome, Double loss) {
        Identity identity = new Identity(id, null, null, null, null, null, null, null, null, null, specification, 1e10);
        return new Run(
                identity,
                new Size(1e4, null, 1e6, null),
                Compute.NONE,
                Quality.ofLoss(loss),
                Cost.NONE,
                Inference.NONE,
                Compression.NONE,
                Training.NONE,
                outcome,
                null,
                Provenance.NONE);
    }
}
