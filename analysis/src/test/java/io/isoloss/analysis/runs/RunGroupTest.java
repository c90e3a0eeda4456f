package io.isoloss.analysis.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunGroupTest {
    private static final RunGroup TRANSFORMER = new RunGroup("transformer", RunGroup.NEXT_TOKEN);

    @Test
    void trainedRunsOfSeveralFamiliesAndTasksAreApartInOrderOfTheirNames() {
        Run a = run("a", "transformer", "document_class", "{}", Run.COMPLETED);
        Run b = run("b", "transformer", null, "{}", Run.COMPLETED);
        Run c = run("c", "transformer", "next_token", "{}", Run.COMPLETED);
        Run d = run("d", "lstm", "next_token", "{}", Run.COMPLETED);
        var groups = RunGroup.split(List.of(a, b, c, d));
        assertThat(groups.keySet())
                .extracting(RunGroup::label)
                .containsExactly("lstm", "transformer", "transformer, document class");
        assertThat(groups.get(TRANSFORMER)).containsExactly(b, c);
    }

    @Test
    void familiesOfOutsideTablesAreNoGroups() {
        Run a = run("a", "llama", null, null, Run.COMPLETED);
        Run b = run("b", "opt", null, null, Run.COMPLETED);
        Run trained = run("c", "transformer", null, "{}", Run.COMPLETED);
        assertThat(RunGroup.split(List.of(a, b))).hasSize(1);
        assertThat(RunGroup.split(List.of(a, b, trained)))
                .hasSize(1)
                .hasEntrySatisfying(TRANSFORMER, runs -> assertThat(runs).hasSize(3));
    }

    @Test
    void outsideRunsStandApartFromSeveralTrainedGroups() {
        var groups = RunGroup.split(List.of(
                run("a", "llama", null, null, Run.COMPLETED),
                run("b", "lstm", null, "{}", Run.COMPLETED),
                run("c", "mlp", null, "{}", Run.COMPLETED)));
        assertThat(groups.keySet()).extracting(RunGroup::label).containsExactly("lstm", "mlp", "outside runs");
    }

    @Test
    void aFamilyNeedsACompletedRunToSetTheOthersApart() {
        Run a = run("a", "transformer", null, "{}", Run.COMPLETED);
        Run b = run("b", "lstm", null, "{}", Run.DIVERGED);
        assertThat(RunGroup.split(List.of(a, b))).hasSize(1);
        assertThat(RunGroup.split(List.of(a, b, run("c", "mlp", null, "{}", Run.COMPLETED))))
                .hasSize(3);
    }

    private static Run run(String id, String family, String task, String specification, String outcome) {
        Run plain = Run.of(id, 1e6, 2e7, null, 3.0);
        return new Run(
                new Identity(id, null, family, null, null, null, null, null, null, null, specification, null),
                plain.size(),
                plain.compute(),
                plain.quality(),
                plain.cost(),
                plain.inference(),
                plain.compression(),
                new Training(task, null, null, null, null, null, null, null, null, null, null, null, null, null),
                outcome,
                null,
                plain.provenance());
    }
}
