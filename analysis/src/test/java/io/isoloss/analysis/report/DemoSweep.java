package io.isoloss.analysis.report;

import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.Compression;
import io.isoloss.analysis.runs.Compute;
import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.Identity;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Provenance;
import io.isoloss.analysis.runs.Quality;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.analysis.runs.Size;
import io.isoloss.analysis.runs.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A sweep on a known law with noise, like the quickstart's; run it as a program to look at its page. */
final class DemoSweep {
    private static final Chinchilla LAW = new Chinchilla(0.95, 38, 190, 0.42, 0.40);
    private static final double[] BUDGETS = {3e10, 1e11, 3e11, 1e12, 3e12};

    private DemoSweep() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        HtmlReport.write(Report.of(table(), new FitOptions(1e-3, 200, 1)), folder.resolve("report.html"));
        List<Run> few = table().runs().stream()
                .filter(run -> run.completed() && run.identity().budgetFlops() < 2e11)
                .toList();
        HtmlReport.write(Report.of(new RunTable(few, List.of()), FitOptions.DEFAULT), folder.resolve("few.html"));
        HtmlReport.write(Reports.of(families(), new FitOptions(1e-3, 100, 1)), folder.resolve("families.html"));
        HtmlReport.write(Reports.of(tasks(), new FitOptions(1e-3, 100, 1)), folder.resolve("tasks.html"));
        if (arguments.length > 1) {
            RunTable published = RunTable.read(Path.of(arguments[1]));
            HtmlReport.write(Report.of(published, FitOptions.DEFAULT), folder.resolve("published.html"));
        }
    }

    /** Four families on one corpus: the fourth on a single budget, so that it has no frontier. */
    static RunTable families() {
        List<Run> runs = new ArrayList<>(table().runs());
        runs.addAll(of("lstm", null, new Chinchilla(0.95, 30, 500, 0.38, 0.42), 11, BUDGETS));
        runs.addAll(of("conv1d", null, new Chinchilla(1.05, 45, 200, 0.40, 0.39), 12, BUDGETS));
        runs.addAll(of("mlp", null, new Chinchilla(1.4, 38, 190, 0.42, 0.40), 13, 1e11));
        return new RunTable(runs, table().problems());
    }

    /** One family at two tasks. */
    static RunTable tasks() {
        List<Run> runs = new ArrayList<>(table().runs());
        runs.addAll(of("transformer", "document_class", new Chinchilla(0.2, 9, 40, 0.42, 0.40), 14, BUDGETS));
        return new RunTable(runs, List.of());
    }

    private static List<Run> of(String family, String task, Chinchilla law, int seed, double... budgets) {
        Random random = new Random(seed);
        List<Run> runs = new ArrayList<>();
        for (double budget : budgets) {
            for (int step = -3; step < 3; step++) {
                double params = Math.rint(law.optimalParams(budget) * Math.pow(2, step + 0.5));
                double loss = law.loss(params, budget / (6 * params)) * Math.exp(0.005 * random.nextGaussian());
                runs.add(run(family, task, 1000 * seed + runs.size(), budget, params, loss, Run.COMPLETED, null));
            }
        }
        return runs;
    }

    /** Twenty-eight completed runs on five budgets, one diverged, one lost, one damaged file. */
    static RunTable table() {
        Random random = new Random(7);
        List<Run> runs = new ArrayList<>();
        for (double budget : BUDGETS) {
            int first = budget > 2e12 ? 1 : -3;
            for (int step = first; step < (budget > 2e12 ? 5 : 3); step++) {
                double params = Math.rint(LAW.optimalParams(budget) * Math.pow(2, step + 0.5));
                double loss = LAW.loss(params, budget / (6 * params)) * Math.exp(0.005 * random.nextGaussian());
                runs.add(run("transformer", null, runs.size(), budget, params, loss, Run.COMPLETED, null));
            }
        }
        runs.add(run(
                "transformer",
                null,
                runs.size(),
                1e12,
                2.5e5,
                null,
                Run.DIVERGED,
                "loss is NaN at step 120; lower the learning rate"));
        runs.add(run("transformer", null, runs.size(), 3e12, 2.5e5, null, Run.LOST, "executor 2 ended"));
        return new RunTable(
                runs, List.of(new Problem("runs/b.parquet", "Cannot read runs/b.parquet: bad checksum.", true)));
    }

    private static Run run(
            String family,
            String task,
            int place,
            double budget,
            double params,
            Double loss,
            String outcome,
            String failure) {
        double tokens = Math.rint(budget / (6 * params));
        double seconds = budget / 4e10 + 1.5;
        String specification = String.format(
                "{\"corpus\":{\"name\":\"java-and-scala\",\"sha256\":\"%s\"},\"recipe\":{\"optimiser\":\"adamw\","
                        + "\"beta1\":0.9,\"beta2\":0.95,\"steps\":%d},\"schema_version\":1,\"shape\":{\"context\":64,"
                        + "\"width\":%d}}",
                "3f".repeat(32), place + 100, 8 * place + 8);
        return new Run(
                new Identity(
                        String.format("%064x", 0xabcdef0123L * (place + 1)),
                        "quickstart",
                        family,
                        8 * place + 8,
                        2,
                        2,
                        64,
                        256,
                        (place < 1000 ? "" : family + "-")
                                + String.format("c%.0e-n%.0f", budget, params).replace("+", ""),
                        1L,
                        specification,
                        budget),
                new Size(params + 16384, params, tokens, tokens),
                new Compute(1.12 * budget, 6 * params * tokens),
                new Quality(
                        loss,
                        loss == null ? null : 0.004,
                        loss == null ? null : loss / Math.log(2),
                        loss,
                        null,
                        null,
                        null,
                        null,
                        null),
                new Cost(seconds, seconds, tokens / seconds, null, null, null, null, null, null, null),
                Inference.NONE,
                Compression.NONE,
                new Training(task, null, null, null, null, null, null, null, null, null, null, null, null, null),
                outcome,
                failure,
                new Provenance(
                        "0.1.0-SNAPSHOT+0123abc",
                        "nd4j 1.0.0-M2.1, spark 3.5.7",
                        "cpu avx2, one thread",
                        null,
                        Instant.parse("2025-01-31T12:00:00Z")
                                .plusSeconds(40L * place)
                                .toString(),
                        place + 100L,
                        16,
                        null,
                        0.01 / (1 + place % 3),
                        null,
                        null));
    }
}
