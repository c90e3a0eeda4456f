package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.jobs.train.Trials;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.BadAttributeValueExpException;
import org.apache.commons.lang3.tuple.Pair;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every process runs under {@code jobs/jvm.options}, this one too; other tests hold that Spark's work goes on under it. */
class DeserialisationTest {
    @TempDir
    private Path folder;

    @Test
    void classesThatNothingNeedsAreRefused() throws IOException {
        for (Object foreign : List.of(
                Pair.of("a", "b"), // of a library
                new URL("http://localhost"), // of the JDK; looks up a host
                new BadAttributeValueExpException(null))) { // of the JDK; the first link of known chains
            assertThatThrownBy(() -> copy(foreign))
                    .as(foreign.getClass().getName())
                    .isInstanceOf(InvalidClassException.class)
                    .hasMessageContaining("REJECTED");
            assertThatThrownBy(() -> copy(new ArrayList<>(List.of(foreign))))
                    .as("inside of another")
                    .isInstanceOf(InvalidClassException.class);
        }
    }

    @Test
    void whatOurTasksCarryIsRead() throws Exception {
        assertThat(copy(Trials.SOURCE)).isEqualTo(Trials.SOURCE);
        assertThat(copy(Map.of("a", List.of(1.0)))).isEqualTo(Map.of("a", List.of(1.0)));
        assertThat((double[]) copy(new double[] {1, 2})).containsExactly(1, 2);
    }

    @Test
    void sqlOverParquetGoesOn() {
        try (JavaSparkContext spark = SparkContexts.open("local[2]", "test")) {
            SparkSession session =
                    SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
            String file = folder.resolve("table").toString();
            session.range(0, 100, 1, 4)
                    .withColumn("key", functions.col("id").mod(7))
                    .write()
                    .parquet(file);
            assertThat(session.read()
                            .parquet(file)
                            .groupBy("key")
                            .agg(functions.sum("id"), functions.max("id"))
                            .orderBy("key")
                            .collectAsList())
                    .hasSize(7);
        }
    }

    private static Object copy(Object object) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }
}
