package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelFamily;
import io.isoloss.jobs.model.ModelShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds a shape for a number of parameters.
 *
 * @param aspect wanted width over layers
 * @param widthMultiple widths are multiples of this
 */
public record ShapeSearch(ModelFamily family, int aspect, int widthMultiple) implements Serializable {

    /** How far a shape may be from the parameters asked for: small beside the usual factor of two between sizes. */
    static final double TOLERANCE = 0.05;

    private static final int MOST_LAYERS = 32;

    public ShapeSearch {
        if (family == null || aspect < 1 || widthMultiple < 1) {
            throw new IllegalArgumentException("Invalid shape search (want a family, aspect and width multiple >= 1):"
                    + " aspect " + aspect + ", width multiple " + widthMultiple);
        }
    }

    /**
     * Of the shapes within 5 % of the target, the one nearest to the wanted aspect, ties by parameters; where none is
     * within 5 %, the nearest in parameters.
     */
    ModelShape nearest(double params) {
        var shapes = candidates(params);
        Comparator<ModelShape> byParams = Comparator.comparingDouble(shape -> distance(shape, params));
        Comparator<ModelShape> byAspect = Comparator.comparingDouble(this::aspectDistance);
        return shapes.stream()
                .filter(shape -> fits(shape, params))
                .min(byAspect.thenComparing(byParams))
                .orElseGet(() -> shapes.stream().min(byParams).orElseThrow());
    }

    static boolean fits(ModelShape shape, double params) {
        return distance(shape, params) <= TOLERANCE;
    }

    /** All widths up to the first whose shallowest model is too large, that one included. */
    private List<ModelShape> candidates(double params) {
        var shapes = new ArrayList<ModelShape>();
        for (int width = widthMultiple; ; width += widthMultiple) {
            if (family.shape(width, 1).isEmpty()) {
                continue;
            }
            for (int layers = 1; layers <= MOST_LAYERS; layers++) {
                ModelShape shape = family.shape(width, layers).orElseThrow();
                shapes.add(shape);
                if (shape.nonEmbeddingParams() > params) {
                    if (layers == 1) {
                        return shapes;
                    }
                    break;
                }
            }
        }
    }

    private static double distance(ModelShape shape, double params) {
        return Math.abs(shape.nonEmbeddingParams() / params - 1);
    }

    private double aspectDistance(ModelShape shape) {
        return Math.abs(Math.log((double) shape.width() / shape.layers() / aspect));
    }
}
