package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.law.Chinchilla;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitMasterTest {
    @TempDir
    private Path folder;

    private Path runs;

    @BeforeEach
    void writeRuns() throws IOException {
        Chinchilla law = new Chinchilla(1.8, 480, 2100, 0.35, 0.37);
        Random random = new Random(5);
        List<String> lines = new ArrayList<>(List.of("params,tokens,loss"));
        for (double params = 1e7; params < 1e9; params *= 2.5) {
            for (double tokens = 3e8; tokens < 1e11; tokens *= 3) {
                double loss = law.loss(params, tokens) * Math.exp(0.01 * random.nextGaussian());
                lines.add(params + "," + tokens + "," + loss);
            }
        }
        runs = Files.write(folder.resolve("runs.csv"), lines);
    }

    @Test
    void masterChangesNothingOfWhatAFitPrints() {
        Terminal here = Terminal.run("fit", runs, "--json", "--bootstrap", "50");
        Terminal spread = Terminal.run("fit", runs, "--json", "--bootstrap", "50", "--master", "local[2]");
        assertThat(here.code()).isZero();
        assertThat(spread).isEqualTo(here);
    }

    @Test
    void masterThatIsNotThereIsNamed() {
        Terminal terminal = Terminal.run("fit", runs, "--master", "nonsense");
        assertThat(terminal.code()).isEqualTo(2);
        assertThat(terminal.err()).contains("Cannot start Spark on the master 'nonsense'");
    }

    @Test
    void aFitLoadsNothingOfSparkWithoutAMaster() throws Exception {
        assertThat(classesOfSparkLoadedBy("fit", runs.toString(), "--bootstrap", "5"))
                .isEmpty();
        assertThat(classesOfSparkLoadedBy("fit", runs.toString(), "--bootstrap", "5", "--master", "local[1]"))
                .isNotEmpty();
    }

    /** In a process of its own: this one may have loaded anything. */
    private List<String> classesOfSparkLoadedBy(String... arguments) throws Exception {
        Path loaded = folder.resolve("loaded.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of(System.getProperty("isoloss.home"), "jobs", "jvm.options"),
                "-Xlog:class+load:file=" + loaded + "::filesize=0",
                "-cp",
                System.getProperty("java.class.path"),
                Isoloss.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();
        assertThat(process.waitFor())
                .as(() -> "exit code of " + String.join(" ", arguments))
                .isZero();
        List<String> classes = Files.readAllLines(loaded);
        assertThat(classes).anyMatch(line -> line.contains(" io.isoloss.jobs.cli.FitCommand "));
        return classes.stream()
                .filter(line -> line.contains(" org.apache.spark."))
                .toList();
    }
}
