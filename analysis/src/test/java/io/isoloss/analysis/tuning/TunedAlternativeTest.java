package io.isoloss.analysis.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.report.Report;
import io.isoloss.analysis.runs.Compression;
import io.isoloss.analysis.runs.Compute;
import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.Identity;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.analysis.runs.Provenance;
import io.isoloss.analysis.runs.Quality;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.analysis.runs.Size;
import io.isoloss.analysis.runs.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TunedAlternativeTest {
    private static final List<Double> BUDGETS = List.of(1e12, 4e12, 1.6e13);
    private static final String RULE = "0.01 (width/32)^-0.5";

    private static Run run(double budget, double params, double loss, String rule, double rate) {
        double tokens = Math.rint(budget / (6 * params));
        String id = "%g-%g-%s-%g".formatted(budget, params, rule, rate);
        String specification =
                "{\"recipe\":{\"beta1\":0.9,\"peak_learning_rate\":%s,\"steps\":%.0f},\"task\":\"next_token\"}"
                        .formatted(rate, tokens);
        return new Run(
                new Identity(id, "s", null, null, null, null, null, null, null, 1L, specification, budget),
                new Size(params, params, tokens, null),
                new Compute(null, budget),
                Quality.ofLoss(loss),
                Cost.NONE,
                Inference.NONE,
                Compression.NONE,
                new Training(
                        null, null, rule, "8 sequences", null, null, null, null, null, null, null, null, null, null),
                Run.COMPLETED,
                null,
                new Provenance(null, null, null, null, null, null, 8, null, rate, null, null));
    }

    /** Profiles with minima at 1e4 (C / 1e12)^0.5 under the rule, and of a grid that gains {@code gain} at large sizes. */
    private static List<Run> runs(double gain) {
        Random random = new Random(1);
        List<Run> runs = new ArrayList<>();
        for (double budget : BUDGETS) {
            double best = 1e4 * Math.sqrt(budget / 1e12);
            for (int step = -3; step <= 3; step++) {
                double params = Math.rint(best * Math.pow(2, step));
                double loss = 2.5 * Math.pow(budget / 1e12, -0.05) + 0.02 * step * step + 0.001 * random.nextGaussian();
                runs.add(run(budget, params, loss, RULE, 0.01));
                runs.add(run(budget, params, loss - gain * (step + 3), "grid of 2", 0.005));
                runs.add(run(budget, params, loss + 0.1, "grid of 2", 0.02));
            }
        }
        return runs;
    }

    @Test
    void warnsWhereTheBestRatesMoveTheMinimum() {
        // A slope of 0.02 a doubling moves the vertex of 0.02 step² by half a doubling.
        TunedAlternative tuned = TunedAlternative.of(runs(0.02));
        assertThat(tuned.rule()).isEqualTo("rate " + RULE + "; batch 8 sequences");
        assertThat(tuned.cells()).isEqualTo(21);
        assertThat(tuned.better()).as("all but the smallest size").isEqualTo(18);
        assertThat(tuned.movesFrontier()).isTrue();
        assertThat(tuned.tunedParams().value() / tuned.params().value()).isBetween(1.3, 1.5);
        assertThat(tuned.warning())
                .startsWith(
                        "A tuned learning rate or batch moves the frontier: with the best of the runs of each size and"
                                + " budget, which is another than rate " + RULE
                                + "; batch 8 sequences in 18 of 21 cells, N_opt at"
                                + " 1.60e+13 FLOPs is ")
                .doesNotContain("exponent");
    }

    @Test
    void isSilentWhereTheMinimumStays() {
        assertThat(TunedAlternative.of(runs(1e-5)).warning()).isNull();
    }

    @Test
    void isNullWhereNoCellHasAChoice() {
        List<Run> rule = runs(0).stream()
                .filter(run -> RULE.equals(run.training().learningRateRule()))
                .toList();
        assertThat(TunedAlternative.of(rule)).isNull();
        assertThat(TunedAlternative.of(List.of())).isNull();
    }

    @Test
    void reachesTheReportFromRunsOutsideItsTable() {
        List<Run> all = runs(0.02);
        List<Run> rule = all.stream()
                .filter(run -> RULE.equals(run.training().learningRateRule()))
                .toList();
        RunTable table = new RunTable(rule, List.of());
        FitOptions quick = new FitOptions(1e-3, 0, 0);
        assertThat(Report.of(table, quick).tunedAlternative()).isNull();
        assertThat(Report.of(table, all, quick).tunedAlternative())
                .isEqualTo(TunedAlternative.of(all).warning())
                .isNotNull();
    }
}
