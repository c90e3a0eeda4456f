package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a solver sees of some runs.
 *
 * @param x predictors, [point][variable]
 * @param y measured response, [point]
 * @param weights of the points in the objective, [point]
 * @param families place of the family that each point is drawn with, [point]; 0 to families - 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Points(double[][] x, double[] y, double[] weights, int[] families, int familyCount) {
    /** Points on which a law of this form predicts. */
    static Points of(List<Observation> observations, LawForm form, boolean byStandardError, boolean byFamily) {
        List<Variable> variables = form.variables();
        int n = observations.size();
        double[][] x = new double[n][variables.size()];
        double[] y = new double[n];
        double[] weights = new double[n];
        int[] families = new int[n];
        Map<String, Integer> names = new LinkedHashMap<>();
        for (int i = 0; i < n; i++) {
            Observation point = observations.get(i);
            for (int v = 0; v < x[i].length; v++) {
                x[i][v] = point.value(variables.get(v));
            }
            y[i] = point.value(form.response());
            weights[i] = 1;
            families[i] = byFamily && point.family() != null
                    ? names.computeIfAbsent(point.family(), name -> names.size())
                    : names.computeIfAbsent("\0" + i, name -> names.size());
        }
        return new Points(x, y, weights, families, names.size());
    }

    int count() {
        return y.length;
    }
}
