package io.isoloss.analysis.fit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.isoloss.analysis.runs.RunTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Published runs, which lie beside the repository and not in it. */
public final class PublishedRuns {
    private PublishedRuns() {}

    /** The runs of a table, or a skipped test where the table is absent. */
    public static List<Observation> read(String table, Map<String, String> columns) {
        Path file = Path.of(System.getProperty("isoloss.home", ".."), "..", "shared", "data")
                .resolve(table)
                .normalize();
        assumeTrue(Files.exists(file), () -> "Published runs are absent: " + file);
        return Observation.from(RunTable.read(file, columns).runs());
    }
}
