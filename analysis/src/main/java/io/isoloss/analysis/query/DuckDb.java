package io.isoloss.analysis.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Answers a query by a DuckDB in this process that holds the given tables and nothing else: once they are loaded it opens no
 * file and no address, and its settings are locked.
 */
public final class DuckDb {
    private static final Map<Class<?>, String> TYPES = Map.of(
            String.class, "VARCHAR",
            Integer.class, "INTEGER",
            Long.class, "BIGINT",
            Double.class, "DOUBLE",
            Boolean.class, "BOOLEAN");

    private DuckDb() {}

    /**
     * Answers one SELECT.
     *
     * @throws IsolossException of kind BAD_INPUT with DuckDB's reason if it does not understand the query
     */
    public static void query(List<QueryTable<?>> tables, String sql, Rows answer) {
        Properties settings = new Properties();
        settings.setProperty("memory_limit", "1GB");
        settings.setProperty("temp_directory", ""); // no spilling into the folder that the command was given in
        settings.setProperty("autoinstall_known_extensions", "false");
        settings.setProperty("autoload_known_extensions", "false");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings)) {
            checkOneSelect(connection, sql);
            for (QueryTable<?> table : tables) {
                load((DuckDBConnection) connection, table);
            }
            execute(connection, "SET enable_external_access = false");
            execute(connection, "SET lock_configuration = true");
            answer(connection, sql, answer);
        } catch (SQLException e) {
            throw new IsolossException(Kind.FAILED, "Cannot load the tables of the query: " + e.getMessage(), e);
        }
    }

    /** DuckDB writes a statement as JSON if it reads only. */
    private static void checkOneSelect(Connection connection, String sql) throws SQLException {
        try (PreparedStatement parse =
                connection.prepareStatement("SELECT json_serialize_sql(q) FROM (SELECT ?::VARCHAR AS q)")) {
            parse.setString(1, sql);
            try (ResultSet result = parse.executeQuery()) {
                result.next();
                JsonNode parsed = new ObjectMapper().readTree(result.getString(1));
                if (parsed.path("error_type").asText().equals("parser")) {
                    throw bad(parsed.path("error_message").asText(), null);
                }
                if (parsed.path("error").asBoolean()
                        || parsed.path("statements").size() != 1) {
                    throw bad(
                            "want one statement that reads, such as SELECT family, min(loss_nats_per_token) FROM runs"
                                    + " GROUP BY family",
                            null);
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("DuckDB wrote no JSON", e);
        }
    }

    private static <T extends Record> void load(DuckDBConnection connection, QueryTable<T> table) throws SQLException {
        Map<String, Class<?>> columns = table.columns().types();
        execute(
                connection,
                "CREATE TABLE " + table.name()
                        + columns.entrySet().stream()
                                .map(column -> '"' + column.getKey() + "\" " + TYPES.get(column.getValue()))
                                .collect(Collectors.joining(", ", " (", ")")));
        try (DuckDBAppender appender = connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, table.name())) {
            for (T row : table.rows()) {
                appender.beginRow();
                for (Object value : table.columns().flatten(row).values()) {
                    append(appender, value);
                }
                appender.endRow();
            }
        }
        if (!table.files().isEmpty()) {
            execute(connection, "INSERT INTO " + table.name() + " BY NAME " + select(table.files()));
        }
        if (!table.parts().isEmpty()) {
            execute(
                    connection,
                    "INSERT INTO " + table.name() + " BY NAME " + select(table.parts())
                            + " WHERE run_id NOT IN (SELECT run_id FROM " + table.name() + ")");
        }
    }

    private static String select(List<String> files) {
        return files.stream()
                .map(file -> "'" + file.replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "SELECT * FROM read_parquet([", "], union_by_name = true)"));
    }

    private static void append(DuckDBAppender appender, Object value) throws SQLException {
        if (value == null) {
            appender.appendNull();
        } else if (value instanceof String text) {
            appender.append(text);
        } else if (value instanceof Integer number) {
            appender.append(number);
        } else if (value instanceof Long number) {
            appender.append(number);
        } else if (value instanceof Double number) {
            appender.append(number);
        } else if (value instanceof Boolean truth) {
            appender.append(truth);
        } else {
            throw new IllegalStateException("No type of DuckDB for " + value.getClass());
        }
    }

    private static void answer(Connection connection, String sql, Rows answer) {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                names.add(result.getMetaData().getColumnLabel(i));
            }
            answer.columns(names);
            while (result.next()) {
                List<Object> values = new ArrayList<>(names.size());
                for (int i = 1; i <= names.size(); i++) {
                    values.add(Rows.plain(result.getObject(i)));
                }
                answer.row(values);
            }
        } catch (SQLException e) {
            throw bad(e.getMessage(), e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static IsolossException bad(String why, SQLException e) {
        return new IsolossException(Kind.BAD_INPUT, "Cannot answer the query: " + why, e);
    }
}
