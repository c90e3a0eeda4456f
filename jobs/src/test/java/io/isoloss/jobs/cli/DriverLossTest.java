package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.config.SweepConfig;
import io.isoloss.jobs.spark.TestCluster;
import io.isoloss.jobs.store.Pulse;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers as processes that are killed, paused, and not alone. */
class DriverLossTest {
    private static final int KILLS = Integer.getInteger("isoloss.kills", 3);
    private static final int SHARED = Integer.getInteger("isoloss.shared", 8);
    private static final int DRIVERS = Integer.getInteger("isoloss.drivers", 2);

    @TempDir
    private Path folder;

    /** A sweep of a known chain, of two sizes. */
    private Path sweep(int seeds, double flops) throws IOException {
        String seedList = String.join(
                ", ", IntStream.rangeClosed(1, seeds).mapToObj(String::valueOf).toList());
        return Files.writeString(folder.resolve("sweep.yaml"), """
                name: sweep
                seeds: [%s]
                corpus: { kind: synthetic, tokens: 200000 }
                checkpoint: { every_seconds: 0.3 }
                inference: { seconds: 0 }
                supervision: { lease_heartbeat_seconds: 0.5 }
                training: { learning_rate: { base: 0.005 }, validation_tokens: 4096 }
                design:
                  kind: isoflop
                  params: [4800, 7200]
                  budgets: [{ flops: %s }, { flops: %s }]
                """.formatted(seedList, flops, 2 * flops));
    }

    private Process driver(String name, Path out, Path sweep, String master) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of(System.getProperty("isoloss.home"), "jobs", "jvm.options"),
                "-Xmx512m",
                TestCluster.JIT,
                "-Disoloss.home=" + System.getProperty("isoloss.home"),
                "-cp",
                System.getProperty("java.class.path"),
                Isoloss.class.getName(),
                "run",
                sweep.toString(),
                "--out",
                out.toString(),
                "--master",
                master);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile())
                .start();
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    private void finish(String name, Process driver) throws Exception {
        assertThat(driver.waitFor(5, TimeUnit.MINUTES)).isTrue();
        // Fits of so few trials may be refused; that they all completed is what counts.
        assertThat(driver.exitValue()).as(Files.readString(log(name))).isZero();
    }

    private static void await(Process driver, BooleanSupplier happened) throws InterruptedException {
        while (driver.isAlive() && !happened.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static Map<String, Double> losses(Path out) {
        Map<String, Double> losses = new HashMap<>();
        assertThat(new ResultStore(out.toString()).read().problems()).isEmpty();
        for (Run run : new ResultStore(out.toString()).read().runs()) {
            assertThat(losses.put(run.id(), run.loss())).as("duplicate").isNull();
        }
        return losses;
    }

    private static boolean any(Path subfolder, String pattern) {
        try (Stream<Path> files = Files.list(subfolder)) {
            return files.anyMatch(file -> file.getFileName().toString().matches(pattern));
        } catch (IOException e) { // not there yet
            return false;
        }
    }

    private static long results(Path out) {
        try (Stream<Path> files = Files.list(out.resolve("runs"))) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .count();
        } catch (IOException e) { // not there yet
            return 0;
        }
    }

    /** Steps that are safe: of results, and of the newest checkpoints of trials without one. */
    private static long steps(List<Trial> trials, Path out) {
        Map<String, Double> done = losses(out);
        long steps = 0;
        for (Trial trial : trials) {
            steps += done.containsKey(trial.runId())
                    ? trial.recipe().steps()
                    : newestCheckpoint(out.resolve("checkpoints"), trial.runId());
        }
        return steps;
    }

    private static long newestCheckpoint(Path checkpoints, String runId) {
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(runId + "-[0-9]+\\.checkpoint"))
                    .mapToLong(name -> Long.parseLong(name.replaceAll(".*-|\\..*", "")))
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void killedDriverGoesOnWhereItWas() throws Exception {
        Path sweep = sweep(1, 8e9);
        Path straight = folder.resolve("straight");
        assertThat(Terminal.run("run", sweep, "--out", straight, "--master", "local[2]")
                        .code())
                .isZero();
        List<Trial> trials = SweepConfig.read(sweep)
                .design()
                .trials(SweepConfig.read(sweep).corpus().load().identity());
        SplittableRandom random = new SplittableRandom(KILLS);
        int[] killed = new int[4];
        Path out = folder.resolve("killed");
        long before = 0;
        for (int round = 0; IntStream.of(killed).sum() < KILLS; round++) {
            Process driver = driver("killed", out, sweep, "local[2]");
            int window = round % killed.length;
            switch (window) {
                case 0 -> await(driver, () -> any(out.resolve("claims"), ".*")); // as a claim is made
                case 1 -> await(driver, () -> any(out.resolve("runs"), "\\..*")); // as a result is written
                case 2 -> { // as it stands, and the claim is still held
                    long results = results(out);
                    await(driver, () -> results(out) > results);
                }
                default -> {
                    await(driver, () -> any(out.resolve("claims"), ".*"));
                    TimeUnit.MILLISECONDS.sleep(random.nextLong(2000));
                }
            }
            boolean alive = driver.isAlive();
            driver.destroyForcibly().waitFor();
            if (!alive) { // all was trained: begin anew, so that there is something to kill
                assertThat(losses(out)).isEqualTo(losses(straight));
                delete(out);
                before = 0;
                continue;
            }
            killed[window]++;
            long now = steps(trials, out);
            assertThat(now).as("progress").isGreaterThanOrEqualTo(before);
            before = now;
        }
        finish("killed", driver("killed", out, sweep, "local[2]"));
        assertThat(losses(out)).isEqualTo(losses(straight)).hasSize(4);
        assertThat(any(out.resolve("claims"), "[^.].*")).as("claims left").isFalse();
        assertThat(any(out.resolve("checkpoints"), ".*")).as("checkpoints left").isFalse();
        assertThat(Pulse.all(new ResultStore(out.toString()))).isEmpty();
        System.out.printf(
                "%d kills as a claim was made, %d as a result was written, %d as it stood, %d at random: progress never"
                        + " went back, every loss that of the uninterrupted run%n",
                killed[0], killed[1], killed[2], killed[3]);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void driversOnOneSweepTrainEachTrialOnce() throws Exception {
        Path sweep = sweep(SHARED / 4, 3e9);
        Path out = folder.resolve("out");
        List<Process> drivers = new ArrayList<>();
        for (int i = 0; i < DRIVERS; i++) {
            drivers.add(driver("driver" + i, out, sweep, "local[1]"));
        }
        int trained = 0;
        for (int i = 0; i < DRIVERS; i++) {
            finish("driver" + i, drivers.get(i));
            trained += trained("driver" + i);
        }
        assertThat(losses(out)).hasSize(SHARED);
        assertThat(trained).as("executions").isEqualTo(SHARED);
        System.out.printf("%d drivers, %d trials: %d executions%n", DRIVERS, SHARED, trained);
    }

    private int trained(String driver) throws IOException {
        return (int) Files.readAllLines(log(driver)).stream()
                .filter(line -> line.matches("\\S+ {2}loss .*"))
                .count();
    }

    @Test
    void driverPausedPastItsLeaseIsFenced() throws Exception {
        Path sweep = sweep(1, 4e9);
        Path out = folder.resolve("out");
        Process paused = driver("paused", out, sweep, "local[1]");
        await(paused, () -> any(out.resolve("checkpoints"), ".*-[0-9]+\\.checkpoint"));
        signal(paused, "STOP");
        int before = trained("paused");
        Process other = driver("other", out, sweep, "local[1]");
        finish("other", other);
        Map<String, Double> losses = losses(out);
        assertThat(losses).hasSize(4);
        signal(paused, "CONT");
        finish("paused", paused);
        assertThat(losses(out)).isEqualTo(losses);
        assertThat(trained("paused")).as("results after the pause").isEqualTo(before);
        assertThat(trained("paused") + trained("other")).isEqualTo(4);
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
