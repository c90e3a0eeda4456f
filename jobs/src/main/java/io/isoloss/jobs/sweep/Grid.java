package io.isoloss.jobs.sweep;

import java.util.ArrayList;
import java.util.List;

/** Every size on every amount of data. */
public record Grid(List<Double> params, List<Double> tokens) implements Design {

    public Grid {
        params = List.copyOf(params);
        tokens = List.copyOf(tokens);
        if (params.isEmpty() || tokens.isEmpty()) {
            throw new IllegalArgumentException("Invalid grid (want sizes and tokens): " + params + ", " + tokens);
        }
    }

    @Override
    public List<DesignPoint> points() {
        var points = new ArrayList<DesignPoint>();
        for (int i = 0; i < tokens.size(); i++) {
            for (int j = 0; j < params.size(); j++) {
                points.add(new DesignPoint(params.get(j), "/params/" + j, tokens.get(i), "/tokens/" + i, null));
            }
        }
        return points;
    }
}
