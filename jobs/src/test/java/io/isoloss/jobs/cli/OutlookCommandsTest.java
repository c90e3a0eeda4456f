package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isoloss.analysis.law.Chinchilla;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** asymptote, compare, frontier --next and the warnings of plan, from the terminal. */
class OutlookCommandsTest {
    private static final Chinchilla LAW = new Chinchilla(1.7, 400, 410, 0.34, 0.28);

    @TempDir
    private static Path folder;

    private static Path runs;
    private static Path law;

    @BeforeAll
    static void fit() throws IOException {
        Random random = new Random(7);
        StringBuilder rows = new StringBuilder("params,tokens,loss\n");
        for (double flops : new double[] {1e17, 1e18, 1e19, 1e20}) {
            for (double step = -3; step <= 3; step++) {
                double params = Math.rint(LAW.optimalParams(flops) * Math.pow(2, step));
                double tokens = flops / (6 * params);
                rows.append(String.format(
                        Locale.ROOT,
                        "%.17g,%.17g,%.17g%n",
                        params,
                        tokens,
                        LAW.loss(params, tokens) * Math.exp(3e-3 * random.nextGaussian())));
            }
        }
        runs = Files.writeString(folder.resolve("runs.csv"), rows);
        law = folder.resolve("law.json");
        assertThat(Terminal.run("fit", runs, "--save", law).code()).isZero();
    }

    private static JsonNode json(Terminal terminal) throws IOException {
        assertThat(terminal.err()).isEmpty();
        assertThat(terminal.code()).isZero();
        return new JsonMapper().readTree(terminal.out());
    }

    @Test
    void asymptoteIsTheSameOfTheLawAndOfItsRuns() throws IOException {
        JsonNode ofLaw = json(Terminal.run("asymptote", law, "--json"));
        assertThat(json(Terminal.run("asymptote", runs, "--json"))).isEqualTo(ofLaw);
        assertThat(ofLaw.at("/flops").asDouble() / 1e20).isBetween(0.999, 1.001); // the largest budget
        assertThat(ofLaw.at("/floor/low").asDouble()).isLessThan(1.7);
        assertThat(ofLaw.at("/floor/high").asDouble()).isGreaterThan(1.7);
        assertThat(ofLaw.at("/leastGain/value").asDouble()).isEqualTo(0.01);
    }

    @Test
    void asymptoteOfANamedModelSaysWhereDoublingStopsToPay() throws IOException {
        Terminal text = Terminal.run("asymptote", law, "--params", "7e9", "--tokens", "2e12", "--gain", "5%");
        assertThat(text.code()).isZero();
        assertThat(text.out())
                .startsWith("N = 7.00e9, D = 2.00e12, C = 6ND = 8.40e22 (extrapolated)")
                .contains("gain of doubling C, on the frontier", "floor")
                .contains("Doubling N at this D brings less than 5 % of the reducible loss beyond N = ")
                .contains("Doubling D at this N brings less than 5 % of the reducible loss beyond D = ");
        JsonNode json = json(Terminal.run("asymptote", law, "--at", "1e21", "--gain", "100", "--json"));
        assertThat(json.at("/flops").asDouble() / 1e21).isBetween(0.999, 1.001);
        assertThat(Terminal.run("asymptote", law, "--at", "1e21", "--gain", "1000")
                        .out())
                .contains("Doubling N at this D brings less than 1000 nats at every size.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--params=7e9 | Cannot tell which model is meant; give --params and --tokens, or --at alone, or none of them",
                "--at=-1 | Cannot draw the asymptote with --at -1.0; want a finite number above 0, such as 7e9",
                "--gain=0 | Cannot read --gain '0'; want nats a token above 0, such as 0.01, or a share of the reducible loss"
                        + " below 100%, such as 5%",
                "--gain=half | Cannot read --gain 'half'; want nats a token above 0, such as 0.01, or a share of the"
                        + " reducible loss below 100%, such as 5%"
            })
    void asymptoteRefuses(String option, String message) {
        assertRefused(Terminal.run("asymptote", law, option), message);
    }

    @Test
    void comparesTwoModelsByTheLaw() throws IOException {
        Terminal text = Terminal.run(
                "compare", law, "--model", "b,13e9,1e12", "--model", "a,7e9,1e12", "--inference-tokens", "2e12");
        assertThat(text.code()).isZero();
        assertThat(text.out())
                .contains("as trained", "equal compute", "equal data", "equal lifetime")
                .contains("At equal data the smaller is better nowhere.")
                .contains("At equal compute the smaller is better as long as the larger has fewer than ");
        JsonNode json = json(Terminal.run("compare", law, "--model", "a,7e9,1e12", "--model", "b,13e9,1e12", "--json"));
        assertThat(json.at("/byLaw")).hasSize(3);
        assertThat(json.at("/byLaw/2/winner").asText()).isEqualTo("larger");
        assertThat(json.at("/measured").isNull()).isTrue();
    }

    @Test
    void findsTheSizesPastOptimalAmongTheRuns() throws IOException {
        Terminal text = Terminal.run("compare", runs);
        assertThat(text.code()).isZero();
        assertThat(text.out())
                .contains(
                        "Noise from the residuals of the fitted law; the probability of even one false finding is at most"
                                + " 0.05.")
                .contains("past optimal", "equal compute");
        JsonNode json = json(Terminal.run("compare", runs, "--json"));
        assertThat(json.at("/measured/pairs/equal-compute").asInt()).isEqualTo(4 * 21);
        assertThat(json.at("/measured/noise/source").asText()).isEqualTo("residuals of the fitted law");
        assertThat(json.at("/measured/noise/relative").asDouble()).isBetween(1e-3, 9e-3);
        assertThat(json.at("/measured/found")).isNotEmpty();
        assertThat(json.at("/measured/found")).allSatisfy(found -> {
            assertThat(found.at("/smallerParams").asDouble())
                    .isLessThan(found.at("/largerParams").asDouble());
            assertThat(found.at("/smaller").asText()).startsWith("runs.csv line ");
        });
    }

    @Test
    void compareRefuses() {
        assertRefused(
                Terminal.run("compare", law),
                "Cannot compare 0 models of a law; name two with --model name,params,tokens");
        assertRefused(
                Terminal.run("compare", runs, "--model", "a,7e9,1e12"),
                "Cannot compare 1 models; name two with --model name,params,tokens, or none");
        assertRefused(
                Terminal.run("compare", runs, "--model", "a,7e9,1e12", "--model", "b,7e9,2e12"),
                "Cannot compare a and b: both have 7.0E9 parameters; name two sizes");
        assertRefused(
                Terminal.run("compare", runs, "--alarm-rate", "1"),
                "Cannot compare with --alarm-rate 1.0; want a probability between 0 and 1");
        assertRefused(
                Terminal.run("compare", runs, "--inference-tokens=-1"),
                "Cannot compare with --inference-tokens -1.0; want a finite number not below 0, such as 2e12");
    }

    @Test
    void choosesTheNextRuns() throws IOException {
        Terminal text = Terminal.run("frontier", runs, "--next", "5", "--target", "1e22");
        assertThat(text.code()).isZero();
        assertThat(text.out())
                .contains("train N", "takes of the variance")
                .contains("N_opt at C = 1.00e22: ", "; after these runs, for ");
        JsonNode json =
                json(Terminal.run("frontier", runs, "--next", "5", "--target", "1e22", "--spend", "2e20", "--json"));
        assertThat(json.at("/cells")).hasSize(5);
        assertThat(json.at("/flops").asDouble()).isLessThanOrEqualTo(2e20 * 1.001);
        assertThat(json.at("/paramsThen/high").asDouble())
                .isLessThan(json.at("/paramsNow/high").asDouble());
    }

    @Test
    void nextRefuses() {
        assertRefused(
                Terminal.run("frontier", runs, "--target", "1e22"),
                "Cannot choose runs without a number of them; say how many with --next, such as 5");
        assertRefused(
                Terminal.run("frontier", runs, "--next", "5"),
                "Cannot choose the next runs without a target: name the compute whose N_opt they are to pin with --target,"
                        + " such as 1e24");
        assertRefused(
                Terminal.run("frontier", runs, "--next", "0", "--target", "1e22"),
                "Cannot choose --next 0 runs; want 1 or more");
        assertRefused(
                Terminal.run("frontier", runs, "--next", "5", "--target", "1e22", "--spend", "0"),
                "Cannot choose the next runs with --spend 0.0; want a finite number above 0, such as 1e21");
        assertRefused(
                Terminal.run("frontier", law, "--next", "5", "--target", "1e22"),
                "Cannot choose the next runs from " + law + ": a law holds no runs; give the runs");
    }

    @Test
    void planWarnsOfADesignThatCannotIdentifyTheLaw() throws IOException {
        Terminal oneBudget = Terminal.run("plan", sweep("one", "[{ flops: 6.1e8 }]"), "--json");
        JsonNode warnings = json(oneBudget).at("/warnings");
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0).asText())
                .startsWith("The design cannot identify the law L(N, D). Cannot fit chinchilla to 4 points: ");
        Terminal text = Terminal.run("plan", sweep("one", "[{ flops: 6.1e8 }]"));
        assertThat(text.code()).isZero();
        assertThat(text.out())
                .contains("warning: The design cannot identify the law")
                .doesNotContain("would be known");
    }

    @Test
    void planSaysHowWellASoundDesignKnowsTheExponent() throws IOException {
        Path sweep = sweep("three", "[{ flops: 3.05e8 }, { flops: 6.1e8 }, { flops: 1.22e9 }]");
        Terminal text = Terminal.run("plan", sweep);
        assertThat(text.out())
                .contains("the exponent of N_opt(C) would be known to within +-")
                .doesNotContain("warning");
        JsonNode json = json(Terminal.run("plan", sweep, "--json"));
        assertThat(json.at("/warnings")).isEmpty();
        assertThat(json.at("/expectedParamsExponent/high").asDouble())
                .isGreaterThan(json.at("/expectedParamsExponent/value").asDouble());
    }

    private static Path sweep(String name, String budgets) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), """
                name: %s
                corpus: { kind: synthetic, tokens: 50000 }
                model: { context: 16, width_multiple: 8 }
                training: { batch: { sequences: 8 }, validation_tokens: 1024 }
                design: { kind: isoflop, params: [896, 3328, 7296, 12800], budgets: %s }
                """.formatted(name, budgets));
    }

    private static void assertRefused(Terminal terminal, String message) {
        assertThat(terminal.err().strip()).isEqualTo(message);
        assertThat(terminal.code()).isEqualTo(2);
    }
}
