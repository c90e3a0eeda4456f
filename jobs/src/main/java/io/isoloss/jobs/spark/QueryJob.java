package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.query.QueryTable;
import io.isoloss.analysis.query.Rows;
import io.isoloss.jobs.corpus.TextPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A query as a Spark job. The executors open the folder of the runs where the driver does.
 *
 * @param master {@code local[K]}, {@code local[*]} or the URL of a running master
 */
public record QueryJob(String master) {
    private static final Map<Class<?>, DataType> TYPES = Map.of(
            String.class, DataTypes.StringType,
            Integer.class, DataTypes.IntegerType,
            Long.class, DataTypes.LongType,
            Double.class, DataTypes.DoubleType,
            Boolean.class, DataTypes.BooleanType);

    /**
     * Answers one SELECT.
     *
     * @throws IsolossException of kind BAD_INPUT with Spark's reason if it does not understand the query
     */
    public void query(List<QueryTable<?>> tables, String sql, Rows answer) {
        try (JavaSparkContext spark = SparkContexts.open(master, "query")) {
            SparkSession session = SparkSession.builder()
                    .sparkContext(spark.sc())
                    .config("spark.sql.runSQLOnFiles", "false") // the given tables alone
                    .config("spark.sql.shuffle.partitions", Math.max(1, spark.defaultParallelism()))
                    .getOrCreate();
            try {
                LogicalPlan plan = session.sessionState().sqlParser().parsePlan(sql);
                if (plan instanceof Command || plan instanceof ParsedStatement) {
                    throw bad(
                            "want one statement that reads, such as SELECT family, min(loss_nats_per_token) FROM runs"
                                    + " GROUP BY family",
                            null);
                }
                for (QueryTable<?> table : tables) {
                    rows(session, table).createOrReplaceTempView(table.name());
                }
                answer(session.sql(sql), answer);
            } catch (IsolossException e) {
                throw e;
            } catch (Exception e) { // Scala throws checked exceptions that Java is not told of
                throw bad(IsolossException.cause(e), e);
            } finally {
                SparkSession.clearDefaultSession();
                SparkSession.clearActiveSession();
            }
        }
    }

    private static <T extends Record> Dataset<Row> rows(SparkSession session, QueryTable<T> table) {
        StructType schema = new StructType(table.columns().types().entrySet().stream()
                .map(column -> new StructField(
                        column.getKey(),
                        TYPES.get(column.getValue()),
                        true,
                        org.apache.spark.sql.types.Metadata.empty()))
                .toArray(StructField[]::new));
        List<Row> given = new ArrayList<>();
        for (T row : table.rows()) {
            given.add(RowFactory.create(table.columns().flatten(row).values().toArray()));
        }
        Dataset<Row> rows = session.createDataFrame(given, schema);
        if (!table.files().isEmpty()) {
            rows = rows.union(read(session, schema, table.files()));
        }
        if (!table.parts().isEmpty()) {
            Dataset<Row> first = rows.select("run_id").distinct();
            Dataset<Row> parts = read(session, schema, table.parts());
            rows = rows.union(parts.join(first, parts.col("run_id").equalTo(first.col("run_id")), "left_anti"));
        }
        return rows;
    }

    /** A column that a file does not have is null. */
    private static Dataset<Row> read(SparkSession session, StructType schema, List<String> files) {
        String[] addresses = files.stream()
                .map(file -> TextPath.isUri(file)
                        ? file
                        : Path.of(file).toAbsolutePath().toUri().toString())
                .toArray(String[]::new);
        Column[] columns = Arrays.stream(schema.fieldNames()).map(Column::new).toArray(Column[]::new);
        return session.read().schema(schema).parquet(addresses).select(columns);
    }

    private static void answer(Dataset<Row> result, Rows answer) {
        answer.columns(List.of(result.columns()));
        for (Iterator<Row> rows = result.toLocalIterator(); rows.hasNext(); ) {
            Row row = rows.next();
            List<Object> values = new ArrayList<>(row.length());
            for (int i = 0; i < row.length(); i++) {
                values.add(Rows.plain(row.get(i)));
            }
            answer.row(values);
        }
    }

    private static IsolossException bad(String why, Exception e) {
        return new IsolossException(Kind.BAD_INPUT, "Cannot answer the query: " + why, e);
    }
}
