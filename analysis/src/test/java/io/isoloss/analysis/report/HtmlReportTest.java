package io.isoloss.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.frontier.IsoFlopFrontier;
import io.isoloss.analysis.frontier.Model;
import io.isoloss.analysis.law.LossSurface;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlReportTest {
    private static final FitOptions OPTIONS = new FitOptions(1e-3, 50, 1);
    private static final Report FULL = Report.of(DemoSweep.table(), OPTIONS);

    @Test
    void loadsNothingFromANetwork() throws IOException {
        String page = page(FULL);
        assertThat(Pattern.compile("(?i)(src|href|action|data)\\s*=\\s*[\"']?\\s*(https?:)?//")
                        .matcher(page)
                        .find())
                .isFalse();
        assertThat(page).doesNotContain("@import").doesNotContain("<link").contains("default-src 'none'");
        assertThat(page).doesNotContain("{{");
    }

    @Test
    void carriesItsDataAsJson() throws IOException {
        JsonNode data = data(page(FULL));
        assertThat(data.toString()).isEqualTo(new ObjectMapper().writeValueAsString(ChartData.of(FULL)));
        assertThat(data.get("runs")).hasSize(28);
        assertThat(data.get("profiles")).hasSize(5);
        assertThat(data.get("contours").size()).isBetween(4, 12);
    }

    @Test
    void tellsEverySection() throws IOException {
        assertThat(page(FULL))
                .contains("28 of 30 runs completed", "did not complete: diverged", "Left out runs/b.parquet")
                .contains("over-trained", "under-trained", "not recorded", "corpus.sha256")
                .contains("id=\"isoflop-chart\"", "id=\"loss-chart\"", "id=\"params-chart\"", "id=\"tokens-chart\"")
                .contains("id=\"contour-chart\"", "id=\"residual-chart\"");
    }

    @Test
    void givesTheSameBytesAgain() throws IOException {
        assertThat(page(FULL)).isEqualTo(page(Report.of(DemoSweep.table(), OPTIONS)));
    }

    @Test
    void hostileNamesAreInert() throws IOException {
        String hostile = "</script><img src=x onerror=alert(1)><!--<script>'\"&{{data}}$1";
        Run run = Run.of(hostile, 1e6, 2e7, null, 3.25);
        RunTable table = new RunTable(List.of(run), List.of(new Problem(hostile, hostile, true)));
        Report plain = Report.of(table, OPTIONS);
        String page = page(new Report(hostile, table, null, hostile, plain.isoFlop(), List.of()));
        assertThat(page).doesNotContain("<img src=x").doesNotContain("<!--");
        assertThat(count(page, "</script")).isEqualTo(3);
        assertThat(data(page).get("runs").get(0).get("name").asText()).isEqualTo(hostile);
    }

    @Test
    void rendersAnEmptyTable() throws IOException {
        String page = page(Report.of(new RunTable(List.of(), List.of()), OPTIONS));
        assertThat(page).contains("nothing to draw", "The table holds no run").doesNotContain("class=\"chart\"");
    }

    @Test
    void rendersRunsWithoutALaw() throws IOException {
        RunTable table = new RunTable(
                List.of(
                        Run.of("a", 1e6, 2e7, null, 3.25),
                        Run.of("b", 2e6, 2e7, null, 3.),
                        Run.of("c", 1e6, null, null, null)),
                List.of());
        String page = page(Report.of(table, OPTIONS));
        assertThat(page)
                .contains("There is no law", "No budget has 3 runs", "No contours without a law")
                .contains(
                        "1 completed run without N, D or loss",
                        "id=\"loss-chart\"",
                        "No run carries its specification");
    }

    @Test
    void rendersALawWithoutABootstrapWithBandsByProfileLikelihood() throws IOException {
        Report report = Report.of(DemoSweep.table(), new FitOptions(1e-3, 0, 1));
        assertThat(page(report))
                .contains(
                        "The fit has no bootstrap, so the law&#39;s intervals are by profile likelihood", "undecided");
        assertThat(data(page(report)).get("law").get(0).get("loss").get("low").isNumber())
                .isTrue();
    }

    @Test
    void rendersALawWithoutAnIsoFlopFrontier() throws IOException {
        RunTable table = DemoSweep.table();
        IsoFlopFrontier none = IsoFlopFrontier.of(List.of(), 0, 1);
        String page = page(new Report("t", table, FULL.fit(), null, none, List.of()));
        assertThat(page).contains("There is no line through the IsoFLOP minima", "not-supported".replace('-', ' '));
        assertThat(data(page).get("isoFlop")).isEmpty();
    }

    @Test
    void auditsOutsideModelsToo() throws IOException {
        Report report = new Report(
                null, FULL.table(), FULL.fit(), null, FULL.isoFlop(), List.of(new Model("ours", 2e4, 1e9, null, null)));
        assertThat(page(report)).contains("<th scope=\"row\">ours</th>");
    }

    @Test
    void contoursLieOnTheLaw() {
        LossSurface law = FULL.fit().fitted().surface();
        for (ChartData.Contour contour : ChartData.of(FULL).contours()) {
            for (List<Double> point : contour.points()) {
                // Sixty halvings of the bracket leave rounding alone.
                assertThat(law.loss(point.get(0), point.get(1))).isCloseTo(contour.loss(), within(1e-9));
            }
        }
    }

    @Test
    void wantsAFitOrItsReason() {
        assertThatThrownBy(() -> new Report(null, FULL.table(), null, null, FULL.isoFlop(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("want a fit, or else the reason");
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "999, 999", "1000, 1.00K", "45_300, 45.3K", "1.4e12, 1.40T", "999.9e12, 1.00e15", "0.5, 0.50"})
    void printsCountsInThreeDigits(String value, String shown) {
        assertThat(Numbers.count(Double.parseDouble(value.replace("_", "")))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"3.1e10, 3.10e10", "5.76e23, 5.76e23", "1e5, 1.00e5", "2e-4, 2.00e-4"})
    void printsFlopsAsThePapersDo(double value, String shown) {
        assertThat(Numbers.flops(value)).isEqualTo(shown);
    }

    @Test
    void writesTheFileWhole(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("report.html");
        HtmlReport.write(FULL, file);
        assertThat(Files.readString(file)).isEqualTo(page(FULL));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void levelsAreRoundAndSpanTheRuns() {
        List<Observation> points = List.of(Observation.of("a", 1e6, 1e7, 1.6), Observation.of("b", 1e6, 1e7, 3.02));
        assertThat(ChartData.levels(points)).first().isEqualTo(1.6);
        assertThat(ChartData.levels(points)).hasSize(8).last().isEqualTo(3.0);
    }

    private static String page(Report report) throws IOException {
        StringBuilder out = new StringBuilder();
        HtmlReport.write(report, out);
        return out.toString();
    }

    private static JsonNode data(String page) throws IOException {
        Matcher block = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL)
                .matcher(page);
        assertThat(block.find()).isTrue();
        return new ObjectMapper().readTree(block.group(1));
    }

    private static long count(String page, String part) {
        return Pattern.compile(Pattern.quote(part)).matcher(page).results().count();
    }
}
