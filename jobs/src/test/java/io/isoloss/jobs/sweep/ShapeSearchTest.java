package io.isoloss.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.jobs.model.TransformerFamily;
import io.isoloss.jobs.model.TransformerShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeSearchTest {

    private static final ShapeSearch SEARCH = new ShapeSearch(new TransformerFamily(16, 64, 256, 256), 32, 4);

    @ParameterizedTest
    @ValueSource(doubles = {7_000, 10_000, 20_000, 33_000, 68_000, 115_000, 213_000, 1e6, 1e7, 1e8})
    void staysWithinFivePercent(double params) {
        var shape = SEARCH.nearest(params);
        assertThat(ShapeSearch.fits(shape, params)).isTrue();
        assertThat((double) shape.nonEmbeddingParams()).isBetween(params * 0.95, params * 1.05);
    }

    @Test
    void prefersTheWantedAspectAmongThoseThatFit() {
        var deep = new ShapeSearch(new TransformerFamily(16, 64, 256, 256), 8, 4).nearest(1e6);
        var shallow = new ShapeSearch(new TransformerFamily(16, 64, 256, 256), 64, 4).nearest(1e6);
        assertThat(deep.width() / deep.layers()).isBetween(6, 10);
        assertThat(shallow.width() / shallow.layers()).isBetween(48, 80);
    }

    @Test
    void givesEveryHeadAboutTheWantedWidth() {
        assertThat(((TransformerShape) SEARCH.nearest(1e6)).headWidth()).isBetween(16, 19);
        assertThat(((TransformerShape) SEARCH.nearest(7_000)).heads()).isEqualTo(1);
    }

    @Test
    void offersTheNearestWhereNoneFits() {
        var smallest = SEARCH.nearest(10);
        assertThat(smallest.width()).isEqualTo(4);
        assertThat(smallest.layers()).isEqualTo(1);
        assertThat(ShapeSearch.fits(smallest, 10)).isFalse();
    }
}
