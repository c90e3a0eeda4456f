package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.runs.Conventions;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CurveTest {
    private static final Run RUN = Run.of("a", 1e6, 100.0, 5000.0, 2.0);

    @Test
    void takesValidationLossesWhereThereAreAny() {
        List<Curve> curves = Curve.of(
                List.of(RUN),
                List.of(point("a", 100.0, 9.0, 2.0), point("a", 50.0, 9.5, 3.0), point("a", 75.0, 9.2, null)),
                Conventions.STATED);
        // compute grows evenly with tokens to the 5000 of the run
        assertThat(curves)
                .containsExactly(
                        new Curve("a", 1e6, List.of(new Curve.Point(50, 2500, 3), new Curve.Point(100, 5000, 2))));
    }

    @Test
    void smoothsTrainingLosses() {
        Random random = new Random(1);
        List<CurvePoint> table = new ArrayList<>();
        for (int tokens = 1; tokens <= 100; tokens++) {
            double loss = 4 * Math.pow(tokens, -.1) * Math.exp(.02 * random.nextGaussian());
            table.add(point("a", (double) tokens, loss, null));
        }
        Curve curve = Curve.of(List.of(RUN), table, Conventions.STATED).get(0);
        assertThat(curve.points()).hasSize(100);
        // fewer than three points within a fifth: as measured
        assertThat(curve.points().get(0).loss()).isCloseTo(table.get(0).trainLoss(), within(1e-12));
        // 31 points within a fifth of 80 leave .02/sqrt(31) = .4 %; three of them
        assertThat(curve.points().get(79).loss() / (4 * Math.pow(80, -.1))).isCloseTo(1, within(.012));
    }

    @Test
    void leavesOutWhatIsNoCurve() {
        List<CurvePoint> table = List.of(
                point("a", 50.0, null, 3.0),
                point("a", null, null, 3.0),
                point("a", 0.0, null, 3.0),
                point("other", 1.0, null, 3.0),
                point("other", 2.0, null, 3.0));
        assertThat(Curve.of(List.of(RUN), table, Conventions.STATED)).isEmpty();
        List<CurvePoint> two = List.of(point("a", 50.0, null, 3.0), point("a", 60.0, null, 2.9));
        assertThat(Curve.of(List.of(RUN), two, Conventions.STATED)).hasSize(1);
        assertThat(Curve.of(List.of(Run.of("a", null, 100.0, 5000.0, 2.0)), two, Conventions.STATED))
                .isEmpty();
        assertThat(Curve.of(List.of(Run.of("a", 1e6, null, 5000.0, 2.0)), two, Conventions.STATED))
                .isEmpty();
        assertThat(Curve.of(List.of(RUN), two, new Conventions(Conventions.Flops.EXACT, null)))
                .as("no exact FLOPs")
                .isEmpty();
    }

    @Test
    void joinsRowsOfOneNameAndSize() {
        List<Curve> curves = Curve.ofRows(
                List.of(
                        Run.of("a", 1e6, 20.0, null, 3.0),
                        Run.of("b", 2e6, 10.0, null, 3.2),
                        Run.of("a line 4", 1e6, 10.0, null, 3.5),
                        Run.of("a row 5", 3e6, 10.0, null, 3.5),
                        Run.of("a line 6", 1e6, null, null, 3.5),
                        Run.of("table.csv line 7", 5e6, 10.0, null, 3.5),
                        Run.of("table.csv line 8", 5e6, 20.0, null, 3.4)),
                Conventions.STATED);
        assertThat(curves)
                .as("b has one row, and rows without a name are runs of their own")
                .containsExactly(
                        new Curve("a", 1e6, List.of(new Curve.Point(10, 6e7, 3.5), new Curve.Point(20, 1.2e8, 3))));
    }

    private static CurvePoint point(String run, Double tokens, Double train, Double validation) {
        return new CurvePoint(run, 1L, tokens, train, validation, null, null, null);
    }
}
