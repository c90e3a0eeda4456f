package io.isoloss.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.jobs.corpus.Corpus.DocumentCounts;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowsTest {

    private static final int CONTEXT = 4;

    /** 42 tokens to train on, each its own place: ten windows of four and the token after the last. */
    private static final Corpus COUNTING = corpus(42, 23);

    @Test
    void makesEveryTokenATargetOnceAnEpoch() {
        var sampler = new WindowSampler(COUNTING, Task.NEXT_TOKEN, CONTEXT, 1);
        assertThat(sampler.windows()).isEqualTo(10);
        for (int epoch = 0; epoch < 3; epoch++) {
            var targets = targets(sampler, epoch * 10L, 10);
            assertThat(targets).hasSize(40);
            assertThat(Arrays.stream(targets).sorted().toArray())
                    .isEqualTo(IntStream.rangeClosed(1, 40).toArray());
        }
        assertThat(targets(sampler, 0, 10)).isNotEqualTo(targets(sampler, 10, 10));
    }

    @Test
    void givesEachInputTheTokenAfterIt() {
        var inputs = new int[CONTEXT * 10];
        var targets = new int[CONTEXT * 10];
        new WindowSampler(COUNTING, Task.NEXT_TOKEN, CONTEXT, 3).fill(7, 10, inputs, targets);
        for (int i = 0; i < inputs.length; i++) {
            assertThat(targets[i]).isEqualTo(inputs[i] + 1);
        }
    }

    @Test
    void doesNotDependOnTheBatchSize() {
        var whole = targets(new WindowSampler(COUNTING, Task.NEXT_TOKEN, CONTEXT, 5), 0, 30);
        var sampler = new WindowSampler(COUNTING, Task.NEXT_TOKEN, CONTEXT, 5);
        for (int first = 0; first < 30; first += 3) {
            assertThat(targets(sampler, first, 3))
                    .isEqualTo(Arrays.copyOfRange(whole, first * CONTEXT, (first + 3) * CONTEXT));
        }
        assertThat(targets(sampler, 4, 3)).isEqualTo(Arrays.copyOfRange(whole, 4 * CONTEXT, 7 * CONTEXT));
    }

    @Test
    void shufflesBySeed() {
        var order = targets(new WindowSampler(COUNTING, Task.NEXT_TOKEN, CONTEXT, 1), 0, 10);
        assertThat(targets(new WindowSampler(COUNTING, Task.NEXT_TOKEN, CONTEXT, 1), 0, 10))
                .isEqualTo(order);
        assertThat(targets(new WindowSampler(COUNTING, Task.NEXT_TOKEN, CONTEXT, 2), 0, 10))
                .isNotEqualTo(order);
    }

    @Test
    void countsUniqueTokensUpToOneEpoch() {
        var sampler = new WindowSampler(COUNTING, Task.NEXT_TOKEN, CONTEXT, 1);
        assertThat(sampler.uniqueTokens(12)).isEqualTo(12);
        assertThat(sampler.uniqueTokens(1_000)).isEqualTo(40);
    }

    @Test
    void spreadsValidationWindowsEvenly() {
        var windows = new ValidationWindows(COUNTING, Task.NEXT_TOKEN, CONTEXT, 13);
        assertThat(windows.count()).isEqualTo(3);
        assertThat(windows.tokens()).isEqualTo(12);
        var inputs = new int[3 * CONTEXT];
        var targets = new int[3 * CONTEXT];
        windows.fill(0, 3, inputs, targets);
        assertThat(inputs).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15);
        assertThat(targets).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 15, 16);
    }

    @Test
    void scoresTheWholeSplitWhereItIsSmallerThanWanted() {
        assertThat(new ValidationWindows(COUNTING, Task.NEXT_TOKEN, CONTEXT, 1_000).tokens())
                .isEqualTo(20);
        assertThat(new ValidationWindows(COUNTING, Task.NEXT_TOKEN, CONTEXT, 1).tokens())
                .isEqualTo(CONTEXT);
    }

    @Test
    void refusesAContextLongerThanTheText() {
        assertThatThrownBy(() -> new WindowSampler(COUNTING, Task.NEXT_TOKEN, 42, 1))
                .isInstanceOf(CorpusException.class)
                .hasMessage("Cannot cut windows of context 42: the training split has 42 tokens (want at least 43);"
                        + " shorten model.context or add text");
        assertThatThrownBy(() -> new ValidationWindows(COUNTING, Task.NEXT_TOKEN, 23, 23))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("the validation split has 23 tokens (want at least 24)");
    }

    private static int[] targets(WindowSampler sampler, long first, int batch) {
        var targets = new int[batch * CONTEXT];
        sampler.fill(first, batch, new int[batch * CONTEXT], targets);
        return targets;
    }

    private static Corpus corpus(int train, int validation) {
        return new Corpus(
                new CorpusIdentity("0".repeat(64), "counting", 0.5),
                256,
                Tokens.of(IntStream.range(0, train).toArray()),
                Tokens.of(IntStream.range(0, validation).toArray()),
                new DocumentCounts(1, 1, 0, 0),
                null,
                null);
    }
}
