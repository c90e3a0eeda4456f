package io.isoloss.jobs.spark;

import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.Trainer;
import io.isoloss.jobs.train.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;

/**
 * Notes when it begins and ends on which GPU of which executor, and takes a while in between.
 *
 * @param log file that all processes add lines to: GPU, +1 or -1
 */
record MeetingTrainer(String log, double seconds) implements TrunkTrainer {

    @Override
    public Usage train(Attempt attempt, Progress progress, Trainer.Ended ended) throws IOException {
        String gpu = SparkEnv.get().executorId() + "/" + String.join(",", attempt.gpus());
        note(gpu + " 1");
        try {
            TimeUnit.MILLISECONDS.sleep(Math.round(1000 * seconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        note(gpu + " -1");
        return new SurfaceTrainer().train(attempt, progress, ended);
    }

    private void note(String line) throws IOException {
        Files.writeString(
                Path.of(log),
                line + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND); // one write, so no mix
    }

    /** Most that were on one GPU at once. */
    static int most(Path log) throws IOException {
        Map<String, Integer> on = new HashMap<>();
        int most = 0;
        for (String line : Files.readAllLines(log)) {
            String[] words = line.split(" ", -1);
            assertAddress(words[0]);
            most = Math.max(most, on.merge(words[0], Integer.parseInt(words[1]), Integer::sum));
        }
        return most;
    }

    private static void assertAddress(String gpu) {
        if (!gpu.endsWith("/3")) {
            throw new AssertionError("Not the GPU of the cluster: " + gpu);
        }
    }
}
