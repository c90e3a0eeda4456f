package io.isoloss.analysis.runs;

import java.util.Map;
import org.apache.avro.Schema;

/** Rows with every column set, to hold schema, codec and golden file together. */
final class Samples {
    private Samples() {}

    /** A run whose every column has its own value. */
    static Run full() {
        return full(ParquetTable.RUNS.schema());
    }

    /** A run whose every column of a schema has its own value, the columns that came later being null. */
    static Run full(Schema schema) {
        RecordColumns<Run> columns = ParquetTable.RUNS.columns();
        Map<String, Class<?>> types = columns.types();
        return columns.assemble(column -> {
            if (schema.getField(column) == null) {
                return null;
            }
            int place = schema.getField(column).pos() + 1;
            return switch (column) {
                case "outcome" -> Run.DIVERGED;
                case "started_at" -> "2025-01-31T12:00:00Z";
                default -> {
                    if (types.get(column) == String.class) {
                        yield column + " ü";
                    }
                    yield types.get(column) == Double.class ? (Object) (place / 128.0) : (Object) (long) place;
                }
            };
        });
    }

    static Run sparse() {
        return Run.of("b", 1e6, 2e7, 1.2e14, 3.25);
    }
}
