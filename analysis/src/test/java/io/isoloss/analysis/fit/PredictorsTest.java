package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.law.Variable;
import io.isoloss.analysis.runs.Reading;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PredictorsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Variable.class)
    void variableIsReadUnderTheNameOfItsColumn(Variable variable) throws IOException {
        String column = Predictors.column(variable);
        Path file = Files.write(directory.resolve("runs.csv"), List.of(column, "0.5"));
        if (variable == Variable.PARAMS) {
            Files.write(file, List.of(column, "5000"));
        }
        Run run = RunTable.read(file, Reading.DEFAULT.withRequired(Set.of(column)))
                .runs()
                .get(0);
        assertThat(Predictors.value(run, variable)).isEqualTo(variable == Variable.PARAMS ? 5000 : 0.5);
        assertThat(Arrays.stream(Variable.values()).filter(other -> Predictors.value(run, other) != null))
                .containsExactly(variable);
    }

    @Test
    void errorIsWhatAccuracyLacks() throws IOException {
        Path file = Files.write(directory.resolve("runs.csv"), List.of("params,accuracy", "5000,0.25"));
        Run run = RunTable.read(file, Reading.DEFAULT.withRequired(Set.of("params", "downstream_error")))
                .runs()
                .get(0);
        assertThat(Predictors.value(run, Variable.ERROR)).isEqualTo(0.75);
    }

    @Test
    void valuesAreNoneWhereOneIsMissing() {
        Run run = Run.of("a", 1e6, 2e7, null, 3.0);
        assertThat(Predictors.values(run, List.of(Variable.TOKENS, Variable.PARAMS)))
                .containsExactly(2e7, 1e6);
        assertThat(Predictors.values(run, List.of(Variable.TOKENS, Variable.SPARSITY)))
                .isNull();
    }
}
