package io.isoloss.analysis.report;

import static io.isoloss.analysis.report.HtmlTable.escape;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.frontier.Audit;
import io.isoloss.analysis.frontier.FrontierPoint;
import io.isoloss.analysis.frontier.IsoFlopFrontier;
import io.isoloss.analysis.frontier.IsoFlopProfile;
import io.isoloss.analysis.frontier.ParametricFrontier;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sentences of the page: the headline, the warnings and what each chart shows, in plain text. */
final class Prose {
    private final Report report;
    private final FittedLaw law;
    private final List<Observation> points;
    private final IsoFlopFrontier isoFlop;

    Prose(Report report) {
        this.report = report;
        this.law = report.law().orElse(null);
        this.points = report.points();
        this.isoFlop = report.isoFlop();
    }

    /** What was trained, where the optimum lies, whether the two approaches agree. */
    List<String> headline() {
        return Stream.of(trained(), optimum(), report.agreement()).toList();
    }

    private String trained() {
        List<Run> runs = report.table().runs();
        long completed = runs.stream().filter(Run::completed).count();
        String outcome = completed == runs.size()
                ? "All " + runs.size() + " runs completed"
                : completed + " of " + runs.size() + " runs completed";
        List<IsoFlopProfile> shown = ChartData.shown(report);
        if (shown.isEmpty()) {
            return outcome + (points.isEmpty() ? "." : ", with compute from " + range() + ".");
        }
        return outcome + ", on " + plural(shown.size(), "IsoFLOP budget") + " from "
                + Numbers.flops(shown.get(0).flops()) + " to "
                + Numbers.flops(shown.get(shown.size() - 1).flops()) + " FLOPs.";
    }

    /** The minimum of the largest IsoFLOP curve, as measured, and what the law makes of its compute. */
    private String optimum() {
        IsoFlopProfile largest = ChartData.largestUsable(report);
        if (largest == null && law == null) {
            return "The runs do not show where the optimum lies.";
        }
        if (largest == null) {
            return "At " + Numbers.flops(law.highestFlops()) + " FLOPs, the largest compute of the runs, "
                    + lawAt(law.highestFlops());
        }
        String measured =
                "At " + Numbers.flops(largest.flops()) + " FLOPs, the largest budget with a minimum, the IsoFLOP"
                        + " curve is lowest at " + withInterval(largest.params()) + " parameters and "
                        + withInterval(largest.tokens()) + " tokens, with a loss of " + Numbers.loss(largest.loss())
                        + " nats per token";
        return law == null ? measured + "." : measured + "; " + lawAt(largest.flops());
    }

    private String lawAt(double flops) {
        FrontierPoint best = ParametricFrontier.of(law, List.of(flops)).points().get(0);
        return "the fitted law is lowest at " + withInterval(best.params()) + " parameters and "
                + withInterval(best.tokens()) + " tokens, with a loss of "
                + Numbers.loss(best.loss().value()) + " (" + Numbers.interval(best.loss(), Numbers::loss)
                + ") nats per token.";
    }

    /** Key figures: label, value, and interval or remark. */
    List<List<String>> figures() {
        List<Run> runs = report.table().runs();
        List<List<String>> figures = new ArrayList<>();
        figures.add(List.of(
                "Runs completed",
                runs.stream().filter(Run::completed).count() + " of " + runs.size(),
                points.size() + " with N, D and loss"));
        long usable = isoFlop.profiles().stream().filter(IsoFlopProfile::usable).count();
        figures.add(List.of(
                "Budgets with a minimum", usable + " of " + isoFlop.profiles().size(), "approach 2"));
        figures.add(exponent("Exponent a of N_opt, IsoFLOP minima", isoFlop.paramsExponent(), "approach 2"));
        figures.add(exponent(
                "Exponent a of N_opt, fitted law",
                law == null ? Estimate.OPEN : parametric().paramsExponent(),
                "approach 3"));
        Estimate floor = report.fit() == null ? null : report.fit().parameters().get("E");
        if (floor != null) {
            figures.add(List.of(
                    "Irreducible loss E, nats per token",
                    Numbers.value(floor, Numbers::plain),
                    Numbers.interval(floor, Numbers::plain)));
        }
        return figures;
    }

    private static List<String> exponent(String label, Estimate estimate, String approach) {
        return estimate.value() == null
                ? List.of(label, "not supported", approach)
                : List.of(
                        label,
                        Numbers.exponent(estimate.value()),
                        "95 %: " + Numbers.interval(estimate, Numbers::exponent));
    }

    /** What a reader must know before trusting the rest, most important first. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (law == null) {
            warnings.add("There is no law: " + report.noLaw());
        } else {
            warnings.addAll(report.fit().warnings());
            if (law.replicates().isEmpty()) {
                warnings.add("The fit has no bootstrap, so "
                        + (law.profile() == null
                                ? "the law has no intervals"
                                : "the law's intervals are by profile likelihood")
                        + " and every verdict is undecided.");
            }
        }
        if (report.tunedAlternative() != null) {
            warnings.add(report.tunedAlternative());
        }
        if (!isoFlop.supported()) {
            warnings.add("There is no line through the IsoFLOP minima. " + isoFlop.failure());
        }
        List<IsoFlopProfile> unusable =
                isoFlop.profiles().stream().filter(profile -> !profile.usable()).toList();
        unusable.stream()
                .filter(profile -> profile.points().size() >= ChartData.FEWEST_SHOWN)
                .forEach(profile ->
                        warnings.add("Budget " + Numbers.flops(profile.flops()) + " FLOPs: " + profile.failure()));
        long sparse = unusable.stream()
                .filter(profile -> profile.points().size() < ChartData.FEWEST_SHOWN)
                .count();
        if (sparse > 0) {
            warnings.add(plural((int) sparse, "budget") + " with fewer than " + ChartData.FEWEST_SHOWN
                    + " runs show no curve.");
        }
        for (Problem problem : report.table().problems()) {
            warnings.add(leftOut(problem));
        }
        report.table().runs().stream().filter(run -> !run.completed()).forEach(run -> warnings.add(failure(run)));
        long bare = report.table().runs().stream().filter(Run::completed).count() - points.size();
        if (bare > 0) {
            warnings.add(plural((int) bare, "completed run") + " without N, D or loss not in any chart or fit.");
        }
        return warnings;
    }

    static String leftOut(Problem problem) {
        return "Left out " + problem.source() + ": " + problem.message();
    }

    private static String failure(Run run) {
        return "Run " + run.label() + " did not complete: " + run.outcome()
                + (run.failure() == null ? "." : ", " + run.failure());
    }

    String isoFlopCaption() {
        List<IsoFlopProfile> usable =
                isoFlop.profiles().stream().filter(IsoFlopProfile::usable).toList();
        if (usable.isEmpty()) {
            return "No budget shows a minimum between its smallest and largest size; dashed lines join the runs.";
        }
        return "Each curve is a parabola in log N through the runs of one budget; a diamond marks its minimum, with a 95 %"
                + " interval. "
                + usable.stream()
                        .limit(8)
                        .map(profile -> withInterval(profile.params()) + " parameters at "
                                + Numbers.flops(profile.flops()) + " FLOPs, with a loss of "
                                + Numbers.loss(profile.loss()))
                        .collect(Collectors.joining("; ", "It lies at ", ""))
                + (usable.size() > 8 ? "; and so on." : ".");
    }

    String lossCaption() {
        Observation best = points.stream()
                .min(Comparator.comparingDouble(Observation::loss))
                .orElseThrow();
        String lowest = "The lowest loss of a run is " + Numbers.loss(best.loss()) + " nats per token ("
                + report.labels().get(best.name()) + ", " + Numbers.flops(best.flops()) + " FLOPs).";
        if (law == null) {
            return lowest + " No frontier is drawn, for there is no law.";
        }
        return lowest + " The law's frontier falls from "
                + Numbers.loss(law.surface().optimalLoss(law.lowestFlops()))
                + " at " + Numbers.flops(law.lowestFlops()) + " FLOPs to "
                + Numbers.loss(law.surface().optimalLoss(law.highestFlops())) + " at "
                + Numbers.flops(law.highestFlops())
                + " FLOPs; beyond the runs it is dashed.";
    }

    String frontierCaption() {
        return Stream.of(
                        isoFlop.supported()
                                ? "IsoFLOP minima (approach 2) give N_opt ∝ C^"
                                        + exponentWithInterval(isoFlop.paramsExponent()) + " and D_opt ∝ C^"
                                        + exponentWithInterval(isoFlop.tokensExponent()) + "."
                                : "No line through the IsoFLOP minima: " + isoFlop.failure(),
                        law == null
                                ? "No line of the law, for there is none."
                                : "The fitted law (approach 3) gives N_opt ∝ C^"
                                        + exponentWithInterval(parametric().paramsExponent()) + " and D_opt ∝ C^"
                                        + exponentWithInterval(parametric().tokensExponent()) + ".")
                .collect(Collectors.joining(" "));
    }

    String contourCaption() {
        List<Double> levels = ChartData.levels(points);
        return "Along each contour the fitted law gives one loss"
                + (levels.isEmpty()
                        ? ""
                        : ", from " + Numbers.setting(levels.get(0)) + " to "
                                + Numbers.setting(levels.get(levels.size() - 1)) + " nats per token")
                + "; dotted diagonals hold one budget each, and the thick line joins the points where a contour touches"
                + " its diagonal: the compute-optimal path. Points are the runs, in the colour of their loss, which falls toward the upper right.";
    }

    String residualCaption() {
        double squares = 0;
        Observation worst = points.get(0);
        for (Observation point : points) {
            squares += residual(point) * residual(point);
            worst = Math.abs(residual(point)) > Math.abs(residual(worst)) ? point : worst;
        }
        return "Measured over fitted loss, less one. The root mean square of the log residuals is "
                + Numbers.percent(Math.sqrt(squares / points.size())) + "; the largest is "
                + Numbers.percent(Math.expm1(residual(worst))) + ", of "
                + report.labels().get(worst.name()) + ". A trend along C would say that the form of the law is wrong.";
    }

    private double residual(Observation point) {
        return Math.log(point.loss() / law.surface().loss(point.params(), point.tokens()));
    }

    static String verdictSummary(List<Audit> audits) {
        return Stream.of(Audit.OVER_TRAINED, Audit.COMPUTE_OPTIMAL, Audit.UNDER_TRAINED, Audit.UNDECIDED)
                        .map(verdict -> audits.stream()
                                        .filter(audit -> audit.verdict().equals(verdict))
                                        .count()
                                + " " + verdict)
                        .collect(Collectors.joining(", "))
                + ".";
    }

    private ParametricFrontier parametric() {
        return ParametricFrontier.of(law, List.of());
    }

    private String range() {
        return Numbers.flops(
                        points.stream().mapToDouble(Observation::flops).min().orElseThrow()) + " to "
                + Numbers.flops(
                        points.stream().mapToDouble(Observation::flops).max().orElseThrow()) + " FLOPs";
    }

    private static String exponentWithInterval(Estimate estimate) {
        return Numbers.value(estimate, Numbers::exponent) + " (" + Numbers.interval(estimate, Numbers::exponent) + ")";
    }

    private static String withInterval(Estimate estimate) {
        return Numbers.value(estimate, Numbers::count) + " (" + Numbers.interval(estimate, Numbers::count) + ")";
    }

    static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    static String lead(String sentence) {
        return "<p class=\"lead\">" + inline(sentence) + "</p>\n";
    }

    static String paragraph(String text) {
        return "<p>" + inline(text) + "</p>\n";
    }

    /** Text, escaped, with N_opt, D_opt and powers of C set as in the papers. */
    static String inline(String text) {
        return escape(text)
                .replaceAll("\\b([ND])_opt\\b", "<i>$1</i><sub>opt</sub>")
                .replaceAll("(\\d) %", "$1&nbsp;%")
                .replaceAll("\\bC\\^([\\w.−]*\\w)", "<i>C</i><sup>$1</sup>");
    }
}
