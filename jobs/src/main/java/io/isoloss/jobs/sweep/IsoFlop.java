package io.isoloss.jobs.sweep;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** For each compute budget a handful of sizes, each trained on as much data as the budget buys it. */
public record IsoFlop(FlopsConvention flops, List<Budget> budgets) implements Design {

    /**
     * One IsoFLOP profile: a compute budget and the sizes that spend it.
     *
     * @param flops training compute, C
     * @param params wanted sizes, without embeddings
     * @param paramsPointer where the sizes are listed: with the budget, or once for all budgets
     */
    public record Budget(double flops, List<Double> params, String paramsPointer) implements Serializable {
        public Budget {
            params = List.copyOf(params);
            if (!(flops > 0 && Double.isFinite(flops))) {
                throw new IllegalArgumentException("Invalid FLOPs (want finite and positive): " + flops);
            }
        }
    }

    public IsoFlop {
        budgets = List.copyOf(budgets);
        if (flops == null || budgets.isEmpty()) {
            throw new IllegalArgumentException("Invalid IsoFLOP design (want a FLOPs convention and budgets)");
        }
    }

    @Override
    public List<DesignPoint> points() {
        var points = new ArrayList<DesignPoint>();
        for (int i = 0; i < budgets.size(); i++) {
            Budget budget = budgets.get(i);
            for (int j = 0; j < budget.params().size(); j++) {
                points.add(new DesignPoint(
                        budget.params().get(j),
                        budget.paramsPointer() + "/" + j,
                        budget.flops(),
                        "/budgets/" + i + "/flops",
                        flops));
            }
        }
        return points;
    }
}
