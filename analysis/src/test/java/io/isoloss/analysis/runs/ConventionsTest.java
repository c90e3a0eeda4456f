package io.isoloss.analysis.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.runs.Conventions.Flops;
import io.isoloss.analysis.runs.Conventions.Params;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConventionsTest {
    private static final Run FULL = run("full", 12.0, 10.0, 100.0, 7000.0, 6001.0);

    @Test
    void countsAsAsked() {
        assertThat(new Conventions(Flops.SIX_ND, Params.TOTAL).flops(FULL)).isEqualTo(7200);
        assertThat(new Conventions(Flops.SIX_ND, Params.NON_EMBEDDING).flops(FULL))
                .isEqualTo(6000);
        assertThat(new Conventions(Flops.EXACT, Params.TOTAL).flops(FULL)).isEqualTo(7000);
        assertThat(new Conventions(Flops.EXACT, Params.TOTAL).params(FULL)).isEqualTo(12);
        assertThat(new Conventions(Flops.EXACT, Params.NON_EMBEDDING).params(FULL))
                .isEqualTo(10);
        assertThat(new Conventions(null, Params.TOTAL).flops(FULL)).isEqualTo(7200);
        assertThat(new Conventions(Flops.SIX_ND, null).flops(FULL)).isEqualTo(6000);
    }

    @Test
    void takesTheStatedCountsByDefault() {
        assertThat(Conventions.STATED.params(FULL)).isEqualTo(FULL.params());
        assertThat(Conventions.STATED.flops(FULL)).isEqualTo(6001);
        assertThat(Observation.from(List.of(FULL))).isEqualTo(Observation.from(List.of(FULL), Conventions.STATED));
    }

    @Test
    void listsWhatAllRunsState() {
        assertThat(Conventions.of(List.of(FULL))).hasSize(4);
        assertThat(Conventions.of(List.of(FULL, run("b", 12.0, null, 100.0, 7000.0, null))))
                .containsExactly(
                        new Conventions(Flops.SIX_ND, Params.TOTAL), new Conventions(Flops.EXACT, Params.TOTAL));
        assertThat(Conventions.of(List.of(FULL, run("b", null, 10.0, 100.0, null, null))))
                .containsExactly(new Conventions(Flops.SIX_ND, Params.NON_EMBEDDING));
        assertThat(Conventions.of(List.of(run("b", 12.0, null, null, 7000.0, null))))
                .isEmpty();
    }

    @Test
    void saysWhatARunLacks() {
        Run bare = run("bare", null, null, 100.0, null, null);
        assertThat(new Conventions(Flops.EXACT, Params.TOTAL).missing(bare)).isEqualTo("total_params and flops_exact");
        assertThat(new Conventions(Flops.SIX_ND, Params.NON_EMBEDDING).missing(bare))
                .isEqualTo("non_embedding_params");
        assertThat(new Conventions(Flops.EXACT, Params.TOTAL).missing(FULL)).isNull();
        Run total = run("b", 12.0, null, 100.0, null, null);
        assertThatThrownBy(() -> Observation.from(List.of(total), new Conventions(Flops.EXACT, null)))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessage(
                        "Cannot count C exact, N as stated: run 'b' has no flops_exact; choose a convention that all runs"
                                + " state.");
        assertThat(new Conventions(null, Params.TOTAL)).hasToString("C as stated, N total");
    }

    private static Run run(String id, Double total, Double nonEmbedding, Double tokens, Double exact, Double sixNd) {
        Run run = Run.of(id, total, tokens, sixNd, 3.0);
        return new Run(
                run.identity(),
                new Size(total, nonEmbedding, tokens, null),
                new Compute(exact, sixNd),
                run.quality(),
                run.cost(),
                run.inference(),
                run.compression(),
                run.training(),
                run.outcome(),
                null,
                run.provenance());
    }
}
