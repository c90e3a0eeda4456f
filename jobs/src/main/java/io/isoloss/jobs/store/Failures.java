package io.isoloss.jobs.store;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why trials have no result: {@code failures/RUN_ID.json}, for the person who asks. Nothing is derived from them; a result
 * takes its trial's away.
 */
public record Failures(ResultStore store) {
    private static final String FOLDER = "failures";
    private static final String ENDING = ".json";
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * What became of a trial.
     *
     * @param outcome {@code lost} or {@code parked}
     */
    public record Failure(String name, String runId, String outcome, String cause) {}

    public void write(Failure failure) throws IOException {
        byte[] json = MAPPER.writeValueAsBytes(failure);
        Folder.at(store.root()).write(FOLDER, failure.runId() + ENDING, out -> out.write(json));
    }

    public void clear(String runId) throws IOException {
        Folder.at(store.root()).delete(FOLDER, runId + ENDING);
    }

    /** All of them, by name of the file. */
    public List<Failure> read() throws IOException {
        Folder folder = Folder.at(store.root());
        List<Failure> failures = new ArrayList<>();
        for (String name : folder.names(FOLDER, "")) {
            Optional<byte[]> json = folder.read(FOLDER, name);
            if (json.isPresent()) {
                failures.add(MAPPER.readValue(json.get(), Failure.class));
            }
        }
        return failures;
    }
}
