package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Sample;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.IsotonicRegression;
import org.apache.spark.ml.regression.IsotonicRegressionModel;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Errors on downstream tasks foretold from losses without a law, by Spark's ML library: what a law of the error has to beat
 * before it is worth its parameters.
 *
 * @param isotonic from the rising step function of least squares (pool adjacent violators), straight between its levels
 *     and flat beyond the losses that it was fitted to
 * @param linear from the straight line of least squares
 */
public record ErrorBaselines(List<Double> isotonic, List<Double> linear) {
    private static final String LOSS = "loss";
    private static final String ERROR = "error";

    public ErrorBaselines {
        isotonic = List.copyOf(isotonic);
        linear = List.copyOf(linear);
    }

    /**
     * Fits both, and foretells.
     *
     * @param master {@code local[K]}, {@code local[*]} or the URL of a running master
     * @param known points with the loss, nats a token, as their first predictor, and the error, 0 to 1, as response
     * @param losses where to foretell, nats a token
     * @throws IsolossException of kind UNSUPPORTED if the points have fewer than two losses, BAD_INPUT if Spark can't be
     *     started
     */
    public static ErrorBaselines foretell(String master, List<Sample> known, double[] losses) {
        long distinct =
                known.stream().mapToDouble(point -> point.x()[0]).distinct().count();
        if (distinct < 2) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot foretell errors from " + known.size() + " points of " + distinct
                            + " different losses; give points of two or more.");
        }
        try (JavaSparkContext spark = SparkContexts.open(master, "baselines of the error")) {
            SparkSession session =
                    SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
            Dataset<Row> points = points(session, known);
            IsotonicRegressionModel steps = new IsotonicRegression()
                    .setFeaturesCol(LOSS)
                    .setLabelCol(ERROR)
                    .fit(points);
            LinearRegressionModel line = new LinearRegression()
                    .setFeaturesCol(LOSS)
                    .setLabelCol(ERROR)
                    .setSolver("normal")
                    .fit(points);
            return new ErrorBaselines(
                    Arrays.stream(losses).mapToObj(steps::predict).toList(),
                    Arrays.stream(losses)
                            .mapToObj(loss -> line.predict(vector(loss)))
                            .toList());
        }
    }

    /** One partition: sums in one order. */
    private static Dataset<Row> points(SparkSession session, List<Sample> known) {
        StructType schema =
                new StructType().add(LOSS, SQLDataTypes.VectorType()).add(ERROR, DataTypes.DoubleType);
        List<Row> rows = known.stream()
                .map(point -> RowFactory.create(vector(point.x()[0]), point.y()))
                .toList();
        return session.createDataFrame(rows, schema).coalesce(1);
    }

    private static Vector vector(double loss) {
        return Vectors.dense(new double[] {loss});
    }
}
