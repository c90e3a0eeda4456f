package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.Chinchilla;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Points on known surfaces. */
public final class Surfaces {
    /** Near the published Chinchilla surface (Besiroglu et al. 2024). */
    public static final Chinchilla CHINCHILLA = new Chinchilla(1.82, 480, 2100, 0.35, 0.37);

    private Surfaces() {}

    /** IsoFLOP design: seven sizes, a factor of two apart, around the optimum of each of five budgets. */
    public static List<Observation> isoFlops(Chinchilla law, double logNoise, long seed) {
        return isoFlops(law, logNoise, seed, new double[] {1e18, 1e19, 1e20, 1e21, 1e22}, 0);
    }

    /** As above on the given budgets, with sizes shifted from the optimum by {@code shift} factors of two. */
    public static List<Observation> isoFlops(
            Chinchilla law, double logNoise, long seed, double[] budgets, double shift) {
        Random random = new Random(seed);
        List<Observation> points = new ArrayList<>();
        for (double budget : budgets) {
            for (int step = -3; step <= 3; step++) {
                double params = law.optimalParams(budget) * Math.pow(2, step + shift);
                double tokens = budget / (6 * params);
                double loss = law.loss(params, tokens) * Math.exp(logNoise * random.nextGaussian());
                points.add(new Observation("p" + points.size(), params, tokens, budget, budget, loss, null));
            }
        }
        return points;
    }
}
