package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Provenance;
import io.isoloss.analysis.runs.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code budget} and {@code audit --catalogue} as the person at the terminal sees them. */
class BudgetCommandTest {
    /** alpha = beta and A = B, so that N_opt = D_opt = sqrt(C / 6). */
    private static final Chinchilla LAW = new Chinchilla(1, 100, 100, 0.5, 0.5);

    @TempDir
    Path folder;

    private Path law;

    @BeforeEach
    void saveLaw() throws IOException {
        law = folder.resolve("law.json");
        new FittedLaw(LAW, List.of(LAW, LAW), 35, 6e18, 6e20, List.of()).save(law);
    }

    private JsonNode json(Object... arguments) throws IOException {
        Terminal answer = Terminal.run(arguments);
        assertThat(answer.err()).isEmpty();
        assertThat(answer.code()).isZero();
        return new ObjectMapper().readTree(answer.out());
    }

    @Test
    void plansWithFlops() throws IOException {
        JsonNode plan = json("budget", law, "--flops", "6e20", "--json");
        assertThat(plan.at("/budget/unit").asText()).isEqualTo("flops");
        assertThat(plan.at("/budget/amount").asDouble()).isEqualTo(6e20);
        assertThat(plan.at("/params/value").asDouble()).isCloseTo(1e10, withinPercentage(1e-9)); // rounding
        assertThat(plan.at("/spending").isNull()).isTrue();
    }

    /** An A100 hour at MFU 0.5 is 312e12 x 0.5 x 3600 = 5.616e17 FLOPs. */
    @ParameterizedTest
    @CsvSource({"--gpu-hours, 1000", "--usd, 2000", "--kwh, 480", "--co2-kg, 192"})
    void turnsEachBudgetIntoTheSameCompute(String option, String amount) throws IOException {
        JsonNode plan = json(
                "budget",
                law,
                option,
                amount,
                "--gpu",
                "a100-80gb-sxm",
                "--mfu",
                0.5,
                "--pue",
                1.2,
                "--g-co2-per-kwh",
                400,
                "--usd-per-gpu-hour",
                2,
                "--gpus",
                10,
                "--json");
        assertThat(plan.at("/flops").asDouble()).isCloseTo(5.616e20, withinPercentage(1e-9)); // rounding
        assertThat(plan.at("/spending/training/gpuHours").asDouble()).isCloseTo(1000, withinPercentage(1e-9));
        assertThat(plan.at("/spending/training/usd").asDouble()).isCloseTo(2000, withinPercentage(1e-9));
        assertThat(plan.at("/spending/training/kwh").asDouble()).isCloseTo(480, withinPercentage(1e-9));
        assertThat(plan.at("/spending/training/co2Kg").asDouble()).isCloseTo(192, withinPercentage(1e-9));
        assertThat(plan.at("/spending/trainingDays").asDouble()).isCloseTo(100 / 24.0, withinPercentage(1e-9));
    }

    @Test
    void readsAsAPlan() {
        Terminal answer = Terminal.run(
                "budget",
                law,
                "--usd",
                1e5,
                "--gpus",
                64,
                "--inference-tokens",
                1e10,
                "--max-params",
                1e9,
                "--unique-tokens",
                1e12);
        assertThat(answer.code()).isZero();
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out())
                .startsWith("A budget of 100,000 USD buys 4.33e22 FLOPs on H100 SXM" + System.lineSeparator())
                .contains("N, parameters", "D, tokens", "epochs, D/U", "serving FLOPs, 2NT", "training and serving")
                .containsPattern("training takes .* days on 64")
                .containsPattern("--max-params +1.00e9 +1.00e9 +yes")
                .containsPattern("--unique-tokens +1.00e12 +yes")
                .contains("Without limits: N ", "% of the budget.", "of the budget unspent")
                .contains("Trained past compute-optimal")
                .contains("assumed: the device is H100 SXM; change with --gpu", "assumed: MFU 40 %")
                .contains("warning: The law extrapolates", "warning: D ends at --unique-tokens");
    }

    @Test
    void sparesTheReaderWhatWasNotAsked() {
        Terminal answer = Terminal.run("budget", law, "--flops", "6e20");
        assertThat(answer.out())
                .startsWith("A budget of 6.00e20 FLOPs" + System.lineSeparator())
                .contains("same loss, smaller")
                .doesNotContain("limit", "assumed", "warning", "epochs", "serving", "past compute-optimal", "unspent");
    }

    @Test
    void sayUnknownWhereTheCatalogueHasNoPriceOrPower() {
        assertThat(Terminal.run("budget", law, "--flops", "6e20", "--gpu", "MI250X")
                        .out())
                .containsPattern("training +[0-9,]+ +unknown +[0-9,]+ +[0-9,.]+");
        assertThat(Terminal.run("budget", law, "--flops", "6e20", "--gpu", "TPU v5p")
                        .out())
                .containsPattern("training +[0-9,]+ +[0-9,]+ +unknown +unknown");
    }

    @Test
    void boundsLatencyByTheDevicesMemory() throws IOException {
        JsonNode plan = json("budget", law, "--flops", "6e20", "--gpu", "h100-pcie", "--max-latency-ms", "1", "--json");
        assertThat(plan.at("/limits/0/params").asDouble()).isCloseTo(1e9, withinPercentage(1e-9)); // 1e-3 s x 2e12 / 2
        assertThat(plan.at("/params/value").asDouble()).isCloseTo(1e9, withinPercentage(1e-9));
    }

    @Test
    void countsRepeatsOnRequest() throws IOException {
        Object[] asked = {"budget", law, "--flops", "6e20", "--unique-tokens", "2e9", "--json"};
        assertThat(json(asked).at("/tokens/value").asDouble()).isEqualTo(2e9);
        Object[] repeated = {
            "budget", law, "--flops", "6e20", "--unique-tokens", "2e9", "--repeat", "muennighoff", "--json"
        };
        assertThat(json(repeated).at("/epochs").asDouble()).isGreaterThan(1);
    }

    @Test
    void takesTheMedianMfuOfRuns() throws IOException {
        Path runs = folder.resolve("runs");
        for (double mfu : new double[] {0.1, 0.2, 0.6}) {
            ParquetTable.RUNS.write(runs.resolve(mfu + ".parquet"), List.of(run("run-" + mfu, mfu)));
        }
        JsonNode plan = json("budget", law, "--gpu-hours", 10, "--gpu", "l4", "--mfu-from", runs, "--json");
        assertThat(plan.at("/spending/mfu").asDouble()).isEqualTo(0.2);
        assertThat(plan.at("/spending/assumptions").toString())
                .contains("\"MFU, the median of the runs in " + runs + "\"");
    }

    @Test
    void saysThatAnMfuOverACeilingIsNoneOverAPeak() throws IOException {
        Path runs = folder.resolve("runs");
        Run run = run("trained", 0.3);
        Provenance provenance = new Provenance(null, null, null, null, null, null, null, null, null, 2e11, null);
        ParquetTable.RUNS.write(
                runs.resolve("a.parquet"),
                List.of(new Run(
                        run.identity(),
                        run.size(),
                        run.compute(),
                        run.quality(),
                        run.cost(),
                        run.inference(),
                        run.compression(),
                        run.training(),
                        run.outcome(),
                        run.failure(),
                        provenance)));
        JsonNode plan = json("budget", law, "--gpu-hours", 10, "--gpu", "l4", "--mfu-from", runs, "--json");
        assertThat(plan.at("/spending/mfu").asDouble()).isEqualTo(0.3);
        assertThat(plan.at("/spending/assumptions").toString())
                .contains("MFU, the median of the runs in " + runs + "; over their measured ceiling, not the vendor's"
                        + " peak: less would be left of that");
    }

    @Test
    void refusesRunsWithoutMfu() throws IOException {
        Path runs = folder.resolve("runs");
        ParquetTable.RUNS.write(runs.resolve("a.parquet"), List.of(run("a", null)));
        assertRefused(
                "Cannot take the MFU from " + runs + ": none of its 1 runs has one; give it with --mfu.",
                "budget",
                law,
                "--gpu-hours",
                10,
                "--gpu",
                "l4",
                "--mfu-from",
                runs);
    }

    private static Run run(String name, Double mfu) {
        Run run = Run.of(name, 1e6, 1e8, null, 3.0);
        Cost cost = new Cost(null, null, null, mfu, null, null, null, null, null, null);
        return new Run(
                run.identity(),
                run.size(),
                run.compute(),
                run.quality(),
                cost,
                run.inference(),
                run.compression(),
                run.training(),
                run.outcome(),
                run.failure(),
                run.provenance());
    }

    @Test
    void wantsExactlyOneBudget() {
        Terminal two = Terminal.run("budget", law, "--flops", "1e20", "--usd", 5);
        assertThat(two.code()).isEqualTo(2);
        assertThat(two.err()).contains("Error: --flops=C, --usd=X are mutually exclusive (specify only one)");
        Terminal none = Terminal.run("budget", law);
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err()).contains("--flops=C | --gpu-hours=H | --usd=X | --kwh=X | --co2-kg=X");
    }

    @Test
    void namesWhatCannotBePlanned() {
        assertRefused(
                "Cannot plan with a budget of -5.0 USD; want a finite number above 0, such as 1000.",
                "budget",
                law,
                "--usd=-5");
        assertRefused(
                "Cannot count GPU-hours without a device; name one with --gpu, such as h100-sxm.",
                "budget",
                law,
                "--gpu-hours",
                5);
        for (String option : List.of(
                "--gpus=8",
                "--dtype=bf16",
                "--mfu=0.4",
                "--mfu-from=runs",
                "--watts=500",
                "--pue=1.1",
                "--g-co2-per-kwh=30",
                "--usd-per-gpu-hour=2",
                "--max-latency-ms=20")) {
            assertRefused(
                    "Cannot use " + option.replaceAll("=.*", "") + " without a device; name one with --gpu.",
                    "budget",
                    law,
                    "--flops",
                    "1e20",
                    option);
        }
        assertRefused(
                "Cannot plan with both --mfu and --mfu-from; give one.",
                "budget",
                law,
                "--usd",
                5,
                "--mfu",
                0.4,
                "--mfu-from",
                "runs");
        assertRefused(
                "Cannot use --repeat without a number of distinct tokens; give --unique-tokens.",
                "budget",
                law,
                "--flops",
                "1e20",
                "--repeat",
                "muennighoff");
        assertRefused(
                "Cannot count bf16 on V100 SXM2: no such rate is published; it has fp32, fp16.",
                "budget",
                law,
                "--flops",
                "1e20",
                "--gpu",
                "v100-sxm2",
                "--dtype",
                "bf16");
        Terminal unknown = Terminal.run("budget", law, "--flops", "1e20", "--gpu", "h200");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).startsWith("Cannot find the GPU 'h200' in the catalogue; nearest is 'H200 SXM'.");
    }

    private static void assertRefused(String message, Object... arguments) {
        Terminal refused = Terminal.run(arguments);
        assertThat(refused.err()).isEqualTo(message + System.lineSeparator());
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
    }

    // audit --catalogue

    @Test
    void auditsTheCatalogueWithYearAndSource() {
        Terminal answer = Terminal.run("audit", law, "--catalogue", "--model", "mine,1e9,1e9");
        assertThat(answer.code()).isZero();
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out())
                .containsPattern("verdict +year +source")
                .containsPattern("mine +1.00e9 +1.00e9 .*compute-optimal")
                .containsPattern("GPT-3 175B .* 2020 +Brown et al. 2020, arXiv:2005.14165")
                .containsPattern("Galactica 120B .*\\(4.25 epochs\\)")
                .contains("A verdict is about the sizes under this law, not about a model's loss.")
                .containsPattern("note: \\d+ of \\d+ lie outside the fitted compute \\(6.00e18 to 6.00e20 FLOPs\\)");
    }

    @Test
    void writesTheCatalogueAsTheAuditWithYearAndSource() throws IOException {
        Terminal answer = Terminal.run(
                "audit", law, "--catalogue", "--model", "mine,1e9,1e9", "--inference-tokens", "1e12", "--json");
        assertThat(answer.code()).isZero();
        assertThat(answer.err()).startsWith("note: ");
        JsonNode rows = new ObjectMapper().readTree(answer.out());
        assertThat(rows.size()).isGreaterThan(30);
        assertThat(rows.get(0).get("name").asText()).isEqualTo("mine");
        assertThat(rows.get(0).get("year").isNull()).isTrue();
        assertThat(rows.get(0).get("source").isNull()).isTrue();
        JsonNode llama = null;
        for (JsonNode row : rows) {
            if (row.get("name").asText().equals("LLaMA 7B")) {
                llama = row;
            }
        }
        assertThat(llama.get("params").asDouble()).isEqualTo(6738415616.0);
        assertThat(llama.get("verdict").asText()).isEqualTo("over-trained");
        assertThat(llama.get("lifetimeFlops").asDouble()).isPositive();
        assertThat(llama.get("year").asInt()).isEqualTo(2023);
        assertThat(llama.get("source").asText()).startsWith("Touvron et al. 2023");
    }

    @Test
    void saysHowToAuditWithoutRuns() {
        assertRefused(
                "Nothing to audit: a law holds no runs; name a model with --model, or take the public ones with --catalogue.",
                "audit",
                law);
    }
}
