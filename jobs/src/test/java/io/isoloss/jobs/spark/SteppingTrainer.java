package io.isoloss.jobs.spark;

import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.Trainer;
import io.isoloss.jobs.train.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Trains, and notes in a file each step it takes: {@code RUN_ID BEGIN STEP MILLIS}, BEGIN being the step that the attempt
 * began after.
 */
record SteppingTrainer(TrunkTrainer trainer, String log) implements TrunkTrainer {

    @Override
    public Usage train(Attempt attempt, Progress progress, Trainer.Ended ended) throws IOException {
        Trial trial = attempt.trunk().longest();
        int rows = trial.recipe().batchSequences() * trial.shape().context();
        String run = trial.runId();
        long[] steps = {-1, 0}; // that the attempt began after, and now
        Progress noting = (tokens, loss) -> {
            progress.step(tokens, loss);
            if (tokens == 0) {
                return; // evaluated, or trained before
            }
            long count = tokens / rows;
            if (steps[0] < 0) {
                steps[0] = count == 1 ? 0 : count; // a resumed run tells of all that was before it at once
            }
            steps[1] += count;
            note(run + " " + steps[0] + " " + steps[1] + " " + System.currentTimeMillis() + "\n");
        };
        return trainer.train(attempt, noting, ended);
    }

    private void note(String line) {
        try {
            Files.writeString(
                    Path.of(log), line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
