package io.isoloss.analysis.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.IsolossException;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LawFormsTest {
    private static final Chinchilla BASE = new Chinchilla(1.69, 406.4, 410.7, 0.34, 0.28);

    @Test
    void namesEachFormByItsOwnName() {
        assertThat(LawForms.names())
                .startsWith("chinchilla")
                .contains("broken-power-law-3", "m4", "precision", "sigmoid-error")
                .allSatisfy(name -> assertThat(
                                LawForms.named(name, Variable.TOKENS, BASE).name())
                        .isEqualTo(name));
    }

    @Test
    void refusesAnUnknownNameWithTheNearest() {
        assertThatThrownBy(() -> LawForms.named("chinchila", null, null))
                .isInstanceOf(IsolossException.class)
                .hasMessageStartingWith(
                        "Cannot fit the law 'chinchila': there is none; did you mean chinchilla? Laws: chinchilla, ");
    }

    @Test
    void refusesALawThatLacksWhatItNeeds() {
        assertThatThrownBy(() -> LawForms.named("m4", null, null))
                .hasMessage("Cannot fit m4: it is a law of one variable; say which: params, tokens or flops.");
        assertThatThrownBy(() -> LawForms.named("power-law", Variable.LOSS, null))
                .hasMessage("Cannot fit power-law: Invalid variable (want PARAMS, TOKENS or FLOPS): LOSS.");
        assertThatThrownBy(() -> LawForms.named("data-constrained", null, null))
                .hasMessage("Cannot fit data-constrained: it holds a fitted surface fixed; give one, such as a"
                        + " chinchilla law.");
        assertThatThrownBy(() -> LawForms.named("data-constrained", null, new Kaplan(1e13, 1e13, 0.07, 0.1)))
                .hasMessage("Cannot fit data-constrained: Invalid single-epoch law (want chinchilla or"
                        + " over-training): kaplan.");
        assertThat(LawForms.need("distillation")).isEqualTo(LawForms.Need.BASE);
    }

    @Test
    void namesTheVariableOfAOneVariableLaw() {
        assertThat(LawForms.named("power-law", Variable.TOKENS, null).variables())
                .containsExactly(Variable.TOKENS);
        assertThat(LawForms.named("exponential-error", null, null).response()).isEqualTo(Variable.ERROR);
        assertThat(LawForms.named("kaplan", null, null).response()).isEqualTo(Variable.LOSS);
    }

    @Test
    void surfacesOfFixedConditionsSurviveAFile() throws Exception {
        ObjectMapper json = new ObjectMapper();
        for (ScalingLaw law : List.of(
                new DataConstrained(1.87, 521, 1488, 0.353, 0.353, 15.4, 5.3).over(1e10),
                new Precision(2, 400, 2000, 0.3, 0.4, 2, 0.01, 0.5, 0.45, 0.6).at(16, 4))) {
            String text = json.writerFor(ScalingLaw.class).writeValueAsString(law);
            assertThat(json.readTree(text).get("form").asText()).isEqualTo(law.name());
            assertThat(json.readValue(text, ScalingLaw.class)).isEqualTo(law);
        }
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong("E", () -> new OverTraining(-1, 1, 1, 0.2)),
                wrong("eta", () -> new OverTraining(1, 1, 1, 0)),
                wrong("gamma", () -> new GeneralChinchilla(1, 1, 1, 1, 1, Double.NaN)),
                wrong("Nc", () -> new Kaplan(0, 1, 1, 1)),
                wrong("alpha", () -> new PowerLaw(Variable.FLOPS, 1, -1)),
                wrong("variable", () -> new PowerLawFloor(Variable.SPARSITY, 1, 1, 1)),
                wrong("count of breaks", () -> new BrokenPowerLaw(Variable.FLOPS, 1, 1, 1, List.of())),
                wrong("f of a break", () -> new BrokenPowerLaw.Break(1, 1, 0)),
                wrong("eps_0", () -> new M4(Variable.FLOPS, 2, 1, 1, 1, -1)),
                wrong("-c", () -> new M4(Variable.FLOPS, 1, 2, 1, 1, 1)),
                wrong("R_D\\*", () -> new DataConstrained(1, 1, 1, 1, 1, 0, 1)),
                wrong("unique tokens", () -> new DataConstrained(1, 1, 1, 1, 1, 1, 1).over(-1)),
                wrong("C_T", () -> new Precision(1, 1, 1, 1, 1, 1, -1, 1, 1, 1)),
                wrong("serving bits", () -> new Precision(1, 1, 1, 1, 1, 1, 1, 1, 1, 1).at(16, 0)),
                wrong("a_S \\+ c_S", () -> new Sparsity(0, 1, 0, 1, 1, 1, 1)),
                wrong("sparsity", () -> new Sparsity(1, 1, 1, 1, 1, 1, 1).at(1)),
                wrong("supervised law", () -> new Distillation(null, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
                wrong("d1", () -> new Distillation(BASE, 1, 1, 1, 1, 1, 1, 1, -1, 1)),
                wrong("k", () -> new ExponentialError(1, 0, 1)),
                wrong("L_0", () -> new SigmoidError(0, 1, 1, Double.POSITIVE_INFINITY)));
    }

    private static Arguments wrong(String letter, ThrowingCallable making) {
        return Arguments.of(letter, making);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void refusesParametersThatMakeNoLaw(String letter, ThrowingCallable making) {
        assertThatThrownBy(making)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("Invalid " + letter + " \\(want .*\\): .*");
    }
}
