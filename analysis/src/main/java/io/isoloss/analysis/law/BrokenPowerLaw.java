package io.isoloss.analysis.law;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * L(x) = a + b x^-c0 prod_i (1 + (x/d_i)^(1/f_i))^(-c_i f_i) in one of N, D and C (Caballero et al. 2022,
 * arXiv:2210.14891, equation 1), with one to three breaks.
 *
 * @param variable what x is: PARAMS, TOKENS or FLOPS
 * @param a limit of the loss, nats a token, not negative
 * @param b scale, for x in single units
 * @param c0 slope before the first break, on logarithms, downwards
 * @param breaks in order of d
 */
@SuppressWarnings("MemberName") // the paper's letters
public record BrokenPowerLaw(Variable variable, double a, double b, double c0, List<Break> breaks)
        implements ScalingLaw {
    /** Followed by the count of breaks in {@link #name()}; a file holds it without. */
    public static final String NAME = "broken-power-law";

    public static final int MOST_BREAKS = 3;

    /**
     * A turn of the slope.
     *
     * @param c by how much the slope steepens; negative where it flattens
     * @param d where, in single units of x
     * @param f width of the turn in ln x, above 0; the smaller, the sharper
     */
    public record Break(double c, double d, double f) implements Serializable {
        public Break {
            Check.finite("c of a break", c);
            Check.positive("d of a break", d);
            Check.positive("f of a break", f);
        }
    }

    public BrokenPowerLaw {
        Check.size(variable);
        Check.notNegative("a", a);
        Check.positive("b", b);
        Check.finite("c0", c0);
        count(breaks.size());
        breaks = breaks.stream().sorted(Comparator.comparingDouble(Break::d)).toList();
    }

    private static void count(int breaks) {
        if (breaks < 1 || breaks > MOST_BREAKS) {
            throw new IllegalArgumentException("Invalid count of breaks (want 1 to " + MOST_BREAKS + "): " + breaks);
        }
    }

    /** The name of the form with that many breaks. */
    public static String name(int breaks) {
        return NAME + "-" + breaks;
    }

    /** a, b' (x/x')^-c0 prod_i (1 + (x/d_i)^(1/f_i))^(-c_i f_i), with 1 to 3 breaks and x' amid the data. */
    public static LawForm form(Variable variable, int breaks) {
        count(breaks);
        return new Terms(variable, breaks, 0, Math.log(1e30));
    }

    @Override
    public String name() {
        return name(breaks.size());
    }

    @Override
    public List<Variable> variables() {
        return List.of(variable);
    }

    @Override
    public double predict(double... x) {
        double logX = Math.log(x[0]);
        double power = Math.log(b) - c0 * logX;
        for (Break turn : breaks) {
            power -= turn.c() * turn.f() * Smooth.softplus((logX - Math.log(turn.d())) / turn.f());
        }
        return a + Math.exp(power);
    }

    @Override
    public Map<String, Double> parameters() {
        Map<String, Double> parameters = new LinkedHashMap<>();
        parameters.put("a", a);
        parameters.put("b", b);
        parameters.put("c0", c0);
        for (int i = 0; i < breaks.size(); i++) {
            parameters.put("c" + (i + 1), breaks.get(i).c());
            parameters.put("d" + (i + 1), breaks.get(i).d());
            parameters.put("f" + (i + 1), breaks.get(i).f());
        }
        return parameters;
    }

    private static final class Terms extends Form {
        private final int breaks;
        private final double centre;

        /** Breaks are sought one to each of as many equal parts of [lowest, highest], and may go beyond by as much again. */
        Terms(Variable variable, int breaks, double lowest, double highest) {
            super(
                    BrokenPowerLaw.name(breaks),
                    List.of(variable),
                    List.of("a", "b"),
                    shapes(breaks, lowest, highest),
                    0);
            Check.size(variable);
            this.breaks = breaks;
            this.centre = (lowest + highest) / 2;
        }

        private static List<Shape> shapes(int breaks, double lowest, double highest) {
            double range = highest - lowest;
            List<Shape> shapes = new ArrayList<>();
            shapes.add(new Shape("c0", 0, 1, -5, 5));
            for (int i = 1; i <= breaks; i++) {
                shapes.add(new Shape("c" + i, -1, 1, -5, 5));
                shapes.add(new Shape(
                        "ln d" + i,
                        lowest + range * (i - 1) / breaks,
                        lowest + range * i / breaks,
                        lowest - range,
                        highest + range));
                shapes.add(new Shape("f" + i, 0.05, 2, 0.01, 20));
            }
            return shapes;
        }

        @Override
        public LawForm over(List<double[]> x) {
            double lowest = x.stream().mapToDouble(p -> Math.log(p[0])).min().orElseThrow();
            double highest = x.stream().mapToDouble(p -> Math.log(p[0])).max().orElseThrow();
            return new Terms(variables().get(0), breaks, lowest, Math.max(highest, lowest + Math.log(2)));
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            double logX = Math.log(x[0]);
            slopes[0][0] = 0;
            slopes[1][0] = centre - logX;
            double power = theta[0] * slopes[1][0];
            for (int i = 1; i < theta.length; i += 3) {
                double c = theta[i];
                double f = theta[i + 2];
                double z = (logX - theta[i + 1]) / f;
                double bend = Smooth.softplus(z);
                double past = Smooth.logistic(z);
                power -= c * f * bend;
                slopes[0][i] = 0;
                slopes[0][i + 1] = 0;
                slopes[0][i + 2] = 0;
                slopes[1][i] = -f * bend;
                slopes[1][i + 1] = c * past;
                slopes[1][i + 2] = -c * (bend - z * past);
            }
            logTerms[0] = 0;
            logTerms[1] = power;
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            List<Break> turns = new ArrayList<>();
            for (int i = 1; i < theta.length; i += 3) {
                turns.add(new Break(theta[i], Math.exp(theta[i + 1]), theta[i + 2]));
            }
            double b = scales[1] * Math.exp(theta[0] * centre);
            return new BrokenPowerLaw(variables().get(0), scales[0], b, theta[0], turns);
        }
    }
}
