package io.isoloss.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.frontier.ParametricFrontier;
import io.isoloss.analysis.runs.RunGroup;
import io.isoloss.analysis.runs.RunTable;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private static final FitOptions OPTIONS = new FitOptions(1e-3, 50, 1);
    private static final Reports FAMILIES = Reports.of(DemoSweep.families(), OPTIONS);
    private static final Reports TASKS = Reports.of(DemoSweep.tasks(), OPTIONS);

    @Test
    void oneGroupHasThePageOfItsReport() throws IOException {
        Reports reports = Reports.of(DemoSweep.table(), OPTIONS);
        StringBuilder report = new StringBuilder();
        HtmlReport.write(Report.of(DemoSweep.table(), OPTIONS), report);
        assertThat(page(reports)).isEqualTo(report.toString());
        assertThat(page(reports))
                .contains("<section id=\"isoflop\"", "<h2 id=\"isoflop-title\">", "id=\"loss-chart\"")
                .doesNotContain("id=\"comparison\"", "id=\"group1\"");
        assertThat(data(page(reports)).isObject()).isTrue();
    }

    @Test
    void fitsEachFamilyAsIfItWereAlone() {
        assertThat(FAMILIES.parts())
                .extracting(part -> part.group().label())
                .containsExactly("conv1d", "lstm", "mlp", "transformer");
        RunTable alone = new RunTable(DemoSweep.table().runs(), List.of());
        assertThat(FAMILIES.parts().get(3).report().fit().parameters())
                .isEqualTo(Report.of(alone, OPTIONS).fit().parameters());
    }

    @Test
    void comparesTheFrontiersAtTheLargestComputeThatAllReach() {
        Comparison comparison = FAMILIES.comparison();
        assertThat(comparison.flops()).isEqualTo(3e12);
        assertThat(comparison.lossesCompare()).isTrue();
        Comparison.Row lstm = comparison.rows().get(1);
        var law = FAMILIES.parts().get(1).report().law().orElseThrow();
        var best = ParametricFrontier.of(law, List.of(3e12)).points().get(0);
        assertThat(lstm.approach()).isEqualTo("fitted law");
        assertThat(lstm.params()).isEqualTo(best.params());
        assertThat(lstm.loss()).isEqualTo(best.loss());
        // DemoSweep's LSTM has alpha 0.38 and beta 0.42; noise of half a percent moves the exponent by about 0.01.
        assertThat(lstm.paramsExponent().value()).isCloseTo(0.42 / 0.80, within(0.03));
        assertThat(comparison.sentences())
                .anyMatch(sentence -> sentence.startsWith("All groups predict the next token of one corpus"))
                .anyMatch(sentence -> sentence.contains("transformer has the lowest loss"));
    }

    @Test
    void saysWhyAGroupIsUndecided() throws IOException {
        Comparison.Row mlp = FAMILIES.comparison().rows().get(2);
        assertThat(mlp.undecided()).contains("Only 1 of 1 budgets show a minimum", "Cannot fit chinchilla to 6 points");
        assertThat(mlp.paramsExponent()).isNull();
        assertThat(page(FAMILIES)).contains("mlp is undecided. Only 1 of 1 budgets");
    }

    @Test
    void lossesOfDifferentTasksDoNotCompare() throws IOException {
        assertThat(TASKS.parts())
                .extracting(part -> part.group().label())
                .containsExactly("transformer", "transformer, document class");
        assertThat(TASKS.comparison().lossesCompare()).isFalse();
        assertThat(page(TASKS))
                .contains("different tasks (next token; document class)", "id=\"comparison-params-chart\"")
                .doesNotContain("id=\"comparison-loss-chart\"", "has the lowest loss");
    }

    @Test
    void everyIdIsItsOwnAndEveryReferenceHasItsElement() throws IOException {
        String page = page(FAMILIES);
        String body = page.substring(page.indexOf("<main>"), page.indexOf("</main>"));
        List<String> ids = matches("\\bid=\"([^\"]+)\"", body);
        assertThat(ids).doesNotHaveDuplicates().contains("group1-isoflop-chart", "group4-residual-chart");
        assertThat(ids).containsAll(matches("aria-(?:labelledby|describedby)=\"([^\"]+)\"", body));
        assertThat(ids).containsAll(matches("<a href=\"#([^\"]+)\"", page));
    }

    @Test
    void carriesTheDataOfEachGroup() throws IOException {
        JsonNode data = data(page(FAMILIES));
        assertThat(data).hasSize(4);
        assertThat(data.get(1).get("name").asText()).isEqualTo("lstm");
        assertThat(data.get(1).get("prefix").asText()).isEqualTo("group2-");
        assertThat(data.get(1).get("runs")).hasSize(30);
        assertThat(data.get(2).get("law")).isEmpty();
    }

    @Test
    void tellsProblemsOfTheTableOnceAndGivesTheSameBytesAgain() throws IOException {
        assertThat(matches("(Left out runs/b.parquet)", page(FAMILIES))).hasSize(1);
        assertThat(page(FAMILIES)).isEqualTo(page(Reports.of(DemoSweep.families(), OPTIONS)));
    }

    @Test
    void aHostileFamilyIsInert() throws IOException {
        String hostile = "</script><img src=x onerror=alert(1)>\"'{{data}}$1";
        Report report = FAMILIES.parts().get(2).report();
        Reports reports = new Reports(
                List.of(
                        new Reports.Part(new RunGroup(hostile, RunGroup.NEXT_TOKEN), report),
                        FAMILIES.parts().get(3)),
                List.of());
        assertThat(page(reports)).doesNotContain("<img src=x");
        assertThat(data(page(reports)).get(0).get("name").asText()).isEqualTo(hostile);
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String page(Reports reports) throws IOException {
        StringBuilder out = new StringBuilder();
        HtmlReport.write(reports, out);
        return out.toString();
    }

    private static JsonNode data(String page) throws IOException {
        Matcher block = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL)
                .matcher(page);
        assertThat(block.find()).isTrue();
        return new ObjectMapper().readTree(block.group(1));
    }
}
