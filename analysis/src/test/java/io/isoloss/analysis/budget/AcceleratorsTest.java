package io.isoloss.analysis.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceleratorsTest {
    @ParameterizedTest
    @CsvSource({
        "V100 SXM2, FP16, 125e12, 32, 900e9, 300",
        "A100 80GB SXM, BF16, 312e12, 80, 2039e9, 400",
        "H100 SXM, BF16, 989.4e12, 80, 3350e9, 700",
        "H100 PCIe, FP8, 1513e12, 80, 2000e9, 350",
        "MI300X, FP8, 2614.9e12, 192, 5300e9, 750",
        "TPU v5p, BF16, 459e12, 95, 2765e9, "
    })
    void holdsWhatVendorsPublish(String name, Dtype dtype, double peak, double gib, double bandwidth, Double watts) {
        Accelerator device = Accelerators.named(name);
        assertThat(device.peakFlopsPerSecond()).containsEntry(dtype, peak);
        assertThat(device.memoryGib()).isEqualTo(gib);
        assertThat(device.bandwidthBytesPerSecond()).isEqualTo(bandwidth);
        assertThat(device.watts()).isEqualTo(watts);
    }

    @Test
    void everyDeviceNamesItsSourceAndEveryPriceItsSourceAndDate() {
        assertThat(Accelerators.all()).hasSizeGreaterThanOrEqualTo(18).allSatisfy(device -> {
            assertThat(device.vendor()).isNotBlank();
            assertThat(device.source()).containsPattern("20\\d\\d");
            assertThat(device.priceSource() == null).isEqualTo(device.usdPerHour() == null);
            assertThat(device.priceDate() == null).isEqualTo(device.usdPerHour() == null);
            if (device.usdPerHour() != null) {
                assertThat(device.priceDate()).matches("20\\d\\d(-\\d\\d)?");
                assertThat(device.usdPerHour()).isBetween(0.1, 20.0);
            }
        });
        assertThat(Accelerators.all()).extracting(Accelerator::name).doesNotHaveDuplicates();
    }

    /** A sparse rate among the dense ones would be twice what its neighbours allow. */
    @Test
    void ratesGrowAsFormatsShrinkAndNoneIsSparse() {
        assertThat(Accelerators.all()).allSatisfy(device -> {
            Map<Dtype, Double> peak = device.peakFlopsPerSecond();
            if (peak.containsKey(Dtype.BF16) && peak.containsKey(Dtype.FP16)) {
                assertThat(peak.get(Dtype.BF16)).isEqualTo(peak.get(Dtype.FP16));
            }
            if (peak.containsKey(Dtype.TF32) && peak.containsKey(Dtype.BF16)) {
                assertThat(peak.get(Dtype.BF16) / peak.get(Dtype.TF32)).isBetween(1.9, 2.1);
            }
            if (peak.containsKey(Dtype.FP8)) {
                assertThat(peak.get(Dtype.FP8) / peak.get(Dtype.BF16)).isBetween(1.9, 2.1);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"H100 SXM", "h100-sxm", "h100sxm", "H100_SXM"})
    void findsADeviceHoweverItIsSpelt(String name) {
        assertThat(Accelerators.named(name).name()).isEqualTo("H100 SXM");
    }

    @ParameterizedTest
    @CsvSource({"H200, H200 SXM", "rtx4900, RTX 4090", "tpu5e, TPU v5e", "mi300, MI300X"})
    void refusesANameItDoesNotHoldWithTheNearest(String name, String nearest) {
        assertThatThrownBy(() -> Accelerators.named(name))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_INPUT))
                .hasMessageStartingWith("Cannot find the GPU '" + name + "' in the catalogue; nearest is '" + nearest
                        + "'. It holds V100")
                .hasMessageEndingWith("TPU v5p.");
    }

    @Test
    void refusesADeviceThatCannotBe() {
        assertThatThrownBy(() -> new Accelerator("Z", "V", Map.of(), 1, 1, null, "s", null, null, null))
                .hasMessage("Invalid peak rates of Z (want one or more): none");
        assertThatThrownBy(() -> new Accelerator("Z", "V", Map.of(Dtype.FP8, 0.0), 1, 1, null, "s", null, null, null))
                .hasMessage("Invalid fp8 FLOP/s (want finite and positive): 0.0");
        assertThatThrownBy(() -> new Accelerator("Z", "V", Map.of(Dtype.FP8, 1.0), 0, 1, null, "s", null, null, null))
                .hasMessage("Invalid memoryGib (want finite and positive): 0.0");
        assertThatThrownBy(() -> new Accelerator("Z", "V", Map.of(Dtype.FP8, 1.0), 1, 0, null, "s", null, null, null))
                .hasMessage("Invalid bandwidthBytesPerSecond (want finite and positive): 0.0");
        assertThatThrownBy(() -> new Accelerator("Z", "V", Map.of(Dtype.FP8, 1.0), 1, 1, 0.0, "s", null, null, null))
                .hasMessage("Invalid watts (want finite and positive): 0.0");
        assertThatThrownBy(() -> new Accelerator("Z", "V", Map.of(Dtype.FP8, 1.0), 1, 1, null, "s", -1.0, "p", "2025"))
                .hasMessage("Invalid usdPerHour (want finite and positive): -1.0");
    }
}
