package io.isoloss.analysis.runs;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Points of learning curves, those of a run together and in order, and what had to be left out on the way.
 *
 * @param problems damaged files whose points are not among {@code points}
 */
public record CurveTable(List<CurvePoint> points, List<Problem> problems) {
    public CurveTable {
        points = List.copyOf(points);
        problems = List.copyOf(problems);
    }

    /**
     * The curves of some runs of a results folder.
     *
     * @throws IsolossException of kind FAILED if the folder can't be listed
     */
    public static CurveTable read(StoredFiles files, Set<String> runIds) {
        try {
            return Listing.read(files, Listing::of, (listing, failed) -> read(files, listing, runIds, failed));
        } catch (IOException e) {
            throw new IsolossException(
                    Kind.FAILED, "Cannot list " + files.address(Listing.CURVES, "") + ": " + e.getMessage(), e);
        }
    }

    private static CurveTable read(StoredFiles files, Listing listing, Set<String> runIds, List<String> failed) {
        List<CurvePoint> points = new ArrayList<>();
        List<Problem> problems = new ArrayList<>(listing.problems());
        Set<String> seen = new HashSet<>();
        for (String name : listing.curves()) {
            String id = name.substring(0, name.length() - ".parquet".length());
            if (runIds.contains(id) || Listing.compaction(name) > 0) {
                List<CurvePoint> read = sound(files, name, null, problems, failed);
                add(read, runIds, seen, points);
                seen.add(id);
            }
        }
        for (Manifest.Part part : listing.parts()) {
            for (Manifest.PartFile file : part.curves()) {
                if (part.runIds().stream().anyMatch(runIds::contains)) {
                    List<CurvePoint> read = sound(files, file.name(), file.sha256(), problems, failed);
                    add(read, runIds, seen, points);
                }
            }
        }
        return new CurveTable(points, problems);
    }

    /** Adds the curves of one file, but those of runs that a file before it held. */
    private static void add(List<CurvePoint> file, Set<String> runIds, Set<String> seen, List<CurvePoint> points) {
        Set<String> here = new HashSet<>();
        for (CurvePoint point : file) {
            if (runIds.contains(point.runId()) && (here.contains(point.runId()) || !seen.contains(point.runId()))) {
                here.add(point.runId());
                points.add(point);
            }
        }
        seen.addAll(here);
    }

    private static List<CurvePoint> sound(
            StoredFiles files, String name, String sha256, List<Problem> problems, List<String> failed) {
        try {
            return ParquetTable.CURVES.read(files, Listing.CURVES, name, sha256);
        } catch (IsolossException e) {
            failed.add(name);
            problems.add(new Problem(files.address(Listing.CURVES, name), e.getMessage(), true));
            return List.of();
        }
    }
}
