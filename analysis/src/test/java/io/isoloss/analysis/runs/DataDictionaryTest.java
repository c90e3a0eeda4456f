package io.isoloss.analysis.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class DataDictionaryTest {
    private static final Path HOME = Path.of(System.getProperty("isoloss.home", ".."));

    @Test
    void pageSaysWhatTheSchemasSay() throws IOException {
        Path wanted = HOME.resolve("analysis/target/data-dictionary.md");
        Files.createDirectories(wanted.getParent());
        Files.writeString(wanted, page());
        assertThat(HOME.resolve("docs/data-dictionary.md"))
                .as(
                        "docs/data-dictionary.md is not what the schemas say; copy analysis/target/data-dictionary.md there")
                .hasContent(page());
    }

    private static String page() {
        return """
                # Data dictionary

                The columns of a results folder, in the order of the files. Written from the Avro schemas in
                `analysis/src/main/resources/io/isoloss/analysis/runs/`; `DataDictionaryTest` holds both alike.
                A column that is not required is null where nothing was measured.

                """ + table("runs", ParquetTable.RUNS.schema()) + "\n" + table("curves", ParquetTable.CURVES.schema());
    }

    private static String table(String name, Schema schema) {
        StringBuilder text = new StringBuilder("## " + name + ", version " + schema.getProp("schemaVersion") + "\n\n"
                + schema.getDoc() + "\n\n"
                + "| column | type | meaning and unit |\n|---|---|---|\n");
        for (Schema.Field field : schema.getFields()) {
            text.append("| `%s` | %s | %s |\n".formatted(field.name(), type(field.schema()), field.doc()));
        }
        return text.toString();
    }

    private static String type(Schema schema) {
        return schema.isUnion()
                ? schema.getTypes().get(1).getName()
                : schema.getType().name().toLowerCase(Locale.ROOT) + ", required";
    }
}
