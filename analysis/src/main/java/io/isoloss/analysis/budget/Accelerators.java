package io.isoloss.analysis.budget;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/** The catalogue of devices, {@code accelerators.csv}; each row names the vendor's document and who asks its price. */
public final class Accelerators {
    private static final double TERA = 1e12;
    private static final double GIGA = 1e9;

    private static final Map<Dtype, String> RATE_COLUMNS = Map.of(
            Dtype.FP32, "fp32_tflops",
            Dtype.TF32, "tf32_tflops",
            Dtype.BF16, "bf16_tflops",
            Dtype.FP16, "fp16_tflops",
            Dtype.FP8, "fp8_tflops",
            Dtype.INT8, "int8_tops");

    private static final List<Accelerator> ALL = read();

    private Accelerators() {}

    /** Every device, in the file's order. */
    public static List<Accelerator> all() {
        return ALL;
    }

    /**
     * The device of this name; case, spaces and hyphens do not count, so that {@code h100-sxm} is {@code H100 SXM}.
     *
     * @throws IsolossException of kind BAD_INPUT if there is none, with the nearest name
     */
    public static Accelerator named(String name) {
        return ALL.stream()
                .filter(device -> key(device.name()).equals(key(name)))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private static IsolossException unknown(String name) {
        JaroWinklerSimilarity similarity = new JaroWinklerSimilarity();
        String nearest = ALL.stream()
                .map(Accelerator::name)
                .max(Comparator.comparingDouble(known -> similarity.apply(key(known), key(name))))
                .orElseThrow();
        return new IsolossException(
                Kind.BAD_INPUT,
                "Cannot find the GPU '" + name + "' in the catalogue; nearest is '" + nearest + "'. It holds "
                        + ALL.stream().map(Accelerator::name).collect(Collectors.joining(", ")) + ".");
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private static List<Accelerator> read() {
        CsvMapper mapper = CsvMapper.builder()
                .enable(CsvParser.Feature.EMPTY_STRING_AS_NULL)
                .build();
        List<Accelerator> devices = new ArrayList<>();
        try (InputStream file = Accelerators.class.getResourceAsStream("accelerators.csv");
                MappingIterator<Map<String, String>> rows = mapper.readerForMapOf(String.class)
                        .with(CsvSchema.emptySchema().withHeader())
                        .readValues(file)) {
            while (rows.hasNext()) {
                devices.add(device(rows.next()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(devices);
    }

    private static Accelerator device(Map<String, String> row) {
        Map<Dtype, Double> rates = new EnumMap<>(Dtype.class);
        RATE_COLUMNS.forEach((dtype, column) -> {
            if (row.get(column) != null) {
                rates.put(dtype, TERA * number(row, column));
            }
        });
        return new Accelerator(
                row.get("name"),
                row.get("vendor"),
                rates,
                number(row, "memory_gib"),
                GIGA * number(row, "bandwidth_gb_per_s"),
                number(row, "watts"),
                row.get("source"),
                number(row, "usd_per_hour"),
                row.get("price_source"),
                row.get("price_date"));
    }

    private static Double number(Map<String, String> row, String column) {
        return row.get(column) == null ? null : Double.valueOf(row.get(column));
    }
}
