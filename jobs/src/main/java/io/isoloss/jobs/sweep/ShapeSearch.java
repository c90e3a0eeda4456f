package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.TransformerShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds a shape for a number of parameters.
 *
 * @param context tokens that a prediction can see
 * @param vocabulary token ids
 * @param headWidth width of an attention head; narrower models have one head
 * @param aspect wanted width over layers
 * @param widthMultiple widths are multiples of this
 */
public record ShapeSearch(int context, int vocabulary, int headWidth, int aspect, int widthMultiple)
        implements Serializable {

    /** How far a shape may be from the parameters asked for: small beside the usual factor of two between sizes. */
    static final double TOLERANCE = 0.05;

    private static final int MOST_LAYERS = 32;

    public ShapeSearch {
        if (context < 1 || vocabulary < 2 || headWidth < 1 || aspect < 1 || widthMultiple < 1) {
            throw new IllegalArgumentException("Invalid shape search (want all at least 1): context " + context
                    + ", vocabulary " + vocabulary + ", head width " + headWidth + ", aspect " + aspect
                    + ", width multiple " + widthMultiple);
        }
    }

    /**
     * Of the shapes within 5 % of the target, the one nearest to the wanted aspect, ties by parameters; where none is
     * within 5 %, the nearest in parameters.
     */
    TransformerShape nearest(double params) {
        var shapes = candidates(params);
        Comparator<TransformerShape> byParams = Comparator.comparingDouble(shape -> distance(shape, params));
        Comparator<TransformerShape> byAspect = Comparator.comparingDouble(this::aspectDistance);
        return shapes.stream()
                .filter(shape -> fits(shape, params))
                .min(byAspect.thenComparing(byParams))
                .orElseGet(() -> shapes.stream().min(byParams).orElseThrow());
    }

    static boolean fits(TransformerShape shape, double params) {
        return distance(shape, params) <= TOLERANCE;
    }

    /** All widths up to the first whose shallowest model is too large, that one included. */
    private List<TransformerShape> candidates(double params) {
        var shapes = new ArrayList<TransformerShape>();
        for (int width = widthMultiple; ; width += widthMultiple) {
            int heads = Math.max(1, width / headWidth);
            if (width % heads != 0) {
                continue;
            }
            for (int layers = 1; layers <= MOST_LAYERS; layers++) {
                var shape = new TransformerShape(width, layers, heads, context, vocabulary);
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

    private static double distance(TransformerShape shape, double params) {
        return Math.abs(shape.nonEmbeddingParams() / params - 1);
    }

    private double aspectDistance(TransformerShape shape) {
        return Math.abs(Math.log((double) shape.width() / shape.layers() / aspect));
    }
}
