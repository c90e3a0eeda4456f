package io.isoloss.analysis.budget;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A device that trains models, as its vendor publishes it.
 *
 * @param peakFlopsPerSecond by number format, dense; a format that is not there is not published or not offered
 * @param bandwidthBytesPerSecond of the device's own memory
 * @param watts thermal design power, or what {@code source} says instead; null if not published
 * @param source the vendor's document and its year
 * @param usdPerHour price of renting one; null if none is known
 * @param priceSource who asks that price and how; null without a price
 * @param priceDate year, or year and month, of the price; null without a price
 */
public record Accelerator(
        String name,
        String vendor,
        Map<Dtype, Double> peakFlopsPerSecond,
        double memoryGib,
        double bandwidthBytesPerSecond,
        Double watts,
        String source,
        Double usdPerHour,
        String priceSource,
        String priceDate) {
    /** Where no format is asked for, the first of these that the device offers. */
    private static final List<Dtype> PREFERRED = List.of(Dtype.BF16, Dtype.FP16, Dtype.FP32);

    public Accelerator {
        if (peakFlopsPerSecond.isEmpty()) {
            throw new IllegalArgumentException("Invalid peak rates of " + name + " (want one or more): none");
        }
        peakFlopsPerSecond.forEach((dtype, rate) -> positive(dtype.label() + " FLOP/s", rate));
        positive("memoryGib", memoryGib);
        positive("bandwidthBytesPerSecond", bandwidthBytesPerSecond);
        positive("watts", watts);
        positive("usdPerHour", usdPerHour);
        peakFlopsPerSecond = Collections.unmodifiableMap(new EnumMap<>(peakFlopsPerSecond));
    }

    /** bf16 where the device has it, else fp16, else fp32. */
    public Dtype usualDtype() {
        return PREFERRED.stream()
                .filter(peakFlopsPerSecond::containsKey)
                .findFirst()
                .orElseGet(() -> peakFlopsPerSecond.keySet().iterator().next());
    }

    private static void positive(String name, Double value) {
        if (value != null && !(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("Invalid " + name + " (want finite and positive): " + value);
        }
    }
}
