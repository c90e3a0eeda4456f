package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.Chinchilla;
import java.util.List;

/** Laws for tests. */
final class Fits {
    private Fits() {}

    /** Fitted as the commands do. */
    static FittedLaw fit(List<Observation> runs, int replicates, long seed) {
        return LawFit.fit(Chinchilla.FORM, runs, new FitOptions(1e-3, replicates, seed))
                .fitted();
    }

    /** Fitted with Huber's delta far above any noise. */
    static Chinchilla leastSquares(List<Observation> runs) {
        return (Chinchilla) LawFit.fit(Chinchilla.FORM, runs, new FitOptions(1, 0, 0))
                .fitted()
                .law();
    }

    /** A law with stated replicates, fitted from 1e18 to 1e22 FLOPs. */
    static FittedLaw of(Chinchilla law, Chinchilla... replicates) {
        return new FittedLaw(law, List.of(replicates), 35, 1e18, 1e22, List.of());
    }
}
