package io.isoloss.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.CurveTable;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.meter.MeterReading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every kind of storage does alike. */
abstract class ResultStoreContract {
    @TempDir
    Path local;

    private ResultStore store;

    /** An address where nothing is yet. */
    abstract String root();

    /** Names in a folder below the root, hidden ones too. */
    abstract List<String> names(String folder) throws IOException;

    abstract byte[] read(String file) throws IOException;

    /** Writes a file below the root. */
    abstract void write(String file, byte[] bytes) throws IOException;

    /** Every so many writes of a compaction is where it is stopped once. */
    int writesBetweenStops() {
        return 1;
    }

    @BeforeEach
    void prepareStore() {
        store = new ResultStore(root());
        store.prepare();
    }

    @Test
    void isEmptyWhileNew() throws IOException {
        assertThat(store.read()).isEqualTo(new RunTable(List.of(), List.of()));
        assertThat(new ResultStore(root() + "/none").read().runs()).isEmpty();
        assertThat(names("runs")).isEmpty();
        assertThat(names("curves")).isEmpty();
    }

    @Test
    void readsBackWhatWasWritten() throws IOException {
        TrainedTrial one = trained("one", 3.5);
        TrainedTrial two = trained("two", 3.25);
        store.write(two);
        store.write(one);
        assertThat(store.read()).isEqualTo(new RunTable(List.of(one.run(), two.run()), List.of()));
        assertThat(curve("two")).isEqualTo(two.curve());
        store.prepare();
        assertThat(store.read().runs()).hasSize(2);
    }

    @Test
    void replacesAnEarlierResult() throws IOException {
        store.write(trained("one", 3.5));
        TrainedTrial later = trained("one", 3.0);
        store.write(later);
        assertThat(store.read().runs()).containsExactly(later.run());
        assertThat(curve("one")).isEqualTo(later.curve());
        assertThat(names("runs")).containsExactly("one.parquet");
        assertThat(names("curves")).containsExactly("one.parquet");
    }

    @Test
    void doesNotSeeFilesUnderWay() throws IOException {
        store.write(trained("one", 3.5));
        byte[] whole = read("runs/one.parquet");
        write("runs/.two.parquet.0123", Arrays.copyOf(whole, whole.length / 2));
        write("runs/.two.parquet", Arrays.copyOf(whole, whole.length / 2));
        RunTable table = store.read();
        assertThat(table.runs()).hasSize(1);
        assertThat(table.problems()).isEmpty();
    }

    @Test
    void leavesNothingOfAWriteThatFails() throws IOException {
        TrainedTrial earlier = trained("one", 3.5);
        store.write(earlier);
        byte[] half = Arrays.copyOf(read("runs/one.parquet"), 1000);
        assertThatThrownBy(() -> Folder.at(root()).write("runs", "one.parquet", out -> {
                    out.write(half);
                    throw new IOException("the disk is full");
                }))
                .hasMessage("the disk is full");
        assertThat(store.read().runs()).containsExactly(earlier.run());
        assertThat(names("runs")).containsExactly("one.parquet");
    }

    @Test
    void reportsADamagedFileAndSetsItAside() throws IOException {
        store.write(trained("one", 3.5));
        store.write(trained("two", 3.25));
        byte[] half = Arrays.copyOf(read("runs/one.parquet"), read("runs/one.parquet").length / 2);
        write("runs/one.parquet", half);

        RunTable table = store.read();
        assertThat(table.runs()).extracting(Run::id).containsExactly("two");
        assertThat(table.problems()).hasSize(1);
        Problem problem = table.problems().get(0);
        assertThat(problem.source()).isEqualTo(root() + "/runs/one.parquet");
        assertThat(problem.message())
                .startsWith("Cannot read " + problem.source() + ": the file is damaged or no Parquet (");

        store.setAside(table.problems());
        assertThat(store.read().problems()).isEmpty();
        assertThat(names("runs")).containsExactlyInAnyOrder("one.parquet.damaged", "two.parquet");
        assertThat(read("runs/one.parquet.damaged")).isEqualTo(half);

        store.write(trained("one", 3.0));
        assertThat(store.read().runs()).hasSize(2);
    }

    @Test
    void setsAsideWhereEveryFileIsDamaged() throws IOException {
        for (int time = 0; time < 2; time++) { // the second finds the file of the first set aside
            store.write(trained("one", 3.5));
            write("runs/one.parquet", new byte[] {1, 2, 3});
            RunTable table = store.read();
            assertThat(table.runs()).isEmpty();
            store.setAside(table.problems());
            assertThat(names("runs")).containsExactly("one.parquet.damaged");
        }
    }

    @Test
    void refusesAPlaceThatCannotBeWritten() throws IOException {
        write("file", new byte[0]);
        String below = root() + "/file/results";
        assertThatThrownBy(new ResultStore(below)::prepare)
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_INPUT))
                .message()
                .startsWith("Cannot write to the output folder '" + below + "' (")
                .endsWith("); give one that you may write to with --out")
                .hasLineCount(1);
    }

    @Test
    void tellsTheRoomOfAFolderToBeAndLeavesNothing() throws IOException {
        Room room = Room.at(root() + "/runs/none/yet");
        assertThat(room.failure()).isNull();
        assertThat(room.freeBytes()).isPositive();
        assertThat(names("runs")).isEmpty();
    }

    @Test
    void tellsWhyAPlaceCannotBeWritten() throws IOException {
        write("file", new byte[1]);
        Room room = Room.at(root() + "/file");
        assertThat(room.failure()).isNotBlank();
        assertThat(room.freeBytes()).isNull();
    }

    @Test
    void putsAFileInPlaceOfAnEarlierOne() throws IOException {
        Path page = Files.writeString(local.resolve("page"), "first");
        assertThat(store.put(page, "report.html")).isEqualTo(root() + "/report.html");
        Files.writeString(page, "second");
        store.put(page, "report.html");
        assertThat(read("report.html")).asString(StandardCharsets.UTF_8).isEqualTo("second");
        assertThat(names("")).containsExactlyInAnyOrder("runs", "curves", "report.html");
    }

    @Test
    void saysThatAFileCannotBePut() throws IOException {
        write("report.html/inside", new byte[0]);
        Path page = Files.writeString(local.resolve("page"), "page");
        assertThatThrownBy(() -> store.put(page, "report.html"))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FAILED))
                .message()
                .startsWith("Cannot write '" + root() + "/report.html' (")
                .hasLineCount(1);
        assertThat(names("")).containsExactlyInAnyOrder("runs", "curves", "report.html");
    }

    @Test
    void foldsLooseFilesIntoPartsThatReadAlike() throws IOException {
        List<TrainedTrial> trials = writeTrials(0, 12, 3.5);
        write("curves/unfinished.parquet", read("curves/t03.parquet"));
        RunTable before = store.read();

        Compacted done = compact(Folder.at(root()));

        assertThat(done).isEqualTo(new Compacted(12, 3, 1, List.of()));
        assertThat(names("")).containsExactlyInAnyOrder("runs", "curves", "manifest-1.json");
        assertThat(names("runs")).hasSize(3).allMatch(name -> name.startsWith("compacted-1-"));
        assertThat(names("curves"))
                .filteredOn(name -> !name.startsWith("compacted-1-"))
                .containsExactly("unfinished.parquet");
        assertThat(store.read().problems()).isEmpty();
        assertThat(store.read().runs()).containsExactlyInAnyOrderElementsOf(before.runs());
        for (TrainedTrial trial : trials) {
            assertThat(curve(trial.run().id())).isEqualTo(trial.curve());
            assertThat(store.contains(trial.run().id())).isTrue();
        }
        assertThat(store.contains("t12")).isFalse();
        assertEachRunOnceInPlainFiles(12);
        assertThat(compact(Folder.at(root()))).isEqualTo(Compacted.NOTHING);
        assertThat(new ResultStore(root()).compact()).isEqualTo(Compacted.NOTHING);
    }

    @Test
    void writesOnlyThePartWithRoomAgain() throws IOException {
        writeTrials(0, 12, 3.5);
        compact(Folder.at(root()));
        List<String> first = names("runs");
        writeTrials(12, 14, 3.25);

        assertThat(compact(Folder.at(root())).written()).isEqualTo(1);

        assertThat(names("")).containsExactlyInAnyOrder("runs", "curves", "manifest-2.json");
        assertThat(names("runs")).hasSize(3).filteredOn(first::contains).hasSize(2);
        assertThat(store.read().runs()).hasSize(14);
        assertEachRunOnceInPlainFiles(14);
    }

    @Test
    void aRunTrainedAgainTakesThePlaceOfItsCompactedRow() throws IOException {
        writeTrials(0, 7, 3.5);
        compact(Folder.at(root()));
        TrainedTrial again = trained("t02", 3.0);
        store.write(again);
        for (int compactions = 0; compactions < 2; compactions++) {
            assertThat(store.read().problems()).isEmpty();
            assertThat(store.read().runs()).hasSize(7).contains(again.run());
            assertThat(curve("t02")).isEqualTo(again.curve());
            compact(Folder.at(root()));
        }
        assertEachRunOnceInPlainFiles(7);
    }

    /** Wherever a compaction stops, and whatever the next one finds. */
    @Test
    void aCompactionCutOffShowsEachRunOnce() throws IOException {
        int stops = 0;
        for (boolean stopped = true; stopped; stops += writesBetweenStops()) {
            ResultStore cut = new ResultStore(root() + "/cut" + stops);
            cut.prepare();
            for (int i = 0; i < 7; i++) {
                cut.write(trained("t0" + i, 3.5));
            }
            compact(Folder.at(cut.root()));
            List<TrainedTrial> later =
                    List.of(trained("t01", 3.0), trained("t06", 3.0), trained("t07", 3.0), trained("t08", 3.0));
            for (TrainedTrial trial : later) {
                cut.write(trial);
            }
            RunTable before = cut.read();
            InterruptedFolder folder = new InterruptedFolder(Folder.at(cut.root()), stops);
            try {
                compact(folder);
                stopped = false;
            } catch (UncheckedIOException e) {
                assertThat(e).hasMessageContaining("stopped");
            }
            assertSame(cut, before, later);
            compact(Folder.at(cut.root()));
            assertSame(cut, before, later);
            assertThat(plainIds(cut.root())).doesNotHaveDuplicates().hasSize(9);
        }
        assertThat(stops).as("writes of a compaction").isGreaterThan(12);
    }

    private static void assertSame(ResultStore store, RunTable before, List<TrainedTrial> later) {
        RunTable now = store.read();
        assertThat(now.problems()).isEmpty();
        assertThat(now.runs()).containsExactlyInAnyOrderElementsOf(before.runs());
        for (TrainedTrial trial : later) {
            String id = trial.run().id();
            assertThat(CurveTable.read(Folder.at(store.root()), Set.of(id)).points())
                    .isEqualTo(trial.curve());
            assertThat(store.contains(id)).isTrue();
        }
    }

    @Test
    void ofTwoCompactionsAtOnceOneCounts() throws IOException {
        writeTrials(0, 7, 3.5);
        Compacted late = compact(new InterruptedFolder(Folder.at(root()), () -> compact(Folder.at(root()))));
        assertThat(late).isEqualTo(Compacted.NOTHING);
        assertThat(store.read().runs()).hasSize(7);
        assertThat(names("")).containsExactlyInAnyOrder("runs", "curves", "manifest-1.json");
        assertEachRunOnceInPlainFiles(7);
    }

    /** The number that it takes is free again: its manifest has come and gone. */
    @Test
    void aCompactionThatComesTwoLateDoesNotCount() throws IOException {
        writeTrials(0, 7, 3.5);
        Compacted late = compact(new InterruptedFolder(Folder.at(root()), () -> {
            compact(Folder.at(root()));
            writeTrials(7, 8, 3.25);
            compact(Folder.at(root()));
            writeTrials(8, 9, 3.0);
        }));
        assertThat(late).isEqualTo(Compacted.NOTHING);
        assertThat(store.read().runs()).hasSize(9);
        assertThat(names("")).containsExactlyInAnyOrder("runs", "curves", "manifest-2.json");
        assertEachRunOnceInPlainFiles(9);
    }

    @Test
    void aRunTrainedAgainWhileItIsFoldedIsKept() throws IOException {
        writeTrials(0, 7, 3.5);
        TrainedTrial again = trained("t02", 3.0);
        compact(new InterruptedFolder(Folder.at(root()), () -> store.write(again)));
        assertThat(store.read().runs()).hasSize(7).contains(again.run());
        assertThat(curve("t02")).isEqualTo(again.curve());
        assertThat(names("runs")).contains("t02.parquet").noneMatch(name -> name.startsWith("."));
    }

    @Test
    void aRunTrainedAgainIsKeptWhereverItsFoldingStops() throws IOException {
        int stop = 0;
        for (boolean stopped = true; stopped; stop += writesBetweenStops()) {
            ResultStore cut = new ResultStore(root() + "/cut" + stop);
            cut.prepare();
            TrainedTrial first = trained("t00", 3.5);
            cut.write(first);
            TrainedTrial again = trained("t00", 3.0);
            List<TrainedTrial> last = new ArrayList<>(List.of(first));
            try {
                compact(new InterruptedFolder(Folder.at(cut.root()), stop, () -> {
                    cut.write(again);
                    last.set(0, again);
                }));
                stopped = false;
            } catch (UncheckedIOException e) {
                assertThat(e).hasMessageContaining("stopped");
            }
            compact(Folder.at(cut.root()));
            assertThat(cut.read())
                    .as("stop %d", stop)
                    .isEqualTo(new RunTable(List.of(last.get(0).run()), List.of()));
            assertThat(CurveTable.read(Folder.at(cut.root()), Set.of("t00")).points())
                    .isEqualTo(last.get(0).curve());
        }
        assertThat(stop).as("writes of the folding").isGreaterThan(5);
    }

    @Test
    void aDamagedPartIsNamedAndSetAsideAndItsRunsAreNotContained() throws IOException {
        writeTrials(0, 7, 3.5);
        compact(Folder.at(root()));
        String part = names("runs").get(0);
        byte[] bytes = read("runs/" + part);
        bytes[bytes.length / 2] ^= 4;
        write("runs/" + part, bytes);

        RunTable table = store.read();
        assertThat(table.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.source()).isEqualTo(root() + "/runs/" + part);
            assertThat(problem.message()).contains("its SHA-256 is not the one in the manifest");
        });
        store.setAside(table.problems());
        assertThat(store.read()).isEqualTo(new RunTable(table.runs(), List.of()));
        Set<String> left = table.runs().stream().map(Run::id).collect(Collectors.toSet());
        for (int i = 0; i < 7; i++) {
            assertThat(store.contains("t0" + i)).isEqualTo(left.contains("t0" + i));
        }

        writeTrials(0, 7, 3.5);
        compact(Folder.at(root()));
        assertThat(store.read().runs()).hasSize(7);
        assertThat(names("runs")).contains(part + ".damaged");
        assertEachRunOnceInPlainFiles(7);
    }

    @Test
    void withoutItsManifestEveryRunIsStillRead() throws IOException {
        writeTrials(0, 7, 3.5);
        compact(Folder.at(root()));
        store.write(trained("t02", 3.0));
        RunTable before = store.read();
        byte[] manifest = read("manifest-1.json");
        manifest[manifest.length / 3] ^= 1;
        write("manifest-1.json", manifest);

        RunTable table = store.read();
        assertThat(table.runs()).containsExactlyInAnyOrderElementsOf(before.runs());
        assertThat(table.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.damaged()).isTrue();
            assertThat(problem.source()).isEqualTo(root() + "/manifest-1.json");
        });
        assertThat(store.contains("t03")).isTrue();
        store.setAside(table.problems());
        assertThat(store.read().runs()).containsExactlyInAnyOrderElementsOf(before.runs());
        assertThat(compact(Folder.at(root())).manifest()).isEqualTo(2);
        assertThat(store.read().runs()).containsExactlyInAnyOrderElementsOf(before.runs());
        assertEachRunOnceInPlainFiles(7);
    }

    private List<TrainedTrial> writeTrials(int from, int to, double loss) throws IOException {
        List<TrainedTrial> trials = new ArrayList<>();
        for (int i = from; i < to; i++) {
            trials.add(trained(String.format(Locale.ROOT, "t%02d", i), loss));
            store.write(trials.get(i - from));
        }
        return trials;
    }

    /** With parts so small that a few runs fill several. */
    private static Compacted compact(Folder folder) throws IOException {
        return new Compaction(folder, 5, 4).run(1);
    }

    /** What a reader of the plain files without our code sees. */
    private void assertEachRunOnceInPlainFiles(int runs) throws IOException {
        assertThat(plainIds(root())).doesNotHaveDuplicates().hasSize(runs);
    }

    private static List<String> plainIds(String root) throws IOException {
        List<String> ids = new ArrayList<>();
        for (String name : Folder.at(root).names("runs")) {
            if (name.endsWith(".parquet")) {
                ParquetTable.RUNS.read(Folder.at(root), "runs", name, null).forEach(run -> ids.add(run.id()));
            }
        }
        return ids;
    }

    private List<CurvePoint> curve(String id) throws IOException {
        return CurveTable.read(Folder.at(root()), Set.of(id)).points();
    }

    private static TrainedTrial trained(String id, double loss) {
        return new TrainedTrial(
                Run.of(id, 1e4, 2e5, 1.2e10, loss),
                List.of(
                        new CurvePoint(id, 1L, 1e5, loss + 1, null, 0.01, 0.5, 1.5),
                        new CurvePoint(id, 2L, 2e5, loss, null, 0.001, null, 3.0)),
                MeterReading.NOTHING,
                List.of());
    }
}
