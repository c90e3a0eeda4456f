package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.query.DuckDb;
import io.isoloss.analysis.query.FolderTables;
import io.isoloss.analysis.query.FrontierRow;
import io.isoloss.analysis.query.QueryTable;
import io.isoloss.analysis.query.Rows;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.spark.QueryJob;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "query",
        description = "Answers SQL over the tables runs, curves and frontier; the last is what the command frontier"
                + " computes. DESCRIBE runs lists the columns, docs/data-dictionary.md their meaning.")
final class QueryCommand implements Callable<Integer> {
    @Mixin
    private RunsSource runs;

    @Parameters(index = "1", paramLabel = "SQL", description = "One SELECT, such as \"SELECT * FROM frontier\".")
    private String sql;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description =
                    "Spark master to answer with Spark SQL, such as local[2] or spark://HOST:7077; by default this"
                            + " process answers, with DuckDB.")
    private String master;

    @Option(names = "--csv", description = "Print CSV instead of a table.")
    private boolean csv;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (csv && output.json()) {
            throw new IsolossException(Kind.BAD_INPUT, "Cannot print both --csv and --json; give one");
        }
        PrintWriter out = spec.commandLine().getOut();
        Answer answer = csv ? new Csv(out) : output.json() ? new Json(output, out) : new Text(out);
        if (master != null) {
            new QueryJob(master).query(tables(runs.files()::address), sql, answer);
        } else if (runs.isUri()) { // DuckDB opens local files
            Path copies = Files.createTempDirectory("isoloss-query");
            try {
                DuckDb.query(tables((subfolder, name) -> copied(subfolder, name, copies)), sql, answer);
            } finally {
                FileUtil.fullyDelete(copies.toFile());
            }
        } else {
            DuckDb.query(tables(runs.files()::address), sql, answer);
        }
        answer.end();
        return 0;
    }

    private String copied(String subfolder, String name, Path copies) throws IOException {
        Path copy = Files.createDirectories(copies.resolve(subfolder)).resolve(name);
        try (InputStream in = runs.files().file(subfolder, name).newStream()) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING); // a listing may be read twice
        }
        return copy.toString();
    }

    private List<QueryTable<?>> tables(FolderTables.Place place) {
        PrintWriter err = spec.commandLine().getErr();
        List<QueryTable<?>> tables = new ArrayList<>();
        if (runs.isPlainSweep()) {
            FolderTables folder = FolderTables.of(runs.files(), runs.address(), place, QueryTable.named("curves", sql));
            folder.problems().forEach(problem -> err.println("warning: " + problem.message()));
            tables.add(folder.runs());
            tables.add(folder.curves());
        } else {
            tables.add(QueryTable.of("runs", Run.class, runs.read(err).runs()));
            tables.add(QueryTable.of("curves", CurvePoint.class, List.of()));
        }
        if (QueryTable.named("frontier", sql)) {
            tables.add(QueryTable.of("frontier", FrontierRow.class, FrontierCommand.rows(runs, err)));
        }
        return tables;
    }

    /** Prints an answer. */
    private interface Answer extends Rows {
        void end();
    }

    private static final class Text implements Answer {
        private final PrintWriter out;
        private TextTable table;

        Text(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void columns(List<String> names) {
            table = new TextTable(names.toArray(String[]::new));
        }

        @Override
        public void row(List<Object> values) {
            table.row(values.stream()
                    .map(value -> value == null ? "" : value.toString())
                    .toArray(String[]::new));
        }

        @Override
        public void end() {
            out.print(table);
            out.flush();
        }
    }

    /** RFC 4180; null is an empty field, an empty text two quotes. */
    private static final class Csv implements Answer {
        private final PrintWriter out;

        Csv(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void columns(List<String> names) {
            row(new ArrayList<>(names));
        }

        @Override
        public void row(List<Object> values) {
            out.println(values.stream().map(Csv::field).collect(Collectors.joining(",")));
        }

        private static String field(Object value) {
            if (value == null) {
                return "";
            }
            String text = value.toString();
            return value instanceof String && (text.isEmpty() || text.matches("(?s).*[\",\\r\\n].*|\\s.*|.*\\s"))
                    ? '"' + text.replace("\"", "\"\"") + '"'
                    : text;
        }

        @Override
        public void end() {
            out.flush();
        }
    }

    private static final class Json implements Answer {
        private final Output output;
        private final PrintWriter out;
        private final List<Map<String, Object>> rows = new ArrayList<>();
        private List<String> names;

        Json(Output output, PrintWriter out) {
            this.output = output;
            this.out = out;
        }

        @Override
        public void columns(List<String> columns) {
            names = columns;
            if (new HashSet<>(names).size() < names.size()) {
                throw new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot print JSON with two columns of one name among " + String.join(", ", names)
                                + "; name one with AS");
            }
        }

        @Override
        public void row(List<Object> values) {
            Map<String, Object> row = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                row.put(names.get(i), values.get(i));
            }
            rows.add(row);
        }

        @Override
        public void end() {
            output.write(rows, out);
        }
    }
}
