package io.isoloss.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.isoloss.jobs.corpus.CorpusIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads every configuration beside the schema: the good ones plan, the bad ones say what their first lines expect. */
class SweepConfigCasesTest {

    private static final Path CONFIGS = Path.of(System.getProperty("isoloss.home"), "sweep-configs");
    private static final String EXPECT = "# expect: ";

    @ParameterizedTest
    @MethodSource("valid")
    void plansEveryValidCase(Path file) {
        var config = SweepConfig.read(file);
        var corpus = new CorpusIdentity("0".repeat(64), "any", 0.5);
        assertThat(config.design().trials(corpus)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void reportsEveryProblemOfAnInvalidCase(Path file) throws IOException {
        List<String> expected = Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(EXPECT))
                .map(line -> file + ":" + line.substring(EXPECT.length()))
                .toList();
        var thrown = catchThrowableOfType(ConfigException.class, () -> SweepConfig.read(file));
        assertThat(thrown).as("refused").isNotNull();
        assertThat(thrown.problems()).map(Problem::toString).isEqualTo(expected);
    }

    static Stream<Path> valid() throws IOException {
        return Stream.concat(files("cases/valid"), files("."));
    }

    static Stream<Path> invalid() throws IOException {
        return files("cases/invalid");
    }

    private static Stream<Path> files(String folder) throws IOException {
        try (var files = Files.list(CONFIGS.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }
}
