package io.isoloss.analysis.report;

import static io.isoloss.analysis.report.HtmlTable.escape;

import io.isoloss.analysis.fit.Certificate;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitResult;
import io.isoloss.analysis.fit.Objective;
import io.isoloss.analysis.frontier.Audit;
import io.isoloss.analysis.frontier.Model;
import io.isoloss.analysis.report.HtmlTable.Cell;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The body of the page as HTML: sentences, tables, and the places where {@code report.js} puts the charts. */
final class Sections {
    /** More warnings than this fold away. */
    private static final int WARNINGS_OPEN = 8;

    private final Report report;
    private final String prefix;
    private final int level;
    private final Prose prose;

    /** The whole body. */
    Sections(Report report) {
        this(report, "", 2);
    }

    /**
     * A part of the body.
     *
     * @param prefix of the ids of its elements
     * @param level of its sections' headings
     */
    Sections(Report report, String prefix, int level) {
        this.report = report;
        this.prefix = prefix;
        this.level = level;
        this.prose = new Prose(report);
    }

    String html() {
        boolean points = !report.points().isEmpty();
        boolean law = report.law().isPresent();
        String noPoints = "No completed run has N, D and a loss, so there is nothing to draw.";
        return headline()
                + section(
                        "isoflop",
                        "IsoFLOP curves",
                        ChartData.shown(report).isEmpty()
                                ? missing("No budget has " + ChartData.FEWEST_SHOWN
                                        + " runs, so there is no IsoFLOP curve to draw.")
                                : chart("isoflop-chart", "Loss against parameters, by budget", prose.isoFlopCaption()))
                + section(
                        "loss",
                        "Loss against compute",
                        points
                                ? chart("loss-chart", "Loss of every run against its compute", prose.lossCaption())
                                : missing(noPoints))
                + section("frontier", "Compute-optimal size and data", frontier(law))
                + section(
                        "contours",
                        "Iso-loss contours",
                        law
                                ? chart(
                                        "contour-chart",
                                        "Contours of equal loss over parameters and tokens",
                                        prose.contourCaption())
                                : missing("No contours without a law. " + report.noLaw()))
                + section("fit", "Fit", fit(law))
                + section("verdicts", "Past compute-optimal?", law ? verdicts() : missing(report.noLaw()))
                + section("runs", "What was run", new Ran(report).html());
    }

    private String headline() {
        StringBuilder html = new StringBuilder("<section id=\"" + prefix + "headline\">\n");
        prose.headline().forEach(sentence -> html.append(Prose.lead(sentence)));
        html.append("<dl class=\"figures\">\n");
        for (List<String> figure : prose.figures()) {
            html.append("<div><dt>")
                    .append(Prose.inline(figure.get(0)))
                    .append("</dt><dd>")
                    .append(escape(figure.get(1)))
                    .append("<small>")
                    .append(escape(figure.get(2)))
                    .append("</small></dd></div>\n");
        }
        return html.append("</dl>\n")
                .append(warnings(prose.warnings(), prefix + "warnings", level))
                .append("</section>\n")
                .toString();
    }

    static String warnings(List<String> warnings, String id, int level) {
        if (warnings.isEmpty()) {
            return "";
        }
        int open = Math.min(warnings.size(), WARNINGS_OPEN);
        String rest = warnings.size() == open
                ? ""
                : "<details><summary>" + (warnings.size() - open) + " more</summary>"
                        + items(warnings.subList(open, warnings.size())) + "</details>";
        return "<aside class=\"warnings\" aria-labelledby=\"" + id + "\">"
                + heading(level, id, Prose.plural(warnings.size(), "warning")) + items(warnings.subList(0, open)) + rest
                + "</aside>\n";
    }

    private static String items(List<String> sentences) {
        StringBuilder html = new StringBuilder("<ul>\n");
        sentences.forEach(
                sentence -> html.append("<li>").append(Prose.inline(sentence)).append("</li>\n"));
        return html.append("</ul>").toString();
    }

    private String frontier(boolean law) {
        boolean anyMinimum = ChartData.largestUsable(report) != null;
        if (!law && !anyMinimum) {
            return missing("Neither an IsoFLOP minimum nor a law says where the optimum lies.");
        }
        return "<div class=\"pair\">"
                + figure("params-chart", "N_opt against compute", "frontier-text", "")
                + figure("tokens-chart", "D_opt against compute", "frontier-text", "")
                + "</div><p id=\"" + prefix + "frontier-text\">" + Prose.inline(prose.frontierCaption()) + "</p>\n";
    }

    private String fit(boolean law) {
        FitResult fit = report.fit();
        if (fit == null) {
            return missing(report.noFit());
        }
        HtmlTable parameters = new HtmlTable(
                "Parameters of the " + fit.law() + " law, for N and D in single units",
                false,
                List.of("Parameter", "Value", "95 % interval"));
        fit.parameters().forEach((letter, estimate) -> parameters.row(parameter(letter, estimate)));
        parameters.row(parameter("a in N_opt ∝ C^a", fit.optimum().paramsExponent()));
        parameters.row(parameter("b in D_opt ∝ C^b", fit.optimum().tokensExponent()));
        return "<div class=\"pair\">" + parameters.end() + certificate(fit) + "</div>"
                + (law
                        ? chart("residual-chart", "Residuals against compute", prose.residualCaption())
                        : missing("No residuals. " + report.noLaw()));
    }

    private static List<Cell> parameter(String name, Estimate estimate) {
        return List.of(
                new Cell(Prose.inline(name), null, false),
                Cell.text(Numbers.value(estimate, Numbers::plain)),
                Cell.text(Numbers.interval(estimate, Numbers::plain)));
    }

    private static String certificate(FitResult fit) {
        Objective objective = fit.objective();
        HtmlTable table = new HtmlTable("How far to trust it", false, List.of("What", "Value"));
        entry(table, "Method", fit.method());
        entry(table, "Runs fitted", String.valueOf(fit.points()));
        entry(
                table,
                "Objective",
                objective.reduction() + " of " + objective.name() + " losses of " + objective.residuals()
                        + " residuals, delta " + Numbers.setting(objective.delta()));
        entry(table, "Objective at the optimum", Numbers.plain(objective.value()));
        Certificate certificate = fit.certificate();
        if (certificate == null) {
            entry(table, "Certificate", "none: the optimum is out of all bounds");
        } else {
            entry(table, "Starts that agree", certificate.agreeing() + " of " + certificate.starts());
            entry(table, "Second method, objective above the best", Numbers.percent(certificate.gap()));
            entry(table, "Relative gradient", Numbers.plain(certificate.gradientNorm()));
            entry(table, "Condition number", Numbers.plain(certificate.conditionNumber()));
        }
        entry(
                table,
                "Bootstrap",
                fit.bootstrap() == null
                        ? "none"
                        : fit.bootstrap().replicates() + " re-fits, "
                                + fit.bootstrap().failed() + " failed, seed "
                                + fit.bootstrap().seed());
        entry(table, "Identified", fit.identified() ? "yes" : "no");
        return table.end();
    }

    private static void entry(HtmlTable table, String what, String value) {
        table.row(Cell.text(what), Cell.text(value));
    }

    private String verdicts() {
        Map<String, String> labels = report.labels();
        List<Model> models = Stream.concat(
                        report.models().stream(),
                        report.points().stream()
                                .map(point -> new Model(
                                        labels.get(point.name()),
                                        point.params(),
                                        point.tokens(),
                                        point.flops(),
                                        point.loss())))
                .toList();
        List<Audit> audits = Audit.of(report.law().orElseThrow(), models);
        HtmlTable table = new HtmlTable(
                "Each model against the fitted frontier at the same compute",
                true,
                List.of(
                        "Model",
                        "Verdict",
                        "N",
                        "D",
                        "Tokens per parameter",
                        "Optimal tokens per parameter",
                        "C, FLOPs",
                        "Loss, nats per token",
                        "Optimal loss",
                        "Excess loss",
                        "Excess compute",
                        "P(past optimal)"));
        for (Audit audit : audits) {
            table.row(
                    Cell.text(audit.name()),
                    Cell.badge(audit.verdict()),
                    Cell.number(audit.params(), Numbers::count),
                    Cell.number(audit.tokens(), Numbers::count),
                    Cell.number(audit.tokensPerParam(), Numbers::count),
                    Cell.number(audit.optimalTokensPerParam(), Numbers::count),
                    Cell.number(audit.flops(), Numbers::flops),
                    Cell.number(audit.loss(), Numbers::loss),
                    Cell.number(audit.optimalLoss(), Numbers::loss),
                    Cell.number(audit.excessLoss(), Numbers::loss),
                    Cell.number(audit.equivalentFlops() == null ? null : audit.excessCompute(), Numbers::percent),
                    Cell.number(audit.probabilityPastOptimal(), Numbers::percent));
        }
        return Prose.paragraph(Prose.verdictSummary(audits))
                + Prose.paragraph("Over-trained means past compute-optimal: a larger model on fewer tokens would have"
                        + " reached a lower loss at the same compute. Excess compute is what was spent beyond the least"
                        + " compute that reaches the same loss on the frontier; a dash says that no compute reaches it."
                        + " P(past optimal) is the share of bootstrap laws that put the optimum at a larger model.")
                + table.end();
    }

    private String section(String name, String title, String body) {
        String id = prefix + name;
        return "<section id=\"" + id + "\" aria-labelledby=\"" + id + "-title\">"
                + heading(level, id + "-title", escape(title)) + "\n" + body + "</section>\n";
    }

    private String chart(String name, String title, String caption) {
        String text = name + "-text";
        return figure(
                name,
                title,
                text,
                "<figcaption id=\"" + prefix + text + "\">" + Prose.inline(caption) + "</figcaption>");
    }

    /** A place for a chart that the element {@code text} describes to those who do not see it. */
    String figure(String name, String title, String text, String caption) {
        String id = prefix + name;
        return "<figure>" + heading(level + 1, id + "-title", Prose.inline(title)) + "<div class=\"chart\" id=\"" + id
                + "\" role=\"img\" aria-labelledby=\"" + id + "-title\" aria-describedby=\"" + prefix + text
                + "\"></div>" + caption + "</figure>\n";
    }

    static String heading(int level, String id, String html) {
        return "<h" + level + " id=\"" + id + "\">" + html + "</h" + level + ">";
    }

    static String missing(String why) {
        return "<p class=\"missing\">" + Prose.inline(why) + "</p>\n";
    }
}
