package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.analysis.runs.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Re-fits of a table so large that they start at the fit of all its points. */
class ManyPointsTest {
    private static final int POINTS = 20_000;

    @Test
    void aReplicateEndsWhereASearchOfItsOwnDoes() {
        Chinchilla law = new Chinchilla(1.8172, 482.01, 2085.43, 0.3478, 0.3658);
        Random random = new Random(1);
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
            double params = 1e6 * Math.pow(1e4, random.nextDouble());
            double tokens = 1e8 * Math.pow(1e4, random.nextDouble());
            double loss = law.loss(params, tokens) * Math.exp(0.03 * random.nextGaussian());
            runs.add(Run.of("r" + i, params, tokens, 6 * params * tokens, loss));
        }
        List<Sample> samples = Sample.from(Chinchilla.FORM, runs);
        LawForm form = Chinchilla.FORM.over(samples.stream().map(Sample::x).toList());
        Points points = Points.of(samples, FitOptions.DEFAULT);
        ObjectiveSurface surface =
                new ObjectiveSurface(form, points, FitOptions.DEFAULT.rho(), FitOptions.DEFAULT.residuals());
        Search search = new Search(surface, FitOptions.DEFAULT.method());
        double[] near = search.minima(points.weights()).best().at();
        for (int seed = 0; seed < 5; seed++) {
            SplittableRandom draws = new SplittableRandom(seed);
            double[] weights = new double[POINTS];
            for (int i = 0; i < POINTS; i++) {
                weights[draws.nextInt(POINTS)]++;
            }
            ScalingLaw searched = search.refit(weights);
            ScalingLaw started = search.refit(weights, near);
            // both end where the relative gradient is 1e-11; intervals are 1e-4 wide and more
            started.parameters()
                    .forEach((letter, value) -> assertThat(
                                    Math.log(value / searched.parameters().get(letter)))
                            .as(letter)
                            .isCloseTo(0, within(1e-9)));
        }
    }
}
