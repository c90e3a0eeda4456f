package io.isoloss.analysis.runs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.linear.SingularMatrixException;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;

/**
 * Whether a part of the losses is in bits and the rest in nats. Log loss is smooth in log N and log D, so a paraboloid
 * comes near all of it; losses in bits stand ln(1/ln 2) = .367 above it. Rows are parted by that step, the paraboloid is
 * fitted to both parts at once, and the table is refused only if what is left is small, the parts lie clearly apart, and
 * their distance is that step within a twentieth.
 */
final class MixedBits {
    private static final double STEP = -Math.log(Math.log(2));
    /** Twice the six coefficients of a paraboloid. */
    private static final int FEWEST = 12;
    /** The search starts from the highest twentieth of the rows, the highest two, and so on. */
    private static final int PARTS = 20;
    /** The search fits a paraboloid some hundred times; larger tables are not searched. */
    private static final int MOST = 1000;
    /** Noise and misfit beyond a seventh of the step would blur the parts. */
    private static final double MOST_LEFT = STEP / 7;
    /** Parting the rows must remove nearly all that the paraboloid leaves; one stray run is no second unit. */
    private static final double LEAST_GAIN = 4;

    private final double[][] features;
    private final double[] logLoss;

    private MixedBits(List<TableRow> rows) {
        features = new double[rows.size()][];
        logLoss = new double[rows.size()];
        double[] meanLogs = new double[2];
        for (TableRow row : rows) {
            meanLogs[0] += Math.log(row.run().params()) / rows.size();
            meanLogs[1] += Math.log(row.run().tokens()) / rows.size();
        }
        for (int i = 0; i < logLoss.length; i++) {
            Run run = rows.get(i).run();
            double x = Math.log(run.params()) - meanLogs[0];
            double y = Math.log(run.tokens()) - meanLogs[1];
            features[i] = new double[] {x, y, x * x, x * y, y * y};
            logLoss[i] = Math.log(run.loss());
        }
    }

    /** @throws io.isoloss.analysis.IsolossException of kind BAD_INPUT naming the rows in bits */
    static void check(String source, List<TableRow> rows) {
        List<TableRow> whole = rows.stream()
                .filter(row -> row.run().params() != null
                        && row.run().tokens() != null
                        && row.run().loss() != null)
                .toList();
        if (whole.size() < FEWEST || whole.size() > MOST) {
            return;
        }
        try {
            boolean[] bits = new MixedBits(whole).rowsInBits();
            List<TableRow> named = new ArrayList<>();
            for (int i = 0; i < bits.length; i++) {
                if (bits[i]) {
                    named.add(whole.get(i));
                }
            }
            if (!named.isEmpty()) {
                throw TableRow.refused(
                        source,
                        String.format(
                                Locale.ROOT,
                                "losses are in mixed units: on %s they stand 1/ln 2 = 1.443 above the surface of the"
                                        + " other rows, as bits do above nats; write all in one, and name bits with"
                                        + " --loss-unit bits.",
                                TableRow.places(named)));
            }
        } catch (SingularMatrixException e) {
            return; // too few sizes or token counts for a surface, and so for a verdict
        }
    }

    /** The rows in bits; none where the table shows no two units. */
    private boolean[] rowsInBits() {
        int n = logLoss.length;
        boolean[] none = new boolean[n];
        double[] residuals = residuals(none);
        double before = spread(residuals);
        double[] sorted = residuals.clone();
        Arrays.sort(sorted);
        if (sorted[n - 1] - sorted[0] < STEP / 2) {
            return none; // a paraboloid through two units would leave about a step between some rows
        }
        boolean[] best = none;
        double least = before;
        for (int part = 1; part < PARTS; part++) {
            double threshold = sorted[n * part / PARTS];
            boolean[] bits = new boolean[n];
            for (int i = 0; i < n; i++) {
                bits[i] = residuals[i] >= threshold;
            }
            settle(bits);
            double left = spread(residuals(bits));
            if (left < least) {
                least = left;
                best = bits;
            }
        }
        return least < MOST_LEFT && before > LEAST_GAIN * least && apart(best) ? best : none;
    }

    /** Moves each row to the unit that it is nearer to, until none moves. */
    private void settle(boolean[] bits) {
        for (int round = 0; round < 30; round++) {
            double[] residuals = residuals(bits);
            boolean moved = false;
            for (int i = 0; i < bits.length; i++) {
                boolean nearer = residuals[i] + (bits[i] ? STEP : 0) > STEP / 2;
                moved |= nearer != bits[i];
                bits[i] = nearer;
            }
            if (!moved) {
                return;
            }
        }
    }

    /** Whether two rows or more are in either unit, none lies halfway, and the means differ by the step. */
    private boolean apart(boolean[] bits) {
        double[] residuals = residuals(bits);
        double[] sums = new double[2];
        int[] counts = new int[2];
        for (int i = 0; i < bits.length; i++) {
            int unit = bits[i] ? 1 : 0;
            sums[unit] += residuals[i];
            counts[unit]++;
            if (Math.abs(residuals[i]) > STEP / 4) {
                return false;
            }
        }
        return counts[0] >= 2 && counts[1] >= 2 && Math.abs(sums[1] / counts[1] - sums[0] / counts[0]) < STEP / 20;
    }

    /** Log loss in nats less the paraboloid. */
    private double[] residuals(boolean[] bits) {
        double[] nats = new double[logLoss.length];
        for (int i = 0; i < nats.length; i++) {
            nats[i] = logLoss[i] - (bits[i] ? STEP : 0);
        }
        OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
        regression.newSampleData(nats, features);
        return regression.estimateResiduals();
    }

    private static double spread(double[] residuals) {
        double sum = 0;
        for (double residual : residuals) {
            sum += residual * residual;
        }
        return Math.sqrt(sum / (residuals.length - 6));
    }
}
