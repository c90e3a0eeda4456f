package io.isoloss.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.meter.MeterReading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

    private List<CurvePoint> curve(String id) throws IOException {
        String file = root() + "/curves/" + id + ".parquet";
        return ParquetTable.CURVES.read(
                file, Folder.at(root()).parquetFiles("curves").get(file));
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
