package io.isoloss.analysis.runs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which files hold the runs and curves of a results folder at one moment: a loose file a trial, and the parts that the
 * manifest in force names. A run or curve in a loose file counts before the same in a part, since a trial that is trained
 * again writes a loose file. Other compacted files are of a compaction that did not end, or of one before the last, and do
 * not count; but without a manifest that can be read all of them do, after the loose files and the latest first.
 *
 * @param runsFolder where the runs are, below the root
 * @param runs loose files, those that count before others first
 * @param curves as {@code runs}
 * @param manifest the one in force; null if there is none that can be read
 * @param parts those of the manifest whose runs were not set aside
 * @param problems a manifest that can't be read
 */
public record Listing(
        String runsFolder,
        List<String> runs,
        List<String> curves,
        Manifest manifest,
        List<Manifest.Part> parts,
        List<Problem> problems) {
    public static final String RUNS = "runs";
    public static final String CURVES = "curves";
    public static final String DAMAGED = ".damaged";

    private static final Pattern COMPACTED = Pattern.compile("\\.?compacted-([0-9]{1,9})-.*\\.parquet.*");
    /** Readings begun anew because files were compacted under the reader. */
    private static final int MOST_READINGS = 10;

    public Listing {
        runs = List.copyOf(runs);
        curves = List.copyOf(curves);
        parts = List.copyOf(parts);
        problems = List.copyOf(problems);
    }

    /** Of a results folder. */
    public static Listing of(StoredFiles files) throws IOException {
        // A compaction writes its manifest before it deletes files: so what is gone from here is in the manifest.
        return of(files, files.names(RUNS), files.names(CURVES));
    }

    /** Of the parts alone, for one who knows the loose files. */
    public static Listing manifest(StoredFiles files) throws IOException {
        return of(files, List.of(), List.of());
    }

    private static Listing of(StoredFiles files, List<String> runs, List<String> curves) throws IOException {
        int newest = files.names("").stream()
                .filter(Listing::inForce)
                .mapToInt(Manifest::number)
                .max()
                .orElse(0);
        if (newest == 0) {
            return new Listing(RUNS, loose(runs, true), loose(curves, true), null, List.of(), List.of());
        }
        String address = files.address("", Manifest.name(newest));
        try {
            Manifest manifest = Manifest.parse(BytesFile.read(files.file("", Manifest.name(newest))));
            List<Manifest.Part> there = manifest.parts().stream()
                    .filter(part -> !runs.contains(part.runs().name() + DAMAGED))
                    .toList();
            return new Listing(RUNS, loose(runs, false), loose(curves, false), manifest, there, List.of());
        } catch (IOException | IllegalArgumentException e) {
            if (e instanceof FileNotFoundException || e instanceof NoSuchFileException) {
                return of(files, files.names(RUNS), files.names(CURVES)); // a later one took its place
            }
            Problem problem = new Problem(
                    address,
                    "Cannot read " + address + ": the file is damaged (" + e.getMessage()
                            + "); the compacted files are read without it.",
                    true);
            return new Listing(RUNS, loose(runs, true), loose(curves, true), null, List.of(), List.of(problem));
        }
    }

    /** Of a folder that holds Parquet files of runs and nothing else of ours. */
    static Listing plain(StoredFiles files) throws IOException {
        return new Listing("", loose(files.names(""), true), List.of(), null, List.of(), List.of());
    }

    /** N of the manifest that wrote a compacted file, whether in force, under way or set aside; 0 for any other name. */
    public static int compaction(String name) {
        Matcher matcher = COMPACTED.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /** A name for a new file of a compaction. */
    public static String compactedName(int number, String unique) {
        return "compacted-" + number + "-" + unique + ".parquet";
    }

    /**
     * Reads the files of a listing; again, where one could not be read that is not listed any more.
     *
     * @param read takes the listing, and adds to the list the names that it can't read
     */
    public static <R> R read(StoredFiles files, Lister lister, BiFunction<Listing, List<String>, R> read)
            throws IOException {
        Listing listing = lister.list(files);
        for (int reading = 1; ; reading++) {
            List<String> failed = new ArrayList<>();
            R result = read.apply(listing, failed);
            if (failed.isEmpty() || reading == MOST_READINGS) {
                return result;
            }
            listing = lister.list(files);
            if (failed.stream().allMatch(listing::lists)) {
                return result;
            }
        }
    }

    private boolean lists(String name) {
        return runs.contains(name)
                || curves.contains(name)
                || parts.stream()
                        .anyMatch(part -> part.runs().name().equals(name)
                                || part.curves().stream()
                                        .anyMatch(file -> file.name().equals(name)));
    }

    /** Makes a listing. */
    @FunctionalInterface
    public interface Lister {
        Listing list(StoredFiles files) throws IOException;
    }

    private static boolean inForce(String name) {
        return Manifest.number(name) > 0 && name.equals(Manifest.name(Manifest.number(name)));
    }

    private static List<String> loose(List<String> names, boolean compactedToo) {
        List<String> tables = names.stream()
                .filter(name -> name.endsWith(".parquet") && !name.startsWith("."))
                .toList();
        Stream<String> trials = tables.stream().filter(name -> compaction(name) == 0);
        Stream<String> compacted = tables.stream()
                .filter(name -> compactedToo && compaction(name) > 0)
                .sorted(Comparator.comparing(Listing::compaction).reversed());
        return Stream.concat(trials, compacted).toList();
    }
}
