package io.isoloss.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.CurveTable;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.meter.MeterReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes one byte at a time of result files, loose and compacted, and of their manifest. */
class ByteFlipTest {
    private static final int FLIPS = Integer.getInteger("isoloss.flips", 500);
    private static final int RUNS = 8;

    @TempDir
    Path root;

    @Test
    void everyFlippedByteIsSeenAndItsFileNamed() throws IOException {
        List<Path> files = results();
        Random random = new Random(5);
        for (int flip = 0; flip < FLIPS; flip++) {
            Path file = files.get(flip % files.size());
            byte[] whole = Files.readAllBytes(file);
            byte[] flipped = whole.clone();
            int at = random.nextInt(flipped.length);
            flipped[at] ^= (byte) (1 + random.nextInt(255));
            Files.write(file, flipped);
            assertThat(problems())
                    .as("flip %d: byte %d of %s", flip, at, file)
                    .extracting(Problem::source)
                    .containsOnly(file.toString());
            Files.write(file, whole);
        }
        assertThat(problems()).isEmpty();
    }

    private Set<Problem> problems() throws IOException {
        Folder folder = Folder.at(root.toString());
        Set<String> ids = IntStream.range(0, RUNS).mapToObj(i -> "t" + i).collect(Collectors.toSet());
        return Stream.concat(
                        RunTable.read(folder).problems().stream(), CurveTable.read(folder, ids).problems().stream())
                .collect(Collectors.toSet());
    }

    /** Some runs in two parts, some loose. */
    private List<Path> results() throws IOException {
        ResultStore store = new ResultStore(root.toString());
        for (int i = 0; i < RUNS; i++) {
            if (i == RUNS - 2) {
                new Compaction(Folder.at(store.root()), 4, 8).run(1);
            }
            store.write(new TrainedTrial(
                    Run.of("t" + i, 1e4, 2e5, 1.2e10, 3.5),
                    List.of(
                            new CurvePoint("t" + i, 1L, 1e5, 4.5, null, 0.01, 0.5, 1.5),
                            new CurvePoint("t" + i, 2L, 2e5, 3.5, 3.5, 0.001, null, 3.0)),
                    MeterReading.NOTHING,
                    List.of()));
        }
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> files = all.filter(Files::isRegularFile).sorted().toList();
            assertThat(files).as("a manifest, 2 parts, 2 runs; as many curves").hasSizeBetween(9, 12);
            return files;
        }
    }
}
