package io.isoloss.analysis.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No published table is taken for a faulty one. The row counts are those of the files. */
class PublishedTablesTest {
    private static final Path DATA = Path.of(System.getProperty("isoloss.home", ".."), "..", "shared", "data")
            .normalize();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "epoch-analyzing-chinchilla/epoch240.csv|240|",
                "epoch-analyzing-chinchilla/svg_extracted_data.csv|245|",
                "isoflops/epochai_chinchilla.isoflops.csv|123|",
                "isoflops/ml_scalefit.isoflops.csv|124|",
                "isoflops/marin_comma.isoflops.csv|85|",
                "datablations/datablations_c4_fit182.csv|182|",
                "datablations/datablations_c4_all296.csv|296|",
                "mlfoundations-scaling/models104.csv|104|loss=loss_c4_val;error=err_avg46",
                "porian-rsld/isoflop_points.csv|1745|params=n;tokens=t",
                "gemstones/wandb_df_for_fitting_hot.jsonl|220|params=params_active_precise",
                "gemstones/wandb_df_for_fitting_cool_end.jsonl|199|params=params_active_precise",
                "gemstones/wandb_df_for_fitting_cool_begin.jsonl|199|params=params_active_precise",
                "gemstones/wandb_df_for_fitting_lr_ablation_hot.jsonl|200|params=params_active_precise",
                "gemstones/wandb_df_for_fitting_slim_chinchilla.jsonl|28|params=params_active_precise",
                "gemstones/wandb_df_for_fitting_hot_sampled_like_chinchilla.jsonl|24|params=params_active_precise"
            })
    void readsThePublishedTableWithoutComplaint(String name, int rows, String columns) {
        Map<String, String> overrides = new HashMap<>();
        if (columns != null) {
            for (String column : columns.split(";", -1)) {
                overrides.put(column.split("=", -1)[0], column.split("=", -1)[1]);
            }
        }
        RunTable table = RunTable.read(present(name), overrides);
        assertThat(table.runs()).hasSize(rows);
        assertThat(table.problems()).isEmpty();
    }

    @Test
    void readsTheBenchmarkOfOneVariable() {
        RunTable table = RunTable.read(
                present("extrapolation-benchmark/benchmark.lang.csv"),
                Reading.DEFAULT.withRequired(Set.of("tokens", "loss")));
        assertThat(table.runs()).hasSize(1399);
        assertThat(table.problems()).isEmpty();
    }

    /** The raw export of a sweep counts in GFLOPs, and says so in its header alone. */
    @Test
    void readsTheExportInGigaflopsUnderItsScale() {
        Map<String, String> columns = Map.of(
                "params", "parameter_count",
                "tokens", "throughput/total_tokens",
                "flops", "throughput/total_gflops",
                "loss", "eval/paloma/macro_loss");
        RunTable table = RunTable.read(
                present("isoflops/marin-raw-isoflop-comma.csv"),
                Reading.DEFAULT.withColumns(columns).withScales(Map.of("flops", 1e9)));
        assertThat(table.runs()).hasSize(92);
        assertThat(table.problems()).isEmpty();
    }

    private static Path present(String name) {
        Path file = DATA.resolve(name);
        assumeTrue(Files.exists(file), () -> "Published runs are absent: " + file);
        return file;
    }
}
