package io.isoloss.jobs.train.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.CostRates.Carbon;
import io.isoloss.jobs.train.Device;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeterTest {
    /** Of sums and products of a few doubles of order 1 to 1000. */
    private static final double ROUNDING = 1e-9;

    private long clockNanos;
    private long threadNanos;

    /** Lets the clock go on, and the thread be at work for a part of it. */
    private void pass(double seconds, double busySeconds) {
        clockNanos += Math.round(seconds * 1e9);
        threadNanos += Math.round(busySeconds * 1e9);
    }

    private Meter meter(CostRates rates, EnergyMeter energy) {
        return Meter.onProcessor(rates, energy, () -> clockNanos, () -> threadNanos);
    }

    @Test
    void tellsTrainingFromEvaluation() {
        Meter meter = meter(CostRates.NONE, new PowerModel(CostRates.NONE));
        pass(4, 3);
        meter.trained();
        pass(1, 0.5);
        MeterReading reading = meter.stop();
        assertThat(reading.wallSeconds()).isCloseTo(5, within(ROUNDING));
        assertThat(reading.trainingSeconds()).isCloseTo(4, within(ROUNDING));
        assertThat(reading.deviceSeconds()).isCloseTo(3.5, within(ROUNDING));
        assertThat(reading.tokensPerSecond(800)).isCloseTo(200, within(ROUNDING));
        assertThat(reading.mfu(6e9, 3e9)).isCloseTo(0.5, within(ROUNDING));
    }

    @Test
    void modelsEnergyByBusyTimeAndSaysSo() {
        Meter meter = meter(CostRates.NONE, new PowerModel(CostRates.NONE));
        pass(10, 5);
        MeterReading reading = meter.stop();
        assertThat(reading.energyJoules()).as("12 W for 5 s").isCloseTo(60, within(ROUNDING));
        assertThat(reading.energySource())
                .isEqualTo("model: 12 W a core (Green Algorithms 2021, unnamed processor) times its busy time");
        assertThat(reading.co2Grams()).as("no factor").isNull();
        assertThat(reading.co2Source()).isNull();
        assertThat(reading.usd()).as("no price").isNull();
    }

    @Test
    void turnsEnergyAndTimeIntoCarbonAndMoney() {
        CostRates rates = new CostRates(0.36, 20.0, new Carbon(400, "Ember", 2024, 1.5));
        Meter meter = meter(rates, new PowerModel(rates));
        pass(100, 90);
        MeterReading reading = meter.stop();
        assertThat(reading.energyJoules()).isCloseTo(1800, within(ROUNDING));
        assertThat(reading.co2Grams())
                .as("1800 J = 0.5 Wh, times 1.5 and 400 g/kWh")
                .isCloseTo(0.3, within(ROUNDING));
        assertThat(reading.co2Source()).isEqualTo("400 g/kWh (Ember, 2024), PUE 1.5");
        assertThat(reading.usd()).as("100 s at 0.36 an hour, at work or not").isCloseTo(0.01, within(ROUNDING));
    }

    @Test
    void readsCountersAboutOnceASecond() {
        List<Double> spans = new java.util.ArrayList<>();
        Meter meter = meter(CostRates.NONE, new EnergyMeter() {
            @Override
            public String source() {
                return "counted";
            }

            @Override
            public Double take(double busySeconds) {
                spans.add(busySeconds);
                return 1.0;
            }
        });
        for (int step = 0; step < 25; step++) {
            pass(0.125, 0.125);
            meter.step();
        }
        MeterReading reading = meter.stop();
        assertThat(spans).as("3.125 s").containsExactly(1.0, 1.0, 1.0, 0.125);
        assertThat(reading.energyJoules()).isEqualTo(4.0);
    }

    @Test
    void energyIsUnknownOnceACounterFails() {
        Deque<Double> joules = new ArrayDeque<>(List.of(7.0));
        Meter meter = meter(new CostRates(null, null, new Carbon(400, "Ember", 2024, 1)), new EnergyMeter() {
            @Override
            public String source() {
                return "counted";
            }

            @Override
            public Double take(double busySeconds) {
                return joules.poll();
            }
        });
        pass(1, 1);
        meter.step();
        pass(1, 1);
        meter.step();
        pass(1, 1);
        MeterReading reading = meter.stop();
        assertThat(reading.energyJoules()).isNull();
        assertThat(reading.energySource()).isNull();
        assertThat(reading.co2Grams()).isNull();
    }

    @Test
    void longTrialsSeeEveryRoundOfACounter(@TempDir Path folder) throws Exception {
        FakeMachine machine = new FakeMachine(folder).zone("intel-rapl:0", "package-0", 0, 5_000_000);
        Meter meter = meter(
                CostRates.NONE, Rapl.open(machine.powercap(), machine.stat()).orElseThrow());
        for (int second = 1; second <= 30; second++) { // 3 W: the counter of 5 J goes round every 1.7 s
            pass(1, 1);
            machine.energy("intel-rapl:0", second * 3_000_000L % 5_000_000L);
            machine.busySeconds(second);
            meter.step();
        }
        assertThat(meter.stop().energyJoules()).isCloseTo(90, within(ROUNDING));
    }

    @Test
    void aGpuIsCountedByItsBoardAndItsUtilisation() {
        FakeNvml gpu = new FakeNvml();
        gpu.millijoules = 1_000_000;
        Meter meter = Meter.onGpu(CostRates.NONE, Nvml.open(gpu, 0).orElseThrow(), () -> clockNanos);
        pass(2, 0);
        gpu.percent = 50;
        gpu.millijoules += 600_000;
        meter.step();
        pass(1, 0);
        gpu.percent = 100;
        gpu.millijoules += 400_000;
        MeterReading reading = meter.stop();
        assertThat(reading.deviceSeconds()).as("half of 2 s and all of 1 s").isCloseTo(2, within(ROUNDING));
        assertThat(reading.energyJoules()).isCloseTo(1000, within(ROUNDING));
        assertThat(reading.energySource()).startsWith("nvml: ");
    }

    @Test
    void aGpuWithoutCounterHasNoEnergy() {
        FakeNvml gpu = new FakeNvml();
        gpu.energyCounter = false;
        Meter meter = Meter.onGpu(CostRates.NONE, Nvml.open(gpu, 0).orElseThrow(), () -> clockNanos);
        pass(1, 0);
        assertThat(meter.stop().energyJoules()).isNull();
        assertThat(Nvml.open(gpu, 1)).as("no second GPU").isEmpty();
    }

    @Test
    void aGpuWhoseDriverIsLoadedAnewHasNoEnergy() {
        FakeNvml gpu = new FakeNvml();
        gpu.millijoules = 5_000;
        Meter meter = Meter.onGpu(CostRates.NONE, Nvml.open(gpu, 0).orElseThrow(), () -> clockNanos);
        pass(1, 0);
        gpu.millijoules = 200;
        assertThat(meter.stop().energyJoules()).isNull();
    }

    @Test
    void measuresThisThreadOnThisMachine() {
        LongSupplier thread = java.lang.management.ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;
        Meter meter = Meter.start(new Device.Cpu("this", List.of()), CostRates.NONE);
        long from = thread.getAsLong();
        double sum = 0;
        while (thread.getAsLong() - from < 50_000_000) {
            sum += Math.sqrt(sum + 1);
        }
        MeterReading reading = meter.stop();
        assertThat(reading.deviceSeconds())
                .as("sum %s", sum)
                .isBetween(0.05, reading.wallSeconds() + 0.01); // tick: 10 ms
        assertThat(reading.energyJoules()).isPositive();
        assertThat(reading.energySource()).matches("(rapl|model): .*");
    }
}
