package io.isoloss.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.jobs.corpus.DocumentClasses;
import io.isoloss.jobs.corpus.SyntheticSource;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.corpus.TextPath;
import io.isoloss.jobs.corpus.TextSource;
import io.isoloss.jobs.model.TransformerFamily;
import io.isoloss.jobs.sweep.BatchRule;
import io.isoloss.jobs.sweep.Caps;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.FlopsConvention;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.Init;
import io.isoloss.jobs.sweep.IsoFlop;
import io.isoloss.jobs.sweep.Keeping;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.PowerBatch;
import io.isoloss.jobs.sweep.RecipeRules;
import io.isoloss.jobs.sweep.ScaledLearningRate;
import io.isoloss.jobs.sweep.ShapeSearch;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.SweepDesign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepConfigTest {

    private static final Path VALID = Path.of(System.getProperty("isoloss.home"), "sweep-configs/cases/valid");

    @TempDir
    Path folder;

    @Test
    void readsEveryKey() {
        var corpus = new TextSource(
                List.of(
                        new TextPath(
                                VALID.resolve("../../../target/corpus/some.jar")
                                        .normalize()
                                        .toString(),
                                "0".repeat(64)),
                        new TextPath("hdfs://namenode:8020/text", null)),
                List.of("java", "scala"),
                0.02,
                DocumentClasses.PATH);
        var rules = new RecipeRules(
                Task.DOCUMENT_CLASS,
                new PowerBatch(8, 1e6, 0.4, 2, 64),
                new ScaledLearningRate(0.01, 16, -1, 8, 0.5, 0.02),
                30,
                new Cosine(0.1, 0),
                0.8,
                0.99,
                1e-9,
                0,
                0.5,
                65_536,
                Arrays.asList(null, new Init("ab".repeat(32), 1)));
        var design = new IsoFlop(
                FlopsConvention.EXACT,
                List.of(
                        new IsoFlop.Budget(1e11, List.of(1e4, 2e4), "/params"),
                        new IsoFlop.Budget(3e11, List.of(2e4, 4e4), "/budgets/1/params")));
        assertThat(SweepConfig.read(VALID.resolve("everything.yaml")))
                .isEqualTo(new SweepConfig(
                        "everything-1.0",
                        corpus,
                        new SweepDesign(
                                "everything-1.0",
                                List.of(new ShapeSearch(new TransformerFamily(8, 32, 256, 2), 16, 2)),
                                rules,
                                design,
                                List.of(0L, 7L)),
                        new Metering(
                                new CostRates(
                                        0.05,
                                        8.5,
                                        new CostRates.Carbon(473, "Ember, Global Electricity Review 2025", 2024, 1.56)),
                                new InferenceLoad(0, 32)),
                        new Keeping(
                                30,
                                true,
                                VALID.resolve("runs/other")
                                        .toAbsolutePath()
                                        .normalize()
                                        .toString()),
                        new Supervision(2, 60, 5, 10, 4, new Caps(1e18, 20 * 3600.0, 2 / (1 / 3.6e6 * 1.56)), 31.5)));
    }

    @Test
    void fillsDefaultsFromTheSchema() {
        var config = SweepConfig.read(VALID.resolve("minimal.yaml"));
        assertThat(config.corpus()).isEqualTo(new SyntheticSource(16, 2_000_000, 0.3, 1, 0.05));
        assertThat(config.metering()).isEqualTo(new Metering(CostRates.NONE, new InferenceLoad(0.03, 16)));
        assertThat(config.design().seeds()).containsExactly(1L);
        assertThat(config.design().shapes())
                .containsExactly(new ShapeSearch(new TransformerFamily(16, 64, 16, 16), 32, 4));
        assertThat(config.design().rules())
                .isEqualTo(new RecipeRules(
                        Task.NEXT_TOKEN,
                        BatchRule.fixed(16),
                        new ScaledLearningRate(0.008, 32, -0.5, 16, 0, 1),
                        20,
                        new Cosine(0.05, 0.1),
                        0.9,
                        0.95,
                        1e-8,
                        0.1,
                        1.0,
                        131_072,
                        Collections.singletonList(null)));
    }

    @Test
    void readsAListOfModelsEachWithItsDefaults() {
        assertThat(SweepConfig.read(VALID.resolve("several-models.yaml"))
                        .design()
                        .shapes())
                .containsExactly(
                        new ShapeSearch(new TransformerFamily(16, 64, 16, 16), 32, 4),
                        new ShapeSearch(new TransformerFamily(16, 32, 16, 16), 32, 2));
    }

    @Test
    void saysThatAFileIsMissing() {
        Path none = folder.resolve("none.yaml");
        assertThatThrownBy(() -> SweepConfig.read(none))
                .isInstanceOf(ConfigException.class)
                .hasMessage(none + ":1:1: no such file");
    }

    @Test
    void refusesAliasesThatMultiply() throws IOException {
        var bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%s: &a%s [*a%s, *a%s]\n".formatted(i, i, i - 1, i - 1));
        }
        Path file = Files.writeString(folder.resolve("bomb.yaml"), bomb);
        assertThatThrownBy(() -> SweepConfig.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("not YAML: ")
                .hasMessageContaining("aliases");
    }

    @Test
    void refusesTooDeepAndTooLongFiles() throws IOException {
        Path deep = Files.writeString(folder.resolve("deep.yaml"), "[".repeat(1_000));
        assertThatThrownBy(() -> SweepConfig.read(deep))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Nesting Depth exceeded max 20");
        Path large = Files.writeString(folder.resolve("large.yaml"), "# " + "x".repeat(1_000_000));
        assertThatThrownBy(() -> SweepConfig.read(large))
                .isInstanceOf(ConfigException.class)
                .hasMessage(large + ":1:1: 1000002 bytes are too many for a sweep (at most 1000000)");
    }

    @Test
    void refusesWhatIsNotText() throws IOException {
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> SweepConfig.read(binary))
                .isInstanceOf(ConfigException.class)
                .hasMessage(binary + ":1:1: not UTF-8 text");
    }
}
