package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.Observation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.MersenneTwister;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The fifteen exponents of Porian et al. 2024 (arXiv:2406.19146): N_opt by Akima spline under the noise of seeds, median of
 * 1000 replicates, line weighted by the inverse variance of the minima.
 */
@Tag("slow")
class PorianTest {
    /** Noise of seeds in nats a token, by dataset (published configuration). */
    private static final Map<String, Double> NOISE = Map.of("rw", 0.002, "owt2", 0.01);
    /** Experiments that the published analysis ran in one go, each from the same seed. */
    static final List<Integer> FIRST_OF_A_RUN = List.of(0, 5, 10, 14);

    /** With the published random numbers the minima, weights and lines are the published ones. */
    @Test
    void reproducesTheFifteenExponentsFromRawPointsWithThePublishedDraws() {
        Map<String, List<Observation>> experiments = experiments();
        assertThat(experiments).hasSize(15);
        int place = 0;
        NumpyDraws draws = null;
        for (Map<String, String> expected : PublishedTable.rows("porian-rsld/expected_exponents.csv")) {
            if (FIRST_OF_A_RUN.contains(place++)) {
                draws = new NumpyDraws(42);
            }
            IsoFlopFrontier frontier = frontier(expected, experiments, draws);
            // the published numbers are doubles, and only the order of sums differs
            assertThat(frontier.paramsExponent().value())
                    .as(expected.get("config"))
                    .isCloseTo(Double.parseDouble(expected.get("a")), within(1e-9));
            // published intervals also draw on budgets that their own line leaves out
            assertThat(frontier.paramsExponent().low())
                    .as(expected.get("config"))
                    .isCloseTo(Double.parseDouble(expected.get("a_lo95")), within(2e-3));
            assertThat(frontier.paramsExponent().high())
                    .as(expected.get("config"))
                    .isCloseTo(Double.parseDouble(expected.get("a_hi95")), within(2e-3));
        }
    }

    /**
     * With other random numbers the median of 1000 replicates moves: over 8 seeds an exponent spreads by up to .0015 (standard
     * deviation), so that the published ones are sure to no more than about four times that.
     */
    @Test
    void reproducesTheFifteenExponentsFromRawPointsWithOtherDrawsWithinMonteCarloError() {
        Map<String, List<Observation>> experiments = experiments();
        for (Map<String, String> expected : PublishedTable.rows("porian-rsld/expected_exponents.csv")) {
            IsoFlopFrontier frontier = frontier(expected, experiments, SeedDraws.of(7));
            assertThat(frontier.paramsExponent().value())
                    .as(expected.get("config"))
                    .isCloseTo(Double.parseDouble(expected.get("a")), within(.006));
        }
    }

    @Test
    void reproducesTheFifteenExponentsFromPublishedMinima() {
        Map<String, List<double[]>> minima = new LinkedHashMap<>();
        for (Map<String, String> row : PublishedTable.rows("porian-rsld/optima_per_budget.csv")) {
            if (row.get("n_star") != null && row.get("n_star_std") != null) {
                minima.computeIfAbsent(row.get("config"), config -> new ArrayList<>())
                        .add(new double[] {
                            Math.log(Double.parseDouble(row.get("flops"))),
                            Math.log(Double.parseDouble(row.get("n_star"))),
                            Math.pow(Double.parseDouble(row.get("n_star_std")), -2)
                        });
            }
        }
        for (Map<String, String> expected : PublishedTable.rows("porian-rsld/expected_exponents.csv")) {
            List<double[]> rows = minima.get(expected.get("config"));
            double[][] columns = new double[3][];
            for (int column = 0; column < 3; column++) {
                int c = column;
                columns[c] = rows.stream().mapToDouble(row -> row[c]).toArray();
            }
            // the published numbers are doubles, and only the order of sums differs
            assertThat(PowerLine.through(columns[0], columns[1], columns[2]).exponent())
                    .as(expected.get("config"))
                    .isCloseTo(Double.parseDouble(expected.get("a")), within(1e-9));
            assertThat(PowerLine.through(columns[0], columns[1]).exponent())
                    .as(expected.get("config"))
                    .isCloseTo(Double.parseDouble(expected.get("a_unweighted")), within(1e-9));
        }
    }

    static IsoFlopFrontier frontier(
            Map<String, String> expected, Map<String, List<Observation>> experiments, SeedDraws draws) {
        LossNoise noise = new LossNoise.Stated(NOISE.get(expected.get("dataset")));
        return IsoFlopFrontier.of(
                experiments.get(expected.get("config")), new IsoFlopOptions(Minimum.AKIMA, noise, 1000, 0), draws);
    }

    static Map<String, List<Observation>> experiments() {
        Map<String, List<Observation>> experiments = new LinkedHashMap<>();
        for (Map<String, String> row : PublishedTable.rows("porian-rsld/isoflop_points.csv")) {
            double flops = Double.parseDouble(row.get("flops"));
            experiments
                    .computeIfAbsent(row.get("config"), config -> new ArrayList<>())
                    .add(new Observation(
                            "n" + row.get("n"),
                            Double.parseDouble(row.get("n")),
                            Double.parseDouble(row.get("t")),
                            flops,
                            flops,
                            Double.parseDouble(row.get("loss")),
                            null));
        }
        return experiments;
    }

    /**
     * The numbers of {@code numpy.random.seed(seed)} and {@code numpy.random.normal}: polar method over the Mersenne twister
     * (numpy's legacy generator). For each budget the published analysis draws once for N and once for T, as is done here for
     * N and D.
     */
    static final class NumpyDraws implements SeedDraws {
        private final MersenneTwister twister;
        private Double kept;

        NumpyDraws(int seed) {
            twister = new MersenneTwister(seed);
        }

        @Override
        public double[][] next(int replicates, int points) {
            double[][] normals = new double[replicates][points];
            for (double[] row : normals) {
                for (int i = 0; i < points; i++) {
                    row[i] = normal();
                }
            }
            return normals;
        }

        private double normal() {
            if (kept != null) {
                double normal = kept;
                kept = null;
                return normal;
            }
            double x;
            double y;
            double square;
            do {
                x = 2 * uniform() - 1;
                y = 2 * uniform() - 1;
                square = x * x + y * y;
            } while (square >= 1 || square == 0);
            double factor = Math.sqrt(-2 * Math.log(square) / square);
            kept = factor * x;
            return factor * y;
        }

        /** 53 bits from two words. */
        private double uniform() {
            long high = (twister.nextInt() & 0xffffffffL) >>> 5;
            long low = (twister.nextInt() & 0xffffffffL) >>> 6;
            return (high * 67108864.0 + low) / 9007199254740992.0;
        }
    }
}
