package io.isoloss.analysis.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Laws with published parameters, against published or hand-computed values. */
class PublishedLawsTest {
    /** Gadre et al. 2024, C4 loss of RedPajama models, in the letters of the repository. */
    private static final OverTraining REDPAJAMA = OverTraining.ofRepository(1.83665, 166.211, 366.687, -0.27285);

    private static final double LOSS_1B_640 = 2.502053562117363;
    private static final double LOSS_7B_20 = 2.424993099368689;

    @Test
    void overTrainingPredictsTheLossesOfGadreWithTheirErrors() {
        double small = REDPAJAMA.loss(1439795200d, 921468928000d);
        double large = REDPAJAMA.loss(6889410560d, 137788211200d);
        // .7103 % and .7320 %; half a unit in the fifth digit of the exponent, by ln N = 21, is 1e-4 of what N and D
        // leave of the loss, a quarter
        assertThat(Math.abs(small / LOSS_1B_640 - 1)).isCloseTo(0.007103, within(2.5e-5));
        assertThat(Math.abs(large / LOSS_7B_20 - 1)).isCloseTo(0.007320, within(2.5e-5));
    }

    @Test
    void exponentialErrorPredictsTheErrorsOfGadreFromThoseLosses() {
        ExponentialError law = new ExponentialError(0.85699, 2.20649, 0.71459);
        double small = law.predict(REDPAJAMA.loss(1439795200d, 921468928000d));
        double large = law.predict(REDPAJAMA.loss(6889410560d, 137788211200d));
        // 3.6365 % and .0464 %; five digits of the parameters leave four of an error
        assertThat(Math.abs(small / 0.47521523167105284 - 1)).isCloseTo(0.036365, within(5e-5));
        assertThat(Math.abs(large / 0.47163718062288623 - 1)).isCloseTo(0.000464, within(5e-5));
    }

    @Test
    void overTrainingIsTheLawOfThePaperInBudgetAndTokensPerParam() {
        double params = 3e8;
        double tokens = 9e9;
        double flops = 6 * params * tokens;
        double ratio = tokens / params;
        double expected = REDPAJAMA.E()
                + (REDPAJAMA.a() * Math.pow(ratio, REDPAJAMA.eta()) + REDPAJAMA.b() * Math.pow(ratio, -REDPAJAMA.eta()))
                        * Math.pow(flops, -REDPAJAMA.eta());
        assertThat(REDPAJAMA.loss(params, tokens)).isCloseTo(expected, within(1e-13)); // rounding of five powers
        assertThat(REDPAJAMA.asChinchilla().loss(params, tokens)).isCloseTo(expected, within(1e-13));
        assertThat(REDPAJAMA.eta()).isEqualTo(0.27285 / 2);
    }

    @Test
    void kaplanAgreesWithItsEquation() {
        // Table 2 of Kaplan et al. 2020; the value by hand from equation 1.5
        Kaplan law = new Kaplan(6.4e13, 1.8e13, 0.076, 0.103);
        assertThat(law.loss(1.5e9, 2.2e10)).isCloseTo(2.3125484833714913, within(1e-12)); // rounding of three powers
        assertThat(law.loss(1e6, 1e8)).isCloseTo(4.03131497272198, within(1e-12));
    }

    @Test
    void powerLawsAgreeWithTheirEquations() {
        // Kaplan et al. 2020, equation 1.1: (8.8e13/N)^.076
        PowerLaw law = new PowerLaw(Variable.PARAMS, Math.pow(8.8e13, 0.076), 0.076);
        assertThat(law.predict(8.8e13)).isCloseTo(1, within(1e-13)); // rounding of two powers
        assertThat(new PowerLawFloor(Variable.FLOPS, 2, 3, 0.5).predict(9)).isCloseTo(3, within(1e-15));
    }

    @Test
    void brokenPowerLawAgreesWithThatOfTheFirstFigureOfItsPaper() {
        BrokenPowerLaw law = new BrokenPowerLaw(
                Variable.FLOPS,
                1e-3,
                4.66e3,
                0.05,
                List.of(
                        new BrokenPowerLaw.Break(0.49, 3e6, 1.1),
                        new BrokenPowerLaw.Break(-0.811, 1e14, 1.425),
                        new BrokenPowerLaw.Break(2.1, 2e20, 0.05)));
        for (double x : new double[] {1, 3e6, 1e10, 1e14, 5e17, 2e20, 1e22}) {
            double expected = 1e-3
                    + 4.66e3
                            * Math.pow(x, -0.05)
                            * Math.pow(1 + Math.pow(x / 3e6, 1 / 1.1), -0.49 * 1.1)
                            * Math.pow(1 + Math.pow(x / 1e14, 1 / 1.425), 0.811 * 1.425)
                            * Math.pow(1 + Math.pow(x / 2e20, 1 / 0.05), -2.1 * 0.05);
            assertThat(law.predict(x) / expected).isCloseTo(1, within(1e-12)); // powers of 1e34 lose two digits
        }
    }

    @Test
    void m4SolvesItsEquation() {
        for (double alpha : new double[] {0.05, 0.4, 1, 2.5, 50}) {
            M4 law = new M4(Variable.TOKENS, 1.2, 7.5, alpha, 3e6, -0.4);
            for (double x : new double[] {1e2, 3e6, 1e8, 1e12}) {
                double y = law.predict(x);
                double left = Math.log(y - 1.2) - alpha * Math.log(7.5 - y);
                double right = Math.log(law.beta()) - 0.4 * Math.log(x);
                // 7.5 - y and y - 1.2 hold as many digits as y less those that cancel
                double lost = 1 / (y - 1.2) + alpha / (7.5 - y);
                assertThat(left).isCloseTo(right, within(1e-13 + 1e-15 * 7.5 * 4 * lost + 1e-13 * Math.abs(right)));
            }
        }
    }

    @Test
    void m4WithAlphaOneIsALogisticInTheLogarithm() {
        M4 law = new M4(Variable.FLOPS, 1, 3, 1, 1e9, -0.5);
        assertThat(law.predict(1e9)).isCloseTo(2, within(1e-14));
        assertThat(law.predict(1e11)).isCloseTo(1 + 2 / (1 + Math.pow(100, 0.5)), within(1e-14));
    }

    @Test
    void dataConstrainedGivesTheExamplesOfItsAuthors() {
        // Muennighoff et al. 2023, the repository's README; constants of its fit
        DataConstrained law = constrained(15.387756, 5.309743);
        // eight digits of the constants leave seven of a loss
        assertThat(law.predict(6.34e9, 242e9, 25e9)).isCloseTo(2.2256440889984477, within(1e-6));
        assertThat(law.predict(8.67e9, 178e9, 25e9)).isCloseTo(2.2269634075087867, within(1e-6));
    }

    @Test
    void dataConstrainedGivesThePublishedObjectiveAndTheLowerOne() throws IOException {
        Path file = Path.of(
                        System.getProperty("isoloss.home", ".."),
                        "../shared/data/datablations",
                        "datablations_c4_fit182.csv")
                .normalize();
        assumeTrue(Files.exists(file), () -> "Published runs are absent: " + file);
        List<double[]> runs = Files.readAllLines(file).stream()
                .skip(1)
                .map(line -> Stream.of(line.split(","))
                        .skip(1)
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toList();
        assertThat(runs).hasSize(182);
        // eight digits of a sum
        assertThat(objective(runs, 15.387756, 5.309743)).isCloseTo(0.0158259353, within(1e-9));
        assertThat(objective(runs, 95.37, 1.706)).isCloseTo(0.0158046625, within(1e-9));
    }

    /** Sum of Huber's loss, delta .001, of residuals in the logarithm of the loss. */
    private static double objective(List<double[]> runs, double repeatHalt, double excessHalt) {
        DataConstrained law = constrained(repeatHalt, excessHalt);
        return runs.stream()
                .mapToDouble(run -> {
                    double size = Math.abs(Math.log(law.predict(run[0], run[1], run[2]) / run[3]));
                    return size <= 1e-3 ? size * size / 2 : 1e-3 * (size - 5e-4);
                })
                .sum();
    }

    private static DataConstrained constrained(double repeatHalt, double excessHalt) {
        return new DataConstrained(
                Math.exp(0.6254804),
                Math.exp(6.255414),
                Math.exp(7.3049974),
                0.3526596,
                0.3526596,
                repeatHalt,
                excessHalt);
    }

    @Test
    void dataConstrainedIsItsBaseWhereNothingRepeats() {
        Chinchilla base = new Chinchilla(1.8, 400, 1500, 0.34, 0.36);
        DataConstrained law = new DataConstrained(1.8, 400, 1500, 0.34, 0.36, 15, 5);
        double tokens = 1e10;
        double params = base.optimalParamsFor(tokens) / 2;
        assertThat(law.predict(params, tokens, 1e12)).isCloseTo(base.loss(params, tokens), within(1e-14));
        assertThat(law.predict(params, 4 * tokens, tokens)).isGreaterThan(base.loss(params, 4 * tokens));
        assertThat(base.optimalParams(6 * base.optimalParamsFor(tokens) * tokens) / base.optimalParamsFor(tokens))
                .isCloseTo(1, within(1e-12)); // powers of 1e19
    }

    @Test
    void precisionAddsTheTwoCostsOfFewBits() {
        Precision law = new Precision(2, 400, 2000, 0.3, 0.4, 2, 0.01, 0.5, 0.45, 0.6);
        Chinchilla fine = new Chinchilla(2, 400, 2000, 0.3, 0.4);
        double left = Math.pow(1 - Math.exp(-4 / 2.0), 3);
        assertThat(law.predict(1e8, 1e10, 4, 4)).isCloseTo(fine.loss(left * 1e8, 1e10), within(1e-13));
        double delta = 0.01 * Math.pow(1e10, 0.5) / Math.pow(1e8, 0.45) * Math.exp(-3 / 0.6);
        assertThat(law.predict(1e8, 1e10, 4, 3) - law.predict(1e8, 1e10, 4, 4)).isCloseTo(delta, within(1e-13));
    }

    @Test
    void sparsityIsAChinchillaLawAtEachSparsity() {
        Sparsity law = new Sparsity(16.8, 0.722, 45, 0.245, 6.9e8, 0.203, 0.651);
        double expected =
                (16.8 * Math.pow(0.25, 0.722) + 45) * Math.pow(3e7, -0.245) + Math.pow(6.9e8 / 2e9, 0.203) + 0.651;
        assertThat(law.predict(3e7, 2e9, 0.75)).isCloseTo(expected, within(1e-13));
        assertThat(law.at(0.75).loss(3e7, 2e9)).isCloseTo(expected, within(1e-13));
        assertThat(law.parameters()).containsKeys("a_S", "b_S", "c_S", "b_N", "a_D", "b_D", "c");
    }

    @Test
    void distillationAgreesWithItsEquation() {
        // the supervised law of Busbridge et al. 2025
        GeneralChinchilla supervised = new GeneralChinchilla(1.220, 3355, 18186, 0.408, 0.431, 0.452);
        assertThat(supervised.loss(1e9, 2e10)).isCloseTo(2.3746922483534956, within(1e-13)); // by hand
        Distillation law =
                new Distillation(supervised, Math.log(2000), Math.log(20000), 0.3, 0.6, 0.7, 2.5, 3, 1.3, 0.1);
        double teacher = 2.1;
        double student = supervised.loss(1e9, 2e10);
        double expected = teacher
                + Math.pow(teacher, -2.5)
                        * Math.pow(1 + Math.pow(teacher / (student * 1.3), 1 / 0.1), -3 * 0.1)
                        * Math.pow(2000 * Math.pow(1e9, -0.3) + 20000 * Math.pow(2e10, -0.6), 0.7);
        assertThat(law.predict(1e9, 2e10, teacher)).isCloseTo(expected, within(1e-13));
        assertThat(law.parameters()).containsKeys("ln A'", "gamma'", "c0", "f1").hasSize(9);
    }

    @Test
    void sigmoidErrorIsOneLessTheAccuracyOfThePaper() {
        // accuracy a/(1 + exp(-k (L - L_0))) + b with a = -.6, b = .95
        SigmoidError law = new SigmoidError(0.05, 0.6, 4, 1.2);
        for (double loss : new double[] {0.5, 1.2, 3}) {
            double accuracy = -0.6 / (1 + Math.exp(-4 * (loss - 1.2))) + 0.95;
            assertThat(law.predict(loss)).isCloseTo(1 - accuracy, within(1e-15));
        }
    }
}
