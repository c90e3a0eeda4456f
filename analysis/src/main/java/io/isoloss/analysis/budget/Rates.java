package io.isoloss.analysis.budget;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What an hour of one device does and takes.
 *
 * @param mfu model FLOPs utilisation: model FLOP/s over peak FLOP/s, above 0 and at most 1 (Chowdhery et al. 2022,
 *     arXiv:2204.02311, section 4.1)
 * @param watts of one device at work; null if not known
 * @param pue power usage effectiveness: power of the site over power of its devices, at least 1
 * @param gramsCo2PerKwh of the electricity, not negative
 * @param usdPerGpuHour null if not known
 * @param assumptions what of this was not given, each with its source
 */
public record Rates(
        Accelerator device,
        Dtype dtype,
        double mfu,
        Double watts,
        double pue,
        double gramsCo2PerKwh,
        Double usdPerGpuHour,
        List<String> assumptions) {
    /** Llama 3 405B reached 38 to 43 % on 8,192 to 16,384 H100 (Grattafiori et al. 2024, arXiv:2407.21783, table 4). */
    public static final double USUAL_MFU = 0.4;

    /** Mean of the sites that answered (Uptime Institute, Global Data Center Survey 2024). */
    public static final double USUAL_PUE = 1.56;

    /** The world's electricity in 2024 (Ember, Global Electricity Review 2025). */
    public static final double USUAL_GRAMS_CO2_PER_KWH = 473;

    private static final double SECONDS_PER_HOUR = 3600;
    private static final double KILO = 1000;

    /**
     * What was given; null where it was not.
     *
     * @param mfuSource where the MFU comes from if it was not given as a number; null if it was
     */
    public record Given(
            Dtype dtype,
            Double mfu,
            String mfuSource,
            Double watts,
            Double pue,
            Double gramsCo2PerKwh,
            Double usdPerGpuHour) {
        public static final Given NOTHING = new Given(null, null, null, null, null, null, null);
    }

    public Rates {
        assumptions = List.copyOf(assumptions);
    }

    /**
     * The rates of a device, what is not given taken from the catalogue and from the sources above.
     *
     * @throws IsolossException of kind BAD_INPUT if a number cannot be or the device lacks the number format
     */
    public static Rates of(Accelerator device, Given given) {
        check("--mfu", given.mfu(), 0, 1, "above 0 and at most 1, such as 0.4");
        check("--watts", given.watts(), 0, Double.MAX_VALUE, "finite and above 0, such as 700");
        check("--pue", given.pue(), Math.nextDown(1.0), Double.MAX_VALUE, "at least 1, such as 1.2");
        check(
                "--g-co2-per-kwh",
                given.gramsCo2PerKwh(),
                -Double.MIN_VALUE,
                Double.MAX_VALUE,
                "finite and not below 0, such as 473");
        check("--usd-per-gpu-hour", given.usdPerGpuHour(), 0, Double.MAX_VALUE, "finite and above 0, such as 2.5");
        Dtype dtype = given.dtype() == null ? device.usualDtype() : given.dtype();
        if (!device.peakFlopsPerSecond().containsKey(dtype)) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot count " + dtype.label() + " on " + device.name() + ": no such rate is published; it has "
                            + device.peakFlopsPerSecond().keySet().stream()
                                    .map(Dtype::label)
                                    .collect(Collectors.joining(", "))
                            + ".");
        }
        return new Rates(
                device,
                dtype,
                given.mfu() == null ? USUAL_MFU : given.mfu(),
                given.watts() == null ? device.watts() : given.watts(),
                given.pue() == null ? USUAL_PUE : given.pue(),
                given.gramsCo2PerKwh() == null ? USUAL_GRAMS_CO2_PER_KWH : given.gramsCo2PerKwh(),
                given.usdPerGpuHour() == null ? device.usdPerHour() : given.usdPerGpuHour(),
                assumptions(device, dtype, given));
    }

    private static List<String> assumptions(Accelerator device, Dtype dtype, Given given) {
        List<String> assumptions = new ArrayList<>();
        assumptions.add(String.format(
                Locale.ROOT,
                "peak %s TFLOP/s %s, dense (%s)",
                teraflops(device.peakFlopsPerSecond().get(dtype)),
                dtype.label(),
                device.source()));
        if (given.mfu() == null) {
            assumptions.add(
                    "MFU 40 %, as of Llama 3 405B on 8 to 16 thousand H100 (Grattafiori et al. 2024); measure yours,"
                            + " --mfu or --mfu-from");
        } else if (given.mfuSource() != null) {
            assumptions.add(given.mfuSource());
        }
        if (given.usdPerGpuHour() == null && device.usdPerHour() != null) {
            assumptions.add(String.format(
                    Locale.ROOT,
                    "%.2f USD a GPU-hour (%s, %s); change with --usd-per-gpu-hour",
                    device.usdPerHour(),
                    device.priceSource(),
                    device.priceDate()));
        }
        Double watts = given.watts() == null ? device.watts() : given.watts();
        if (watts != null) {
            assumptions.add(String.format(
                    Locale.ROOT,
                    "%.0f W a device%s, hosts and network left out; change with --watts",
                    watts,
                    given.watts() == null ? ", its design power" : ""));
            if (given.pue() == null) {
                assumptions.add("PUE 1.56, the mean of sites (Uptime Institute 2024); change with --pue");
            }
            if (given.gramsCo2PerKwh() == null) {
                assumptions.add("473 g CO2 a kWh, the world's mean in 2024 (Ember 2025); change with --g-co2-per-kwh");
            }
        }
        return assumptions;
    }

    private static String teraflops(double rate) {
        return String.format(Locale.ROOT, "%.1f", rate / 1e12).replace(".0", "");
    }

    private static void check(String option, Double value, double above, double most, String want) {
        if (value != null && !(value > above && value <= most)) {
            throw new IsolossException(
                    Kind.BAD_INPUT, "Cannot plan with " + option + " " + value + "; want a number " + want + ".");
        }
    }

    /** The same rates with a further assumption, told first. */
    public Rates assuming(String assumption) {
        List<String> all = new ArrayList<>(List.of(assumption));
        all.addAll(assumptions);
        return new Rates(device, dtype, mfu, watts, pue, gramsCo2PerKwh, usdPerGpuHour, all);
    }

    /** FLOPs of the model that one device does in an hour: peak times MFU. */
    public double flopsPerGpuHour() {
        return device.peakFlopsPerSecond().get(dtype) * mfu * SECONDS_PER_HOUR;
    }

    /** Energy that one device takes from the site in an hour, kWh; null if its power is not known. */
    public Double kwhPerGpuHour() {
        return watts == null ? null : (Double) (watts * pue / KILO);
    }

    /**
     * Compute that a budget buys, in FLOPs.
     *
     * @throws IsolossException of kind BAD_INPUT if the catalogue lacks the price or the power that this takes, or if
     *     nothing limits the compute because the electricity emits nothing
     */
    public double flops(Budget budget) {
        return switch (budget.unit()) {
            case FLOPS -> budget.amount();
            case GPU_HOURS -> budget.amount() * flopsPerGpuHour();
            case USD ->
                budget.amount() / known(usdPerGpuHour, budget, "price", "--usd-per-gpu-hour") * flopsPerGpuHour();
            case KWH -> budget.amount() / known(kwhPerGpuHour(), budget, "power", "--watts") * flopsPerGpuHour();
            case CO2_KG -> co2Flops(budget);
        };
    }

    private double co2Flops(Budget budget) {
        if (gramsCo2PerKwh == 0) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot turn " + budget.amount()
                            + " kg CO2 into compute at --g-co2-per-kwh 0: it would buy any amount;"
                            + " give the budget in another unit.");
        }
        double kwh = budget.amount() * KILO / gramsCo2PerKwh;
        return kwh / known(kwhPerGpuHour(), budget, "power", "--watts") * flopsPerGpuHour();
    }

    private double known(Double value, Budget budget, String what, String option) {
        if (value == null) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot turn " + budget.amount() + " " + budget.unit().label()
                            + " into compute: the catalogue knows no " + what + " of " + device.name()
                            + "; give it with " + option + ".");
        }
        return value;
    }

    /** What {@code flops} of the model take. */
    public Cost cost(double flops) {
        double hours = flops / flopsPerGpuHour();
        Double kwh = kwhPerGpuHour() == null ? null : (Double) (hours * kwhPerGpuHour());
        return new Cost(
                hours,
                usdPerGpuHour == null ? null : (Double) (hours * usdPerGpuHour),
                kwh,
                kwh == null ? null : (Double) (kwh * gramsCo2PerKwh / KILO));
    }
}
