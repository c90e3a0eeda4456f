package io.isoloss.jobs.store;

import static io.isoloss.analysis.runs.Listing.CURVES;
import static io.isoloss.analysis.runs.Listing.RUNS;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Listing;
import io.isoloss.analysis.runs.Manifest;
import io.isoloss.analysis.runs.Manifest.Part;
import io.isoloss.analysis.runs.Manifest.PartFile;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Folds loose files into parts: writes new parts, then a manifest that names them, then deletes what they stand for. The
 * manifest is the one moment of change; wherever a compaction stops, each run shows once. Manifest N + 1 is made only from
 * manifest N and only once, so that of several compactions at the same time one counts.
 *
 * <p>A run in a loose file takes the place of its row in a part, and that part alone is written again. Runs that are new go
 * into the parts that have room, and then into new ones.
 */
final class Compaction {
    private static final Comparator<Run> ALIKE_TOGETHER = Comparator.comparing(
                    (Run run) -> run.identity().sweep(), Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(run -> run.identity().family(), Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Run::params, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Run::id);

    /** A loose file out of the readers' sight, on its way to be deleted. */
    private static final Pattern RETIRED = Pattern.compile("\\.(.+\\.parquet)\\.[0-9a-f-]+\\.retired");

    private final Folder folder;
    private final int runsAPart;
    private final int pointsAFile;
    private final List<Problem> problems = new ArrayList<>();
    /** The loose files that were folded, by name. */
    private final Map<String, PartFile> foldedRuns = new LinkedHashMap<>();

    private final Map<String, PartFile> foldedCurves = new LinkedHashMap<>();
    private int number = 1;

    Compaction(Folder folder, int runsAPart, int pointsAFile) {
        this.folder = folder;
        this.runsAPart = runsAPart;
        this.pointsAFile = pointsAFile;
    }

    /**
     * Compacts where there are so many loose files of runs, or one that repeats a run of a part.
     *
     * @throws IsolossException of kind FAILED if a part that must be written again is damaged
     */
    Compacted run(int least) throws IOException {
        restoreRetired(RUNS);
        restoreRetired(CURVES);
        number = 1 + newestManifest(); // before the listing: one that comes between must take this number from us
        Listing before = Listing.of(folder);
        problems.addAll(before.problems());
        if (before.manifest() != null) {
            number = 1 + before.manifest().number();
            deleteGarbage(before.manifest());
        }
        Set<String> compacted = new HashSet<>();
        before.parts().forEach(part -> compacted.addAll(part.runIds()));
        boolean repeats = before.runs().stream().anyMatch(name -> compacted.contains(stem(name)));
        if (before.runs().isEmpty() || (before.runs().size() < least && !repeats)) {
            return Compacted.NOTHING;
        }
        List<Part> parts;
        try {
            parts = fold(before, looseRuns(before));
        } catch (IOException | IsolossException e) {
            if (newestManifest() >= number) {
                return Compacted.NOTHING; // another compaction was first, and took files from under this one
            }
            throw e;
        }
        Manifest manifest = Manifest.of(number, parts);
        Set<Part> written = new HashSet<>(parts);
        before.parts().forEach(written::remove);
        byte[] json = manifest.json();
        boolean first = folder.create("", Manifest.name(number), out -> out.write(json));
        if (!first || newestManifest() > number) { // a late one can find its number free again
            if (first) {
                folder.delete("", Manifest.name(number));
            }
            for (Part part : written) {
                delete(part);
            }
            return Compacted.NOTHING;
        }
        for (Map.Entry<String, PartFile> curve : foldedCurves.entrySet()) {
            retire(CURVES, curve.getKey(), curve.getValue());
        }
        for (Map.Entry<String, PartFile> run : foldedRuns.entrySet()) {
            retire(RUNS, run.getKey(), run.getValue());
        }
        deleteGarbage(manifest);
        return new Compacted(foldedRuns.size(), written.size(), number, problems);
    }

    /** The runs of the loose files that can be read, each as the first file has it. */
    private Map<String, Run> looseRuns(Listing listing) throws IOException {
        Map<String, Run> fresh = new LinkedHashMap<>();
        for (String name : listing.runs()) {
            try {
                byte[] file = bytes(RUNS, name);
                List<Run> runs = ParquetTable.RUNS.read(folder.address(RUNS, name), file);
                runs.forEach(run -> fresh.putIfAbsent(run.id(), run));
                foldedRuns.put(name, PartFile.of(name, file, runs.size()));
            } catch (IsolossException e) {
                if (Listing.compaction(name) > 0) { // would be taken for what an earlier compaction left
                    throw unreadable(name, e);
                }
                problems.add(new Problem(folder.address(RUNS, name), e.getMessage(), true));
            }
        }
        return fresh;
    }

    /** The parts of the next manifest. */
    private List<Part> fold(Listing listing, Map<String, Run> fresh) throws IOException {
        List<Part> parts = new ArrayList<>();
        List<Part> roomy = new ArrayList<>();
        Set<String> added = new TreeSet<>(fresh.keySet());
        listing.parts().forEach(part -> part.runIds().forEach(added::remove));
        for (Part part : listing.parts()) {
            if (part.runIds().size() < runsAPart && !added.isEmpty()) {
                roomy.add(part);
            } else if (part.runIds().stream().anyMatch(fresh::containsKey)) {
                parts.add(write(part.runIds(), List.of(part), listing, fresh));
            } else {
                parts.add(part);
            }
        }
        List<String> ids = new ArrayList<>();
        roomy.forEach(part -> ids.addAll(part.runIds()));
        ids.addAll(added);
        for (int from = 0; from < ids.size(); from += runsAPart) {
            parts.add(write(ids.subList(from, Math.min(ids.size(), from + runsAPart)), roomy, listing, fresh));
        }
        return parts;
    }

    /** Writes a part of these runs: their loose files, else their rows in earlier parts. */
    private Part write(List<String> ids, List<Part> earlier, Listing listing, Map<String, Run> fresh)
            throws IOException {
        Set<String> wanted = new HashSet<>(ids);
        List<Run> runs = new ArrayList<>();
        for (String id : ids) {
            if (fresh.containsKey(id)) {
                runs.add(fresh.get(id));
            }
        }
        for (Part part : earlier) {
            try {
                ParquetTable.RUNS
                        .read(folder, RUNS, part.runs().name(), part.runs().sha256())
                        .stream()
                        .filter(run -> wanted.contains(run.id()) && !fresh.containsKey(run.id()))
                        .forEach(runs::add);
            } catch (IsolossException e) {
                throw unreadable(part.runs().name(), e);
            }
        }
        return part(runs, writeCurves(wanted, earlier, listing, fresh));
    }

    /** Writes the runs of a part whose curves are written. */
    Part part(List<Run> runs, List<PartFile> curves) throws IOException {
        List<Run> sorted = runs.stream().sorted(ALIKE_TOGETHER).toList();
        PartFile file = write(RUNS, ParquetTable.RUNS, sorted);
        return new Part(file, curves, sorted.stream().map(Run::id).toList());
    }

    private List<PartFile> writeCurves(Set<String> wanted, List<Part> earlier, Listing listing, Map<String, Run> fresh)
            throws IOException {
        List<PartFile> files = new ArrayList<>();
        List<CurvePoint> points = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : listing.curves()) {
            boolean compacted = Listing.compaction(name) > 0;
            if (compacted || (fresh.containsKey(stem(name)) && wanted.contains(stem(name)))) {
                byte[] bytes = bytes(CURVES, name);
                List<CurvePoint> read = curve(name, () -> ParquetTable.CURVES.read(name, bytes));
                if (read != null) {
                    foldedCurves.put(name, PartFile.of(name, bytes, read.size()));
                    add(read, wanted, seen, points);
                }
                seen.add(stem(name));
            }
            flush(points, files, pointsAFile);
        }
        for (Part part : earlier) {
            for (PartFile file : part.curves()) {
                List<CurvePoint> read =
                        curve(file.name(), () -> ParquetTable.CURVES.read(folder, CURVES, file.name(), file.sha256()));
                if (read != null) {
                    add(read, wanted, seen, points);
                }
                flush(points, files, pointsAFile);
            }
        }
        flush(points, files, 1);
        return files;
    }

    /** Adds the curves of wanted runs that no earlier file has. */
    private static void add(List<CurvePoint> file, Set<String> wanted, Set<String> seen, List<CurvePoint> points) {
        Set<String> here = new HashSet<>();
        for (CurvePoint point : file) {
            if (wanted.contains(point.runId()) && !seen.contains(point.runId())) {
                here.add(point.runId());
                points.add(point);
            }
        }
        seen.addAll(here);
    }

    /** Writes the points as a file, if there are so many, and empties the list. */
    void flush(List<CurvePoint> points, List<PartFile> files, int least) throws IOException {
        if (points.size() >= least) {
            files.add(write(CURVES, ParquetTable.CURVES, points));
            points.clear();
        }
    }

    private <T extends Record> PartFile write(String subfolder, ParquetTable<T> table, List<T> rows)
            throws IOException {
        byte[] bytes = table.bytes(rows);
        String name = Listing.compactedName(number, UUID.randomUUID().toString());
        folder.write(subfolder, name, out -> out.write(bytes));
        return PartFile.of(name, bytes, rows.size());
    }

    /** The points of a file; null if it is damaged. */
    private List<CurvePoint> curve(String name, Reading<List<CurvePoint>> reading) throws IOException {
        try {
            return reading.read();
        } catch (IsolossException e) {
            problems.add(new Problem(folder.address(CURVES, name), e.getMessage(), true));
            if (Listing.compaction(name) > 0) {
                folder.setAside(folder.address(CURVES, name)); // else it would be deleted with its part
            }
            return null;
        }
    }

    /** Deletes a loose file, unless another has taken its place since it was folded. */
    private void retire(String subfolder, String name, PartFile folded) throws IOException {
        String retired = "." + name + "." + UUID.randomUUID() + ".retired";
        try {
            folder.rename(subfolder, name, retired);
        } catch (NoSuchFileException | FileNotFoundException e) {
            return;
        }
        byte[] bytes = bytes(subfolder, retired);
        if (!PartFile.of(name, bytes, folded.rows()).equals(folded)) {
            folder.create(subfolder, name, out -> out.write(bytes));
        }
        folder.delete(subfolder, retired);
    }

    /** Brings back what a compaction that was cut off had put out of sight: it may be newer than what was folded. */
    private void restoreRetired(String subfolder) throws IOException {
        for (String name : folder.names(subfolder)) {
            Matcher retired = RETIRED.matcher(name);
            if (retired.matches()) {
                byte[] bytes = bytes(subfolder, name);
                folder.create(subfolder, retired.group(1), out -> out.write(bytes));
                folder.delete(subfolder, name);
            }
        }
    }

    /** Deletes what this manifest or an earlier one put out of force. */
    private void deleteGarbage(Manifest manifest) throws IOException {
        Set<String> inForce = new HashSet<>();
        for (Part part : manifest.parts()) {
            inForce.add(part.runs().name());
            part.curves().forEach(file -> inForce.add(file.name()));
        }
        for (String subfolder : List.of(RUNS, CURVES)) {
            for (String name : folder.names(subfolder)) {
                int by = Listing.compaction(name);
                if (by > 0 && by <= manifest.number() && !inForce.contains(name) && !name.endsWith(Listing.DAMAGED)) {
                    folder.delete(subfolder, name);
                }
            }
        }
        for (String name : folder.names("")) {
            int by = Manifest.number(name);
            if (by > 0 && by < manifest.number() && !name.endsWith(Listing.DAMAGED)) {
                folder.delete("", name);
            }
        }
    }

    private void delete(Part part) throws IOException {
        folder.delete(RUNS, part.runs().name());
        for (PartFile file : part.curves()) {
            folder.delete(CURVES, file.name());
        }
    }

    /** N of the latest manifest, in force or set aside; 0 if there is none. */
    private int newestManifest() throws IOException {
        return folder.names("").stream()
                .filter(name -> !name.startsWith("."))
                .mapToInt(Manifest::number)
                .max()
                .orElse(0);
    }

    private byte[] bytes(String subfolder, String name) throws IOException {
        try (InputStream in = folder.open(subfolder, name)) {
            return in.readAllBytes();
        }
    }

    private IsolossException unreadable(String part, IsolossException e) {
        return new IsolossException(
                Kind.FAILED,
                "Cannot compact the results: " + e.getMessage()
                        + " The next run sets it aside and trains its runs again; or restore "
                        + folder.address(RUNS, part) + ".",
                e);
    }

    private static String stem(String name) {
        return name.substring(0, name.length() - ".parquet".length());
    }

    /** Something that reads. */
    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }
}
