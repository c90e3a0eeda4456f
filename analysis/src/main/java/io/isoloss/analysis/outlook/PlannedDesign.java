package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.Chinchilla;
import java.util.ArrayList;
import java.util.List;

/**
 * What a design could tell before a run of it is trained, if the runs obeyed an assumed law: the exponents that Besiroglu et
 * al. 2024 (arXiv:2404.10102) fit to the runs of Hoffmann et al. 2022, 2 nats of floor, and half a nat each for N and D at
 * the centre of the design. It is a rehearsal of the design, not a forecast of the losses.
 *
 * @param runs the design with the losses of the assumed law, without noise
 */
public record PlannedDesign(Chinchilla assumed, List<Observation> runs) {
    /** Standard deviation of log loss between seeds, about that of the published sweeps. */
    public static final double NOISE = 0.005;

    private static final double FLOOR_NATS = 2;
    private static final double TERM_NATS = 0.5;
    private static final double ALPHA = 0.348;
    private static final double BETA = 0.366;
    private static final double NORMAL_95 = 1.959964;

    public PlannedDesign {
        runs = List.copyOf(runs);
    }

    /** N and D of a run to come. */
    public record Cell(double params, double tokens) {}

    /**
     * Rehearses the design.
     *
     * @param cells each as often as it is trained with another seed; at least one
     */
    public static PlannedDesign of(List<Cell> cells) {
        double logParams = cells.stream()
                .mapToDouble(cell -> Math.log(cell.params()))
                .average()
                .orElseThrow();
        double logTokens = cells.stream()
                .mapToDouble(cell -> Math.log(cell.tokens()))
                .average()
                .orElseThrow();
        Chinchilla law = new Chinchilla(
                FLOOR_NATS,
                TERM_NATS * Math.exp(ALPHA * logParams),
                TERM_NATS * Math.exp(BETA * logTokens),
                ALPHA,
                BETA);
        List<Observation> runs = new ArrayList<>();
        for (Cell cell : cells) {
            runs.add(Observation.of(
                    "run " + (runs.size() + 1), cell.params(), cell.tokens(), law.loss(cell.params(), cell.tokens())));
        }
        return new PlannedDesign(law, runs);
    }

    /**
     * The interval to expect of a in N_opt = G C^a, by least squares to first order, if log losses carry {@link #NOISE}; open
     * where the design does not tell the terms apart.
     */
    public Estimate expectedParamsExponent() {
        Information information = new Information(assumed, runs);
        if (!information.identified()) {
            return Estimate.OPEN;
        }
        double error = NORMAL_95 * NOISE * Math.sqrt(information.variance(information.exponentSlopes()));
        double exponent = assumed.paramsExponent();
        return new Estimate(exponent, exponent - error, exponent + error, true);
    }
}
