package io.isoloss.analysis.report;

import java.util.List;
import java.util.function.DoubleFunction;
import org.apache.commons.text.StringEscapeUtils;

/** A table with a caption, header cells with scope, and sort keys for {@code report.js}. */
final class HtmlTable {
    private final StringBuilder html = new StringBuilder();

    /**
     * One cell.
     *
     * @param html markup, already escaped
     * @param key number to sort by; null to sort by the text
     */
    record Cell(String html, Double key, boolean number) {
        static Cell text(String text) {
            return new Cell(text == null ? Numbers.MISSING : escape(text), null, false);
        }

        static Cell number(Number value, DoubleFunction<String> format) {
            return value == null
                    ? new Cell(Numbers.MISSING, Double.NEGATIVE_INFINITY, true)
                    : new Cell(escape(format.apply(value.doubleValue())), value.doubleValue(), true);
        }

        static Cell badge(String word) {
            return new Cell("<span class=\"badge " + escape(word) + "\">" + escape(word) + "</span>", null, false);
        }
    }

    HtmlTable(String caption, boolean sortable, List<String> headers) {
        html.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(escape(caption))
                .append("\"><table")
                .append(sortable ? " class=\"sortable\"" : "")
                .append("><caption>")
                .append(escape(caption))
                .append("</caption><thead><tr>");
        for (String header : headers) {
            html.append("<th scope=\"col\">").append(escape(header)).append("</th>");
        }
        html.append("</tr></thead><tbody>\n");
    }

    /** A row whose first cell is its header. */
    HtmlTable row(List<Cell> cells) {
        html.append("<tr>");
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            html.append(i == 0 ? "<th scope=\"row\"" : "<td")
                    .append(cell.number() ? " class=\"number\"" : "")
                    .append(cell.key() == null ? "" : " data-key=\"" + cell.key() + "\"")
                    .append('>')
                    .append(cell.html())
                    .append(i == 0 ? "</th>" : "</td>");
        }
        html.append("</tr>\n");
        return this;
    }

    HtmlTable row(Cell... cells) {
        return row(List.of(cells));
    }

    String end() {
        return html + "</tbody></table></div>\n";
    }

    static String escape(String text) {
        return StringEscapeUtils.escapeHtml4(text).replace("'", "&#39;");
    }
}
