package io.isoloss.analysis.frontier;

import java.util.SplittableRandom;

/** Standard normal numbers, as noise of seeds. */
interface SeedDraws {
    /** One row a replicate, one number a point. */
    double[][] next(int replicates, int points);

    /** The same numbers for the same seed, on any machine. */
    static SeedDraws of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return (replicates, points) -> {
            double[][] normals = new double[replicates][points];
            for (double[] row : normals) {
                for (int i = 0; i < points; i++) {
                    row[i] = random.nextGaussian();
                }
            }
            return normals;
        };
    }
}
