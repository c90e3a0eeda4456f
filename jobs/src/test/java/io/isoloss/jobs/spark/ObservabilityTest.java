package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Trials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark's pages, its metrics and its event log tell of a sweep. */
class ObservabilityTest {
    @TempDir
    private Path folder;

    private final Map<String, String> pages = new HashMap<>();

    @Test
    void pagesMetricsAndEventLogNameTrials() throws IOException {
        Path events = Files.createDirectory(folder.resolve("events"));
        Map<String, String> settings = Map.of(
                "spark.ui.enabled", "true",
                "spark.ui.port", "0",
                "spark.eventLog.enabled", "true",
                "spark.eventLog.dir", events.toUri().toString(),
                "spark.metrics.namespace", "isoloss",
                "spark.metrics.conf.*.sink.prometheusServlet.class", "org.apache.spark.metrics.sink.PrometheusServlet",
                "spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus");
        settings.forEach(System::setProperty);
        try {
            run();
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
        assertThat(pages.get("/metrics/prometheus"))
                .containsPattern("isoloss_driver_isoloss_trials_completed_(Value|Number)\\{[^}]*\\} 5")
                .containsPattern("isoloss_driver_isoloss_trials_lost_(Value|Number)\\{[^}]*\\} 0")
                .contains("isoloss_tokens_per_second", "isoloss_mfu", "isoloss_energy_joules", "isoloss_trials_queued");
        assertThat(pages.get("/jobs/")).contains("w8-s46", "w8-s44"); // the longest came first
        assertThat(pages.get("/stages/")).contains("w8-s46");
        try (Stream<Path> logs = Files.list(events)) {
            assertThat(Files.readString(logs.findFirst().orElseThrow())).contains("w8-s41");
        }
    }

    private void run() {
        List<Trial> trials = IntStream.rangeClosed(41, 46)
                .mapToObj(steps -> Trials.of(Trials.SOURCE.load(), 8, steps, 0.01))
                .toList();
        ResultStore store = Jobs.store(folder.resolve("out"));
        Supervision oneByOne = new Supervision(5, 60, 3, 0, 1, Supervision.DEFAULT.caps(), null);
        Jobs.of(store, oneByOne).run("local[1]", trials, new SweepWatcher() {
            private int ended;

            @Override
            public void trained(long tokens, double flops) {}

            @Override
            public void ended(TrialEnd end) {
                if (++ended == 5) {
                    List.of("/metrics/prometheus", "/jobs/", "/stages/").forEach(ObservabilityTest.this::get);
                }
            }
        });
    }

    private void get(String page) {
        String address = SparkContext.getOrCreate().uiWebUrl().get();
        try {
            HttpResponse<String> response = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create(address + page)).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(page).isEqualTo(200);
            pages.put(page, response.body());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
