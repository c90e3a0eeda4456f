package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FitResult;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.LawSelection;
import io.isoloss.analysis.fit.LawSelection.Criterion;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.PublishedRuns;
import io.isoloss.analysis.fit.Residuals;
import io.isoloss.analysis.fit.Rho;
import io.isoloss.analysis.fit.Sample;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.LawForms;
import io.isoloss.analysis.law.OverTraining;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.analysis.law.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.stat.correlation.Covariance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every published number that lies in shared/data, beside ours: writes and holds docs/benchmarks/published-results.md. */
@Tag("slow")
class PublishedResultsTest {
    private static final FitOptions HUBER = new FitOptions(1e-3, 0, 0);
    private static final FitOptions LAD = HUBER.with(Rho.absolute(), Residuals.LOG);
    private static final FitOptions PLAIN_MSE = HUBER.with(Rho.squares(), Residuals.PLAIN);
    private static final FitOptions LOG_MSE = HUBER.with(Rho.squares(), Residuals.LOG);

    private static final String HEAD = """
            # Published results, and ours

            `PublishedResultsTest` computes this page from the raw published tables and fails where a number leaves its
            tolerance or the page is not what it computes; `mvn -pl analysis test -Dtest=PublishedResultsTest
            -Disoloss.write=true` writes it anew. "Same" means to the digits published. "Lower" is a better optimum of the same
            objective than the published one. The tables lie beside the repository, with their sources, and not in it.
            """;

    @Test
    void everyPublishedNumberIsMetOrItsDifferenceExplained() throws IOException {
        PublishedPage page = new PublishedPage(HEAD);
        epoch(page);
        gemstones(page);
        isoFlops(page);
        porian(page);
        gadre(page);
        dataConstrained(page);
        extrapolation(page);
        sardana(page);
        Path file = Path.of(System.getProperty("isoloss.home", ".."), "docs", "benchmarks", "published-results.md");
        if (Boolean.getBoolean("isoloss.write")) {
            Files.writeString(file, page.toString());
        }
        assertThat(page.different()).isEmpty();
        assertThat(page.toString()).isEqualTo(Files.readString(file));
    }

    private static void epoch(PublishedPage page) {
        page.section(
                "Chinchilla's runs, read from its figure 4",
                "Besiroglu et al. 2024 (arXiv:2404.10102), 240 points. The published optimum of 4,500 starts is not quite one;"
                        + " the headline's A, B, alpha and beta are those of least absolute deviations, its E that of Huber's"
                        + " loss.");
        List<Observation> points = PublishedRuns.read("epoch-analyzing-chinchilla/epoch240.csv", Map.of());
        FitResult huber = LawFit.fit(Chinchilla.FORM, points, new FitOptions(1e-3, 4000, 0));
        page.noHigher(
                "Huber 1e-3, log residuals, sum: objective, as published",
                "0.00101827403461",
                huber.objective().value());
        page.noHigher("the same, polished", "0.0010182740178", huber.objective().value());
        Map<String, Estimate> fit = huber.parameters();
        page.same("E, polished", "1.81722", fit.get("E").value());
        page.same("A, polished", "477.826", fit.get("A").value());
        page.same("B, polished", "2143.417", fit.get("B").value(), 0.001);
        page.same("alpha, polished", ".34731", fit.get("alpha").value());
        page.same("beta, polished", ".36717", fit.get("beta").value());
        FitResult lad = LawFit.fit(Chinchilla.FORM, points, LAD);
        page.noHigher("absolute deviations: sum", "1.129494655", lad.objective().value());
        page.noHigher("the same, reweighted", "1.12949465362", lad.objective().value() - 2e-10); // smoothing of |r|
        page.same("A", "482.006", lad.parameters().get("A").value());
        page.same("B", "2085.436", lad.parameters().get("B").value());
        page.same("E", "1.81686", lad.parameters().get("E").value());
        page.same("alpha", ".34781", lad.parameters().get("alpha").value());
        page.same("beta", ".36585", lad.parameters().get("beta").value());
        interval(page, "A", "285.2", "743.6", fit.get("A"));
        interval(page, "B", "1042", "5810", fit.get("B"));
        interval(page, "E", "1.769", "1.871", fit.get("E"));
        interval(page, "alpha", ".317", ".373", fit.get("alpha"));
        interval(page, "beta", ".331", ".415", fit.get("beta"));
        double[] exponents = huber.fitted().surfaces().stream()
                .mapToDouble(law -> ((Chinchilla) law).paramsExponent())
                .sorted()
                .toArray();
        page.same("standard error of a", ".020", deviation(exponents), 0.0011);
        page.same(
                "80 % width of a",
                ".051", exponents[(int) (0.9 * exponents.length)] - exponents[(int) (0.1 * exponents.length)], 0.003);
        List<Sample> samples = samples(points);
        Chinchilla rounded = new Chinchilla(1.69, 406.4, 410.7, .34, .28);
        Chinchilla unrounded =
                new Chinchilla(Math.exp(.5267228), Math.exp(6.0073404), Math.exp(6.0179186), .33917084, .2849083);
        page.same("log likelihood of the fit (Laplace)", "879.77", logLikelihood(lad.atOptimum(), samples));
        page.same("of Hoffmann's parameters, unrounded", "837.78", logLikelihood(unrounded, samples));
        page.same("of Hoffmann's parameters, rounded", "562.25", logLikelihood(rounded, samples));
        page.same(
                "likelihood ratio against the unrounded",
                "84.00",
                2 * (logLikelihood(lad.atOptimum(), samples) - logLikelihood(unrounded, samples)));
        page.explained(
                "chi-square (5) of Hoffmann's unrounded parameters",
                "238.40",
                chiSquare(huber, (Chinchilla) lad.atOptimum()),
                10,
                "within 4 %: it rests on the covariance of 4,000 random draws");
        Chinchilla law = (Chinchilla) lad.atOptimum();
        page.same("D/N of the headline law at 5.76e23 FLOPs", "18.4", ratio(rounded(law), 5.76e23), 0.3);
    }

    private static void interval(PublishedPage page, String letter, String low, String high, Estimate ours) {
        double width = Double.parseDouble(high) - Double.parseDouble(low);
        page.end(letter + ", 2.5 % of 4,000 bootstraps", low, ours.low(), width);
        page.end(letter + ", 97.5 %", high, ours.high(), width);
    }

    private static Chinchilla rounded(Chinchilla law) {
        return new Chinchilla(
                Math.round(law.E() * 1e4) / 1e4,
                Math.round(law.A() * 100) / 100.0,
                Math.round(law.B() * 100) / 100.0,
                Math.round(law.alpha() * 1e4) / 1e4,
                Math.round(law.beta() * 1e4) / 1e4);
    }

    private static double ratio(Chinchilla law, double flops) {
        return law.optimalTokens(flops) / law.optimalParams(flops);
    }

    private static double deviation(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow());
    }

    /** The largest over the scale: Huber's density with a scale far below delta is Laplace's. */
    private static double logLikelihood(ScalingLaw law, List<Sample> samples) {
        double mean = samples.stream()
                .mapToDouble(s -> Math.abs(Math.log(law.predict(s.x()) / s.y())))
                .average()
                .orElseThrow();
        return -samples.size() * (Math.log(2 * mean) + 1);
    }

    private static double chiSquare(FitResult bootstrap, Chinchilla headline) {
        double[][] draws = bootstrap.fitted().surfaces().stream()
                .map(law -> logs((Chinchilla) law))
                .toArray(double[][]::new);
        RealMatrix covariance = new Covariance(draws).getCovarianceMatrix();
        ArrayRealVector distance = new ArrayRealVector(logs(headline))
                .subtract(new ArrayRealVector(new double[] {6.0073404, 6.0179186, .5267228, .33917084, .2849083}));
        return distance.dotProduct(new LUDecomposition(covariance).getSolver().solve(distance));
    }

    private static double[] logs(Chinchilla law) {
        return new double[] {Math.log(law.A()), Math.log(law.B()), Math.log(law.E()), law.alpha(), law.beta()};
    }

    private static List<Sample> samples(List<Observation> points) {
        return points.stream()
                .map(p -> new Sample(p.name(), new double[] {p.params(), p.tokens()}, p.loss(), null, null, p.flops()))
                .toList();
    }

    private static void gemstones(PublishedPage page) {
        page.section(
                "Gemstones",
                "McLeish et al. 2025, Huber's loss of log residuals from 4,500 starts; objectives as their files have them."
                        + " At delta 1e-4 none of the three published optima is one.");
        gemstone(page, "hot", 1e-3, ".0019816129", ".29287", ".71287", 2e-4);
        gemstone(page, "hot", 1e-4, ".0002076018", ".29892", ".69283", .04);
        gemstone(page, "cool_end", 1e-3, ".0019640865", ".30027", ".58024", 2e-4);
        gemstone(page, "cool_end", 1e-4, ".0002059406", ".29701", ".69040", .11);
        gemstone(page, "slim_chinchilla", 1e-3, ".0001204363", ".21378", ".52601", 3e-4);
        gemstone(page, "slim_chinchilla", 1e-4, ".0000133978", ".27644", ".47382", .08);
        Envelope envelope = EnvelopeTest.gemstones();
        page.same(
                "approach 1, cool_end: params exponent",
                ".59698",
                envelope.paramsExponent().value());
        page.same(
                "approach 1, cool_end: tokens exponent",
                ".39326",
                envelope.tokensExponent().value());
        page.note(
                "Approach 1's published .4579 and .4994 (params) and .5249 (tokens) come from denser tables that are not among"
                        + " the data, and are not reproduced.");
    }

    private static void gemstone(
            PublishedPage page, String table, double delta, String objective, String alpha, String beta, double moved) {
        FitResult fit = LawFit.fit(
                Chinchilla.FORM,
                PublishedRuns.read(
                        "gemstones/wandb_df_for_fitting_" + table + ".jsonl",
                        Map.of("params", "params_active_precise")),
                new FitOptions(delta, 0, 0));
        String name = String.format(Locale.ROOT, "%s, delta %.0e: ", table, delta);
        page.noHigher(name + "objective", objective, fit.objective().value());
        String why = "at the lower objective";
        page.explained(name + "alpha", alpha, fit.parameters().get("alpha").value(), moved, why);
        page.explained(name + "beta", beta, fit.parameters().get("beta").value(), moved, why);
    }

    private static void isoFlops(PublishedPage page) {
        page.section(
                "IsoFLOP sets",
                "Open-Athena's extracts, peer `vpnls` 0.1.0: Huber 1e-3 of plain residuals, mean (in 1e-6), and mean squared"
                        + " error; approach 2 by a parabola through every budget.");
        isoFlop(page, "ml_scalefit", "13.098", new String[] {".3885", ".4334", "1.9176", ".5274"}, ".5134", ".4879");
        isoFlop(
                page,
                "epochai_chinchilla",
                "33.276",
                new String[] {".4336", ".6507", "2.0618", ".6001"},
                ".4951",
                ".5049");
        isoFlop(page, "marin_comma", "22.914", new String[] {".7245", ".4111", "2.8092", ".362"}, ".4049", ".5724");
    }

    private static void isoFlop(
            PublishedPage page, String table, String objective, String[] squares, String params, String tokens) {
        List<Observation> points = PublishedRuns.read("isoflops/" + table + ".isoflops.csv", Map.of());
        FitResult huber = LawFit.fit(Chinchilla.FORM, points, HUBER.with(Rho.huber(1e-3), Residuals.PLAIN));
        page.noHigher(table + ": objective", objective, 1e6 * huber.objective().value() / points.size());
        FitResult mse = LawFit.fit(Chinchilla.FORM, points, PLAIN_MSE);
        page.same(
                table + ": alpha, squares",
                squares[0],
                mse.parameters().get("alpha").value());
        page.same(
                table + ": beta, squares",
                squares[1],
                mse.parameters().get("beta").value());
        page.same(table + ": E, squares", squares[2], mse.parameters().get("E").value());
        page.same(
                table + ": a, squares",
                squares[3],
                mse.optimum().paramsExponent().value());
        List<List<Observation>> budgets = Budgets.of(points);
        page.same(table + ": a, approach 2", params, IsoFlopFrontierTest.throughAll(budgets, Observation::params));
        page.same(table + ": b, approach 2", tokens, IsoFlopFrontierTest.throughAll(budgets, Observation::tokens));
    }

    private static void porian(PublishedPage page) {
        page.section(
                "Kaplan to Chinchilla, step by step",
                "Porian et al. 2024 (arXiv:2406.19146): exponent of N_opt by Akima spline under the noise of seeds, from the raw"
                        + " points and with the published random numbers.");
        Map<String, List<Observation>> experiments = PorianTest.experiments();
        SeedDraws draws = null;
        int place = 0;
        for (Map<String, String> expected : PublishedTable.rows("porian-rsld/expected_exponents.csv")) {
            if (PorianTest.FIRST_OF_A_RUN.contains(place++)) {
                draws = new PorianTest.NumpyDraws(42);
            }
            String published = String.format(Locale.ROOT, "%.4f", Double.parseDouble(expected.get("a")));
            page.same(
                    expected.get("config"),
                    published,
                    PorianTest.frontier(expected, experiments, draws)
                            .paramsExponent()
                            .value());
        }
    }

    private static void gadre(PublishedPage page) {
        page.section(
                "Over-training",
                "Gadre et al. 2024 (arXiv:2403.08540): five small models fitted by least squares foretell C4 loss and, with a"
                        + " sixth, the error of 17 tasks; relative errors in %.");
        ScalingLaw loss = foretell(page, "rpj", Map.of("1.4B, M = 640", ".7103", "6.9B, M = 20", ".7320"));
        foretell(page, "c4_original", Map.of("1.4B, M = 80", "1.4979", "6.9B, M = 20", "4.2952"));
        foretell(page, "rw_original", Map.of("1.4B, M = 320", ".0052", "6.9B, M = 20", "1.6193"));
        List<Map<String, String>> rows = models("rpj");
        List<Map<String, String>> six = new ArrayList<>(
                rows.stream().filter(PublishedResultsTest::isSmall).toList());
        rows.stream()
                .filter(row -> billions(row) == 1 && number(row, "tok_mult") == 20)
                .forEach(six::add);
        ScalingLaw error = LawFit.fitSamples(
                        LawForms.named("exponential-error", null, null),
                        six.stream()
                                .map(row -> sample(row, "err_avg17", "loss_c4_val"))
                                .toList(),
                        PLAIN_MSE)
                .atOptimum();
        for (Map<String, String> row : rows) {
            double wanted = number(row, "err_avg17");
            double ours =
                    100 * Math.abs(error.predict(loss.predict(number(row, "N"), number(row, "D"))) - wanted) / wanted;
            if (billions(row) == 1 && number(row, "tok_mult") == 640) {
                page.same("rpj, 17 tasks, 1.4B, M = 640", "3.6365", ours);
            } else if (billions(row) == 6) {
                page.same("rpj, 17 tasks, 6.9B, M = 20", ".0464", ours);
            }
        }
    }

    private static ScalingLaw foretell(PublishedPage page, String trainedOn, Map<String, String> published) {
        List<Map<String, String>> rows = models(trainedOn);
        ScalingLaw law = LawFit.fitSamples(
                        OverTraining.FORM,
                        rows.stream()
                                .filter(PublishedResultsTest::isSmall)
                                .map(row -> sample(row, "loss_c4_val", "N", "D"))
                                .toList(),
                        PLAIN_MSE)
                .atOptimum();
        for (Map<String, String> row : rows) {
            String model = String.format(
                    Locale.ROOT, "%s, M = %.0f", billions(row) == 6 ? "6.9B" : "1.4B", number(row, "tok_mult"));
            if (billions(row) >= 1 && published.containsKey(model)) {
                double wanted = number(row, "loss_c4_val");
                page.same(
                        trainedOn + ", C4 loss, " + model,
                        published.get(model),
                        100 * Math.abs(law.predict(number(row, "N"), number(row, "D")) - wanted) / wanted);
            }
        }
        return law;
    }

    private static List<Map<String, String>> models(String trainedOn) {
        return PublishedTable.rows("mlfoundations-scaling/models104.csv").stream()
                .filter(row -> row.get("dataset").equals(trainedOn))
                .toList();
    }

    /** The five models of the published fit. */
    private static boolean isSmall(Map<String, String> row) {
        return (number(row, "tok_mult") == 20 && billions(row) < 1)
                || (number(row, "tok_mult") == 320 && number(row, "N") < 2e7);
    }

    private static int billions(Map<String, String> row) {
        return (int) (number(row, "N") / 1e9);
    }

    private static void dataConstrained(PublishedPage page) {
        page.section(
                "Repeated data",
                "Muennighoff et al. 2023 (arXiv:2305.16264), 182 runs; the law of one epoch held at its published values.");
        Chinchilla base =
                new Chinchilla(Math.exp(.6254804), Math.exp(6.255414), Math.exp(7.3049974), .3526596, .3526596);
        LawForm form = LawForms.named("data-constrained", null, base);
        List<Sample> runs = PublishedTable.rows("datablations/datablations_c4_fit182.csv").stream()
                .map(row -> sample(row, "loss", "N", "D", "unique_tokens"))
                .toList();
        ScalingLaw published = form.law(new double[0], new double[] {15.387756, 5.309743});
        page.noHigher("objective at the published R_D*, R_N*", ".0158259366", huber(published, runs));
        page.same("R2 there", ".7722", explained(published, runs));
        page.same("R2 without decay", ".4452", explained(form.law(new double[0], new double[] {1e9, 1e9}), runs));
        FitResult fit = LawFit.fitSamples(form, runs, HUBER);
        page.noHigher("least objective", ".0158046625", fit.objective().value());
        ScalingLaw best = fit.atOptimum();
        page.same("R_D* there", "95.37", best.parameters().get("R_D*"), 0.01);
        page.same("R_N* there", "1.706", best.parameters().get("R_N*"));
        Estimate repeats = fit.parameters().get("R_D*");
        page.told(
                "R_D*, 95 % (bootstrap; ours by profile likelihood)",
                "5.5 to unbounded",
                String.format(Locale.ROOT, "%.1f to unbounded", repeats.low()),
                !repeats.identified() && repeats.high() == null && Math.abs(repeats.low() - 5.5) < 1,
                "not identified");
        Estimate excess = fit.parameters().get("R_N*");
        page.told(
                "R_N*, 95 % (the same)",
                ".25 to 18.6",
                String.format(Locale.ROOT, "%.2f to %.1f", excess.low(), excess.high()),
                excess.low() > .25 && excess.low() < .6 && excess.high() > 12 && excess.high() < 18.6,
                "within the bootstrap's");
    }

    private static double huber(ScalingLaw law, List<Sample> samples) {
        return samples.stream()
                .mapToDouble(s -> Math.abs(Math.log(law.predict(s.x()) / s.y())))
                .map(r -> r <= 1e-3 ? r * r / 2 : 1e-3 * (r - 5e-4))
                .sum();
    }

    private static double explained(ScalingLaw law, List<Sample> samples) {
        double mean = samples.stream().mapToDouble(Sample::y).average().orElseThrow();
        return 1
                - samples.stream()
                                .mapToDouble(s -> Math.pow(law.predict(s.x()) - s.y(), 2))
                                .sum()
                        / samples.stream()
                                .mapToDouble(s -> Math.pow(s.y() - mean, 2))
                                .sum();
    }

    private static void extrapolation(PublishedPage page) {
        page.section(
                "Extrapolation benchmark, language",
                "Alabdulmohsin et al. 2022 (arXiv:2209.06640): each law is fitted to the smaller sizes (squares of log residuals)"
                        + " and foretells the larger; geometric mean over tasks of the root mean square of log errors. M4 for every"
                        + " task is a choice made before looking; so are the two criteria of `--law auto`, which see the smaller"
                        + " sizes only. Of power law, with floor, broken once, and M4.");
        Map<String, String> m1 = Map.of("NMT", ".2188", "LM", ".01320", "BB", ".01217");
        Map<String, String> m2 = Map.of("NMT", ".0434", "LM", ".000956", "BB", ".00872");
        Map<String, List<Map<String, String>>> tasks = new LinkedHashMap<>();
        for (Map<String, String> row : PublishedTable.rows("extrapolation-benchmark/benchmark.lang.csv")) {
            tasks.computeIfAbsent(row.get("Domain") + row.get("Task") + row.get("Model"), key -> new ArrayList<>())
                    .add(row);
        }
        Map<String, Map<String, List<Double>>> errors = new LinkedHashMap<>();
        for (List<Map<String, String>> task : tasks.values()) {
            String domain = task.get(0).get("Domain");
            List<Sample> known = part(task, "1");
            List<Sample> held = part(task, "0");
            Map<String, List<Double>> of = errors.computeIfAbsent(domain, key -> new LinkedHashMap<>());
            Map<String, Double> error = new HashMap<>();
            List<LawForm> forms = Stream.of("power-law", "power-law-floor", "broken-power-law-1", "m4")
                    .map(PublishedResultsTest::form)
                    .toList();
            LawSelection heldOut = LawSelection.of(forms, known, sample -> sample.x()[0], Criterion.HELD_OUT, LOG_MSE);
            heldOut.contenders().stream()
                    .filter(law -> law.failure() == null) // the broken law has too many parameters for some
                    .forEach(law -> error.put(law.law(), LawSelection.error(law.fitted(), held)));
            error.put("held-out", error.get(heldOut.chosen().name()));
            error.put("aicc", error.get(heldOut.by(Criterion.AICC).chosen().name()));
            error.forEach((law, value) ->
                    of.computeIfAbsent(law, key -> new ArrayList<>()).add(value));
        }
        errors.forEach((domain, of) -> {
            page.same(domain + ", M1: power law", m1.get(domain), geometricMean(of.get("power-law")), 6e-5);
            page.same(domain + ", M2: with floor", m2.get(domain), geometricMean(of.get("power-law-floor")), 6e-5);
            page.noHigher(domain + ", M4 against M2", m2.get(domain), geometricMean(of.get("m4")));
            page.noHigher(domain + ", auto by AICc against M2", m2.get(domain), geometricMean(of.get("aicc")));
            double heldOut = geometricMean(of.get("held-out"));
            boolean lower = heldOut <= Double.parseDouble(m2.get(domain));
            page.told(
                    domain + ", auto by held-out error against M2",
                    m2.get(domain),
                    String.format(Locale.ROOT, "%.3g", heldOut),
                    true,
                    lower ? "lower" : "higher: the few largest of the smaller sizes mislead it");
        });
    }

    private static LawForm form(String law) {
        return LawForms.named(law, Variable.TOKENS, null);
    }

    private static double geometricMean(List<Double> values) {
        return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
    }

    private static List<Sample> part(List<Map<String, String>> task, String training) {
        Predicate<Map<String, String>> inside = row -> row.get("Training").equals(training);
        return task.stream()
                .filter(inside)
                .map(row -> sample(row, "Loss", "Seen Examples"))
                .toList();
    }

    private static void sardana(PublishedPage page) {
        page.section(
                "Inference in the bill",
                "Sardana et al. 2023 (arXiv:2401.00448): A 406.4, B 410.7, E 1.69, alpha .336, beta .283; the quality of 13B"
                        + " parameters on 576B tokens, with 2T tokens served.");
        Chinchilla law = new Chinchilla(1.69, 406.4, 410.7, .336, .283);
        Lifetime lifetime = Lifetime.of(law, 13e9, 576e9, 2e12);
        page.same("cheapest size, billions of parameters", "6.97", lifetime.optimalParams() / 1e9, 0.011);
        page.explained(
                "saving of lifetime FLOPs, %",
                "17.4",
                100 * (1 - lifetime.optimalFlops() / lifetime.flops()),
                0.08,
                "17.47, which the published number cuts");
    }

    private static Sample sample(Map<String, String> row, String response, String... predictors) {
        return new Sample(
                "row",
                Arrays.stream(predictors).mapToDouble(name -> number(row, name)).toArray(),
                number(row, response),
                null,
                null,
                null);
    }

    private static double number(Map<String, String> row, String column) {
        return Double.parseDouble(row.get(column));
    }
}
