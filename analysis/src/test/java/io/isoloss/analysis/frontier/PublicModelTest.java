package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicModelTest {
    private static final List<PublicModel> CATALOGUE = PublicModel.catalogue();

    @Test
    void everyModelNamesYearAndSource() {
        assertThat(CATALOGUE).hasSizeGreaterThanOrEqualTo(30).allSatisfy(model -> {
            assertThat(model.year()).isBetween(2020, 2026);
            assertThat(model.source()).containsPattern("arXiv:\\d{4}\\.\\d{5}|model card");
        });
        assertThat(CATALOGUE).extracting(PublicModel::name).doesNotHaveDuplicates();
        assertThat(CATALOGUE).extracting(PublicModel::year).isSorted();
    }

    @Test
    void sizesAreOfModelsThatExist() {
        assertThat(CATALOGUE).allSatisfy(model -> {
            assertThat(model.params()).isBetween(5e7, 1e12);
            assertThat(model.tokens()).isBetween(1e9, 1e14);
            assertThat(model.tokens() / model.params()).isGreaterThan(0.5); // MT-NLG, the least trained, has 0.51
        });
    }

    /** Where a name states a size, N is within 15 % of it: marketing rounds, and rounds down. */
    @Test
    void sizesFitTheNames() {
        assertThat(CATALOGUE)
                .filteredOn(model -> model.name().matches(".*\\b[0-9.]+B"))
                .allSatisfy(model -> {
                    double named = Double.parseDouble(model.name().replaceAll(".*?([0-9.]+)B$", "$1")) * 1e9;
                    assertThat(model.params() / named)
                            .isBetween(0.85, model.name().startsWith("Gemma ") ? 1.35 : 1.15);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "GPT-3 175B, 174.6e9, 300e9, 2020",
        "Chinchilla 70B, 70e9, 1.4e12, 2022",
        "LLaMA 7B, 6738415616, 1e12, 2023",
        "Pythia 12B, 11846072320, 299892736000, 2023",
        "Llama 3.1 405B, 405853388800, 15.6e12, 2024"
    })
    void holdsWhatThePapersState(String name, double params, double tokens, int year) {
        PublicModel model = CATALOGUE.stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(model.params()).isEqualTo(params);
        assertThat(model.tokens()).isEqualTo(tokens);
        assertThat(model.year()).isEqualTo(year);
        assertThat(model.model()).isEqualTo(new Model(name, params, tokens, null, null));
    }
}
