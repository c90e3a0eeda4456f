package io.isoloss.analysis.query;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Listing;
import io.isoloss.analysis.runs.Manifest;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.analysis.runs.StoredFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of a results folder, with every byte of their files checked.
 *
 * @param problems damaged files, which are left out
 */
public record FolderTables(QueryTable<Run> runs, QueryTable<CurvePoint> curves, List<Problem> problems) {
    public FolderTables {
        problems = List.copyOf(problems);
    }

    /** Where who answers a query opens a file. */
    @FunctionalInterface
    public interface Place {
        String of(String subfolder, String name) throws IOException;
    }

    /**
     * Of a sweep's folder.
     *
     * @param root what messages call it
     * @param place asked for each sound file
     * @param withCurves without, the curves are empty and their files not looked at
     * @throws IsolossException of kind BAD_INPUT if it holds no runs, FAILED if it can't be listed
     */
    public static FolderTables of(StoredFiles files, String root, Place place, boolean withCurves) {
        try {
            return Listing.read(
                    files,
                    Listing::of,
                    (listing, failed) -> new Check(files, root, place, failed).tables(listing, withCurves));
        } catch (IOException e) {
            throw new IsolossException(Kind.FAILED, "Cannot list " + root + ": " + e.getMessage(), e);
        }
    }

    /** Reads the files of one listing. */
    private record Check(StoredFiles files, String root, Place place, List<String> failed, List<Problem> problems) {
        Check(StoredFiles files, String root, Place place, List<String> failed) {
            this(files, root, place, failed, new ArrayList<>());
        }

        FolderTables tables(Listing listing, boolean withCurves) {
            if (listing.runs().isEmpty() && listing.parts().isEmpty()) {
                throw new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot query " + root + ": it holds no .parquet file; give a sweep's directory.");
            }
            RunTable loose = RunTable.loose(files, listing, failed);
            problems.addAll(loose.problems());
            List<String> runParts = new ArrayList<>();
            List<String> curveFiles = new ArrayList<>();
            List<String> curveParts = new ArrayList<>();
            if (withCurves) {
                for (String name : listing.curves()) {
                    check(ParquetTable.CURVES, Listing.CURVES, name, null, curveFiles);
                }
            }
            for (Manifest.Part part : listing.parts()) {
                Manifest.PartFile runs = part.runs();
                check(ParquetTable.RUNS, Listing.RUNS, runs.name(), runs.sha256(), runParts);
                if (withCurves) {
                    for (Manifest.PartFile file : part.curves()) {
                        check(ParquetTable.CURVES, Listing.CURVES, file.name(), file.sha256(), curveParts);
                    }
                }
            }
            return new FolderTables(
                    new QueryTable<>("runs", ParquetTable.RUNS.columns(), loose.runs(), List.of(), runParts),
                    new QueryTable<>("curves", ParquetTable.CURVES.columns(), List.of(), curveFiles, curveParts),
                    problems);
        }

        private void check(ParquetTable<?> table, String subfolder, String name, String sha256, List<String> sound) {
            try {
                table.check(files, subfolder, name, sha256);
            } catch (IsolossException e) {
                leaveOut(subfolder, name, e.getMessage());
                return;
            }
            try {
                sound.add(place.of(subfolder, name));
            } catch (FileNotFoundException | NoSuchFileException e) { // compacted since it was checked
                leaveOut(subfolder, name, "Cannot find " + files.address(subfolder, name) + " any more.");
            } catch (IOException e) {
                throw new IsolossException(
                        Kind.FAILED,
                        "Cannot copy " + files.address(subfolder, name) + " for the query: "
                                + IsolossException.cause(e),
                        e);
            }
        }

        private void leaveOut(String subfolder, String name, String why) {
            failed.add(name);
            problems.add(new Problem(files.address(subfolder, name), why, true));
        }
    }
}
