package io.isoloss.analysis.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.budget.Budget.Unit;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RatesTest {
    /** 100 TFLOP/s, 500 W, 2 USD an hour. */
    private static final Accelerator DEVICE = new Accelerator(
            "X1", "V", Map.of(Dtype.BF16, 1e14, Dtype.FP32, 1e13), 80, 2e12, 500.0, "X1 sheet", 2.0, "a shop", "2025");

    private static final Accelerator BARE =
            new Accelerator("X0", "V", Map.of(Dtype.FP32, 1e13), 16, 1e11, null, "X0 sheet", null, null, null);

    /** An hour does 1e14 x 0.5 x 3600 = 1.8e17 FLOPs and takes 0.5 kW x 1.2 = 0.6 kWh, 240 g CO2 and 2 USD. */
    private static final Rates RATES = Rates.of(DEVICE, new Rates.Given(Dtype.BF16, 0.5, null, null, 1.2, 400.0, null));

    private static final Percentage ROUNDING = withinPercentage(1e-12); // of a few products of doubles

    @ParameterizedTest
    @CsvSource({"FLOPS, 1.8e18", "GPU_HOURS, 10", "USD, 20", "KWH, 6", "CO2_KG, 2.4"})
    void tenHoursAreWorthTheSameInEveryUnit(Unit unit, double amount) {
        assertThat(RATES.flops(new Budget(unit, amount))).isCloseTo(1.8e18, ROUNDING);
    }

    @Test
    void costsWhatTheBudgetsBuy() {
        Cost cost = RATES.cost(1.8e18);
        assertThat(cost.gpuHours()).isCloseTo(10, ROUNDING);
        assertThat(cost.usd()).isCloseTo(20, ROUNDING);
        assertThat(cost.kwh()).isCloseTo(6, ROUNDING);
        assertThat(cost.co2Kg()).isCloseTo(2.4, ROUNDING);
    }

    @Test
    void givenPriceAndPowerOverrideTheCatalogue() {
        Rates rates = Rates.of(DEVICE, new Rates.Given(null, 0.5, null, 1000.0, 1.0, 400.0, 5.0));
        assertThat(rates.flops(new Budget(Unit.USD, 50))).isCloseTo(1.8e18, ROUNDING);
        assertThat(rates.flops(new Budget(Unit.KWH, 10))).isCloseTo(1.8e18, ROUNDING);
        assertThat(rates.assumptions())
                .containsExactly(
                        "peak 100 TFLOP/s bf16, dense (X1 sheet)",
                        "1000 W a device, hosts and network left out;" + " change with --watts");
    }

    @Test
    void saysWhatItAssumesAndWhereItIsFrom() {
        Rates rates = Rates.of(DEVICE, Rates.Given.NOTHING);
        assertThat(rates.mfu()).isEqualTo(0.4);
        assertThat(rates.pue()).isEqualTo(1.56);
        assertThat(rates.gramsCo2PerKwh()).isEqualTo(473);
        assertThat(rates.dtype()).isEqualTo(Dtype.BF16);
        assertThat(rates.assuming("the device is X1").assumptions())
                .containsExactly(
                        "the device is X1",
                        "peak 100 TFLOP/s bf16, dense (X1 sheet)",
                        "MFU 40 %, as of Llama 3 405B on 8 to 16 thousand H100 (Grattafiori et al. 2024); measure yours,"
                                + " --mfu or --mfu-from",
                        "2.00 USD a GPU-hour (a shop, 2025); change with --usd-per-gpu-hour",
                        "500 W a device, its design power, hosts and network left out; change with --watts",
                        "PUE 1.56, the mean of sites (Uptime Institute 2024); change with --pue",
                        "473 g CO2 a kWh, the world's mean in 2024 (Ember 2025); change with --g-co2-per-kwh");
    }

    @Test
    void saysWhereAMeasuredMfuIsFrom() {
        Rates rates = Rates.of(DEVICE, new Rates.Given(null, 0.25, "MFU of the runs", null, null, null, null));
        assertThat(rates.mfu()).isEqualTo(0.25);
        assertThat(rates.assumptions()).contains("MFU of the runs").noneMatch(line -> line.startsWith("MFU 40"));
    }

    @Test
    void leavesOutWhatNobodyPublished() {
        Cost cost = Rates.of(BARE, Rates.Given.NOTHING).cost(1e18);
        assertThat(cost.gpuHours()).isPositive();
        assertThat(cost.usd()).isNull();
        assertThat(cost.kwh()).isNull();
        assertThat(cost.co2Kg()).isNull();
        assertThat(Rates.of(BARE, Rates.Given.NOTHING).assumptions()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "USD, 5.0 USD, price, --usd-per-gpu-hour",
        "KWH, 5.0 kWh, power, --watts",
        "CO2_KG, 5.0 kg CO2, power, --watts"
    })
    void namesThePriceOrPowerThatIsMissing(Unit unit, String amount, String what, String option) {
        Rates rates = Rates.of(BARE, Rates.Given.NOTHING);
        assertThatThrownBy(() -> rates.flops(new Budget(unit, 5)))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_INPUT))
                .hasMessage("Cannot turn " + amount + " into compute: the catalogue knows no " + what
                        + " of X0; give it with " + option + ".");
    }

    @Test
    void refusesCarbonWhereElectricityEmitsNone() {
        Rates rates = Rates.of(DEVICE, new Rates.Given(null, null, null, null, null, 0.0, null));
        assertThat(rates.cost(1e18).co2Kg()).isZero();
        assertThatThrownBy(() -> rates.flops(new Budget(Unit.CO2_KG, 5)))
                .hasMessage(
                        "Cannot turn 5.0 kg CO2 into compute at --g-co2-per-kwh 0: it would buy any amount; give the"
                                + " budget in another unit.");
    }

    @Test
    void namesTheFormatsOfADeviceThatLacksOne() {
        assertThatThrownBy(() -> Rates.of(DEVICE, new Rates.Given(Dtype.FP8, null, null, null, null, null, null)))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_INPUT))
                .hasMessage("Cannot count fp8 on X1: no such rate is published; it has fp32, bf16.");
    }

    @ParameterizedTest
    @CsvSource({
        "0, , , , , '--mfu 0.0; want a number above 0 and at most 1, such as 0.4.'",
        "1.01, , , , , '--mfu 1.01; want a number above 0 and at most 1, such as 0.4.'",
        "NaN, , , , , '--mfu NaN; want a number above 0 and at most 1, such as 0.4.'",
        ", 0, , , , '--watts 0.0; want a number finite and above 0, such as 700.'",
        ", Infinity, , , , '--watts Infinity; want a number finite and above 0, such as 700.'",
        ", , 0.99, , , '--pue 0.99; want a number at least 1, such as 1.2.'",
        ", , , -1, , '--g-co2-per-kwh -1.0; want a number finite and not below 0, such as 473.'",
        ", , , , 0, '--usd-per-gpu-hour 0.0; want a number finite and above 0, such as 2.5.'"
    })
    void namesNumbersThatCannotBe(Double mfu, Double watts, Double pue, Double grams, Double usd, String message) {
        assertThatThrownBy(() -> Rates.of(DEVICE, new Rates.Given(null, mfu, null, watts, pue, grams, usd)))
                .hasMessage("Cannot plan with " + message);
    }

    @Test
    void takesTheEdgesOfWhatCanBe() {
        Rates rates = Rates.of(DEVICE, new Rates.Given(null, 1.0, null, null, 1.0, 0.0, null));
        assertThat(List.of(rates.mfu(), rates.pue(), rates.gramsCo2PerKwh())).containsExactly(1.0, 1.0, 0.0);
    }

    @ParameterizedTest
    @EnumSource(Unit.class)
    void refusesABudgetThatIsNone(Unit unit) {
        for (double amount : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Budget(unit, amount))
                    .hasMessage("Cannot plan with a budget of " + amount + " " + unit.label()
                            + "; want a finite number above 0, such as " + (unit == Unit.FLOPS ? "1e21." : "1000."));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp16", "int8"})
    void fallsBackFromBf16(String only) {
        Dtype dtype = only.equals("fp16") ? Dtype.FP16 : Dtype.INT8;
        Accelerator device = new Accelerator("Y", "V", Map.of(dtype, 1e12), 1, 1e9, null, "s", null, null, null);
        assertThat(device.usualDtype()).isEqualTo(dtype);
    }
}
