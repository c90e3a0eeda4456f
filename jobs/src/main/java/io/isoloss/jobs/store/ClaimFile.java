package io.isoloss.jobs.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A claim as it lies in the folder: {@code claims/RUN_ID.TOKEN}, holding the id of its driver.
 *
 * @param driver null while the file is being written, or for good if its writer ended in between
 */
record ClaimFile(String runId, int token, String driver) {
    static final String FOLDER = "claims";

    String name() {
        return name(runId, token);
    }

    static String name(String runId, int token) {
        return runId + "." + token;
    }

    /** All claims on a run. */
    static List<ClaimFile> of(Folder folder, String runId) throws IOException {
        return read(folder, runId + ".");
    }

    /** The one that counts: of the greatest token. */
    static Optional<ClaimFile> latest(Folder folder, String runId) throws IOException {
        return of(folder, runId).stream().max(Comparator.comparingInt(ClaimFile::token));
    }

    /** Those of which the name starts so; all for the empty string. */
    static List<ClaimFile> read(Folder folder, String start) throws IOException {
        List<ClaimFile> files = new ArrayList<>();
        for (String name : folder.names(FOLDER, start)) {
            open(folder, name).ifPresent(files::add);
        }
        return files;
    }

    /** Empty if it was released since it was listed. */
    private static Optional<ClaimFile> open(Folder folder, String name) throws IOException {
        int dot = name.lastIndexOf('.');
        try (InputStream in = folder.open(FOLDER, name)) {
            String driver = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Optional.of(new ClaimFile(
                    name.substring(0, dot),
                    Integer.parseInt(name.substring(dot + 1)),
                    driver.isEmpty() ? null : driver));
        } catch (NoSuchFileException | FileNotFoundException e) {
            return Optional.empty();
        }
    }
}
