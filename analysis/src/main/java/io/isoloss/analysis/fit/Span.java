package io.isoloss.analysis.fit;

import java.util.ArrayList;
import java.util.List;

/** What some columns span, as an orthonormal basis (Gram-Schmidt, twice over each column). */
final class Span {
    /** A column whose rest is a smaller share of it lies in the span already. */
    private static final double WITHIN = 1e-7;

    private final List<double[]> basis = new ArrayList<>();

    /** Adds a column; one that lies within the span to rounding changes nothing. */
    void add(double[] column) {
        double[] rest = without(without(column));
        double norm = Math.sqrt(squares(rest));
        if (norm > WITHIN * Math.sqrt(squares(column))) {
            for (int i = 0; i < rest.length; i++) {
                rest[i] /= norm;
            }
            basis.add(rest);
        }
    }

    int dimension() {
        return basis.size();
    }

    /** The part of a vector that is orthogonal to the span. */
    double[] without(double[] vector) {
        double[] rest = vector.clone();
        for (double[] unit : basis) {
            double along = 0;
            for (int i = 0; i < rest.length; i++) {
                along += unit[i] * rest[i];
            }
            for (int i = 0; i < rest.length; i++) {
                rest[i] -= along * unit[i];
            }
        }
        return rest;
    }

    static double squares(double[] vector) {
        double sum = 0;
        for (double component : vector) {
            sum += component * component;
        }
        return sum;
    }
}
