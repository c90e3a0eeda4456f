package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.Shape;
import java.util.Set;
import java.util.TreeSet;

/** Coordinates of a minimum that ran away from the data: a term that has vanished, a shape at its bound. */
record Escape(Set<Integer> coordinates) {
    /** A coordinate that changes no prediction by more than this share has left the data. */
    private static final double NO_INFLUENCE = 1e-8;

    Escape(ObjectiveSurface surface, Search.Found found) {
        this(coordinates(surface, found));
    }

    private static Set<Integer> coordinates(ObjectiveSurface surface, Search.Found found) {
        Set<Integer> escaped = new TreeSet<>();
        for (int j = 0; j < surface.size; j++) {
            boolean gone = j != surface.form.floor() && found.expansion().influence[j] < NO_INFLUENCE;
            if (gone
                    || (j >= surface.scales && atBound(surface.form.shapes().get(j - surface.scales), found.at()[j]))) {
                escaped.add(j);
            }
        }
        return escaped;
    }

    private static boolean atBound(Shape shape, double value) {
        return value <= shape.least() || value >= shape.most();
    }
}
