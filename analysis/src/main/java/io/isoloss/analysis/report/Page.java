package io.isoloss.analysis.report;

import static io.isoloss.analysis.report.HtmlTable.escape;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.report.HtmlTable.Cell;
import io.isoloss.analysis.runs.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * What changes from page to page.
 *
 * @param nav links to the sections, HTML
 * @param sections the body, HTML
 * @param data the JSON block: {@link ChartData} of one group, a list of {@link GroupData} of several
 */
record Page(String title, String nav, String sections, Object data) {
    private static final String COMPARISON = "comparison";

    /**
     * A group's charts.
     *
     * @param prefix of the ids of its elements
     */
    record GroupData(
            String name, String prefix, @JsonUnwrapped ChartData charts) {}

    static Page of(Reports reports) {
        return reports.several()
                ? ofSeveral(reports)
                : ofOne(reports.parts().get(0).report());
    }

    private static Page ofOne(Report report) {
        String nav = String.join(
                " ",
                link("isoflop", "IsoFLOP curves"),
                link("loss", "Loss"),
                link("frontier", "Optimum"),
                link("contours", "Contours"),
                link("fit", "Fit"),
                link("verdicts", "Verdicts"),
                link("runs", "Runs"));
        return new Page(report.heading(), nav, new Sections(report).html(), ChartData.of(report));
    }

    private static Page ofSeveral(Reports reports) {
        List<String> links = new ArrayList<>(List.of(link(COMPARISON, "Comparison")));
        StringBuilder sections = new StringBuilder(comparison(reports));
        List<GroupData> data = new ArrayList<>();
        for (Reports.Part part : reports.parts()) {
            String id = "group" + (data.size() + 1);
            String prefix = id + "-";
            String name = part.group().label();
            links.add(link(id, name));
            sections.append("<section class=\"group\" id=\"")
                    .append(id)
                    .append("\" aria-labelledby=\"")
                    .append(prefix)
                    .append("title\">")
                    .append(Sections.heading(2, prefix + "title", escape(name)))
                    .append('\n')
                    .append(new Sections(part.report(), prefix, 3).html())
                    .append("</section>\n");
            data.add(new GroupData(name, prefix, ChartData.of(part.report())));
        }
        List<Run> runs = reports.parts().stream()
                .flatMap(part -> part.report().table().runs().stream())
                .toList();
        return new Page(Report.sweeps(runs), String.join(" ", links), sections.toString(), data);
    }

    private static String link(String id, String text) {
        return "<a href=\"#" + id + "\">" + escape(text) + "</a>";
    }

    /** The sentences, the charts and the table of all groups. */
    private static String comparison(Reports reports) {
        Comparison comparison = reports.comparison();
        StringBuilder html = new StringBuilder("<section id=\"" + COMPARISON + "\" aria-labelledby=\"" + COMPARISON
                + "-title\">" + Sections.heading(2, COMPARISON + "-title", "Comparison") + "\n");
        html.append(Prose.lead(groups(reports)));
        comparison.sentences().forEach(sentence -> html.append(Prose.lead(sentence)));
        if (comparison.flops() != null) {
            String caption =
                    "Marks are IsoFLOP minima with 95 % intervals, lines the frontier of each group's fitted law, or"
                            + " the line through its minima where there is no law; dashed beyond the runs.";
            Sections places = new Sections(reports.parts().get(0).report(), COMPARISON + "-", 2);
            html.append("<div class=\"pair\">")
                    .append(places.figure("params-chart", "N_opt against compute", "text", ""))
                    .append(
                            comparison.lossesCompare()
                                    ? places.figure("loss-chart", "Lowest loss against compute", "text", "")
                                    : "")
                    .append("</div><p id=\"" + COMPARISON + "-text\">")
                    .append(Prose.inline(caption))
                    .append("</p>\n");
        }
        html.append(table(comparison));
        comparison.rows().stream()
                .filter(row -> row.undecided() != null)
                .forEach(row -> html.append(Sections.missing(row.group() + " is undecided. " + row.undecided())));
        return html.append(Sections.warnings(
                        reports.problems().stream().map(Prose::leftOut).toList(), COMPARISON + "-warnings", 3))
                .append("</section>\n")
                .toString();
    }

    private static String groups(Reports reports) {
        return "The runs are of " + reports.parts().size() + " groups, each with a fit of its own: "
                + String.join(
                        "; ",
                        reports.parts().stream()
                                .map(part -> part.group().label())
                                .toList())
                + ".";
    }

    private static String table(Comparison comparison) {
        String at = comparison.flops() == null ? "" : " at " + Numbers.flops(comparison.flops()) + " FLOPs";
        HtmlTable table = new HtmlTable(
                "Each group's frontier",
                true,
                List.of(
                        "Group",
                        "Runs completed",
                        "From",
                        "Exponent a of N_opt",
                        "95 %",
                        "Irreducible loss E",
                        "95 %",
                        "N_opt" + at,
                        "95 %",
                        "Loss there, nats per token",
                        "95 %"));
        for (Comparison.Row row : comparison.rows()) {
            List<Cell> cells = new ArrayList<>(List.of(
                    Cell.text(row.group()),
                    Cell.text(row.completed() + " of " + row.runs()),
                    Cell.text(row.undecided() == null ? row.approach() : "undecided")));
            cells.addAll(estimate(row.paramsExponent(), Numbers::exponent));
            cells.addAll(estimate(row.floor(), Numbers::plain));
            cells.addAll(estimate(row.params(), Numbers::count));
            cells.addAll(estimate(row.loss(), Numbers::loss));
            table.row(cells);
        }
        return table.end();
    }

    private static List<Cell> estimate(Estimate estimate, DoubleFunction<String> format) {
        if (estimate == null) {
            return List.of(Cell.number(null, format), Cell.number(null, format));
        }
        return List.of(
                new Cell(escape(Numbers.value(estimate, format)), key(estimate.value()), true),
                new Cell(escape(Numbers.interval(estimate, format)), key(estimate.low()), true));
    }

    private static Double key(Double number) {
        return number == null ? Double.valueOf(Double.NEGATIVE_INFINITY) : number;
    }
}
