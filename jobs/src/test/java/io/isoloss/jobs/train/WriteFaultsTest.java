package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.FaultFileSystem;
import io.isoloss.jobs.FaultFileSystem.Fault;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.meter.MeterReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every write that results and checkpoints take, failed in every way. {@code -Disoloss.faults=N} sets how many operations
 * of a session are tried for each kind of fault; all of them by 0.
 */
class WriteFaultsTest {
    private static final int TRIED = Integer.getInteger("isoloss.faults", 20);
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final Trial TRIAL = Trials.of(CORPUS, 16, 60, 0.01);

    @TempDir
    private static Path folder;

    private static Path page;
    private static List<String> operations;

    @BeforeAll
    static void countOperations() throws IOException {
        page = Files.writeString(folder.resolve("page.html"), "<html>".repeat(5_000));
        FaultFileSystem.reset();
        session(new ResultStore(FaultFileSystem.address(folder.resolve("sound"))));
        operations = FaultFileSystem.operations();
        System.out.printf(
                "%d operations of a session, %s tried with each fault%n",
                operations.size(), TRIED == 0 ? "all" : String.valueOf(TRIED));
        assertThat(operations.stream()
                        .map(words -> words.substring(0, words.indexOf(' ')))
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("create", "write", "flush", "close", "rename", "delete", "mkdirs");
    }

    @AfterEach
    void reset() {
        FaultFileSystem.reset();
    }

    /** A small life of a results folder: what it wrote, without an exception, is in the answer. */
    private static List<String> session(ResultStore store) throws IOException {
        List<String> written = new ArrayList<>();
        Checkpoints checkpoints = new Checkpoints(store.checkpoints(), 1);
        store.prepare();
        for (int i = 0; i < 3; i++) {
            checkpoints.save(TRIAL, state(i + 1));
            store.write(trained("run" + i, 3 - i * 0.25));
            written.add("run" + i);
        }
        store.write(trained("run1", 2.75)); // once more
        store.put(page, "report.html");
        written.add("report.html");
        return written;
    }

    private static TrainingState state(int steps) {
        float[] weights = new float[1_000];
        Arrays.fill(weights, steps);
        double[][] history = new double[History.COLUMNS][steps];
        return new TrainingState(weights, weights, weights, history, 0);
    }

    private static TrainedTrial trained(String id, double loss) {
        return new TrainedTrial(
                Run.of(id, 1e4, 2e5, 1.2e10, loss),
                List.of(new CurvePoint(id, 1L, 1e5, loss + 1, null, 0.01, 0.5, 1.5)),
                MeterReading.NOTHING,
                List.of());
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void nothingPartialIsEverVisible(Fault fault) throws IOException {
        List<Integer> tried = tried(fault);
        int struck = 0;
        for (int operation : tried) {
            Path root = folder.resolve(fault + "-" + operation);
            ResultStore store = new ResultStore(FaultFileSystem.address(root));
            FaultFileSystem.inject(fault, operation);
            Throwable failure = null;
            List<String> written = List.of();
            try {
                written = session(store);
            } catch (IOException | IsolossException e) {
                failure = e;
            }
            struck += FaultFileSystem.struck() ? 1 : 0;
            String at = fault + " at operation " + operation + ", " + operations.get(operation);
            FaultFileSystem.reset();
            assertWhole(store, root, at);
            if (failure == null) {
                assertThat(store.read().runs()).as(at).extracting(Run::id).containsExactly("run0", "run1", "run2");
                assertThat(root.resolve("report.html")).as(at).hasSameTextualContentAs(page);
                assertThat(written).hasSize(4);
            } else {
                assertThat(IsolossException.cause(failure)).as(at).isNotBlank();
            }

            assertThat(session(store)).as("the same again after %s", at).hasSize(4);
            assertThat(store.read().runs()).extracting(Run::id).containsExactly("run0", "run1", "run2");
            assertThat(newest(store)).isEqualTo(3);
        }
        assertThat(struck).isEqualTo(tried.size());
    }

    /** Evenly spaced, writes and the rest by themselves, since there are many writes; other ones for each fault. */
    private static List<Integer> tried(Fault fault) {
        List<Integer> tried = new ArrayList<>();
        for (boolean writes : new boolean[] {true, false}) {
            List<Integer> kind = IntStream.range(0, operations.size())
                    .filter(i -> operations.get(i).startsWith("write ") == writes)
                    .boxed()
                    .toList();
            int stride = TRIED == 0 ? 1 : Math.max(1, kind.size() * 2 / TRIED);
            for (int i = List.of(Fault.values()).indexOf(fault) % stride; i < kind.size(); i += stride) {
                tried.add(kind.get(i));
            }
        }
        return tried;
    }

    /** Whatever a reader finds is whole. */
    private static void assertWhole(ResultStore store, Path root, String at) throws IOException {
        RunTable table = store.read();
        assertThat(table.problems()).as(at).isEmpty();
        Map<String, Double> losses = Map.of("run0", 3.0, "run1", 2.75, "run2", 2.5);
        assertThat(table.runs()).as(at).allSatisfy(run -> assertThat(run.loss()).isEqualTo(losses.get(run.id())));
        if (Files.exists(root.resolve("report.html"))) {
            assertThat(root.resolve("report.html")).as(at).hasSameTextualContentAs(page);
        }
        List<String> warnings = new ArrayList<>();
        new Checkpoints(store.checkpoints(), 1).newest(TRIAL, warnings);
        assertThat(warnings).as(at).isEmpty();
    }

    private static int newest(ResultStore store) {
        return new Checkpoints(store.checkpoints(), 1)
                .newest(TRIAL, new ArrayList<>())
                .steps();
    }

    @Test
    void saysWhatCouldNotBeWritten() {
        for (String operation : List.of("create", "write", "flush", "close", "rename")) {
            for (String of : List.of("/checkpoints/", "/runs/", "/curves/", "report.html")) {
                int at = first(operation, of);
                if (at < 0) {
                    continue;
                }
                Path root = folder.resolve("says-" + operation + of.replace('/', '-'));
                FaultFileSystem.inject(Fault.FULL, at);
                String message = "";
                try {
                    session(new ResultStore(FaultFileSystem.address(root)));
                } catch (IOException | IsolossException e) {
                    message = e.getMessage();
                }
                assertThat(message)
                        .as("%s of %s", operation, of)
                        .matches(
                                "Cannot write (a checkpoint of trial w16-s60|the result of run run0 to '.*'|'.*report.html'"
                                        + "|to the output folder '.*') \\(IOException: No space left on device\\); .*");
            }
        }
    }

    private static int first(String operation, String of) {
        for (int i = 0; i < operations.size(); i++) {
            if (operations.get(i).startsWith(operation + " ")
                    && operations.get(i).contains(of)) {
                return i;
            }
        }
        return -1;
    }
}
