package io.isoloss.jobs.store;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isoloss.jobs.sweep.Trial;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The trials that the last {@code run} on a folder was asked for: {@code trials/list.json}, for the person who asks how far it is.
 *
 * @param sweep its name
 */
public record TrialList(String sweep, List<Entry> trials) {
    private static final String FOLDER = "trials";
    private static final String NAME = "list.json";
    private static final JsonMapper MAPPER = new JsonMapper();

    /** A trial: exact FLOPs of its training. */
    public record Entry(String name, String runId, double flops) {}

    public TrialList {
        trials = List.copyOf(trials);
    }

    public static TrialList of(String sweep, List<Trial> trials) {
        return new TrialList(
                sweep,
                trials.stream()
                        .map(trial -> new Entry(trial.name(), trial.runId(), trial.flopsExact()))
                        .toList());
    }

    public void write(ResultStore store) throws IOException {
        byte[] json = MAPPER.writeValueAsBytes(this);
        Folder.at(store.root()).write(FOLDER, NAME, out -> out.write(json));
    }

    /** That of a folder; empty if nothing was run in it. */
    public static Optional<TrialList> read(ResultStore store) throws IOException {
        Optional<byte[]> json = Folder.at(store.root()).read(FOLDER, NAME);
        return json.isEmpty() ? Optional.empty() : Optional.of(MAPPER.readValue(json.get(), TrialList.class));
    }
}
