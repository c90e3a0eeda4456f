package io.isoloss.jobs.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A driver's sign of life, {@code drivers/ID.json}: written anew at each heartbeat.
 *
 * @param beat grows by one with each
 * @param heartbeatSeconds between two
 * @param progress of what it leads
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Pulse(Driver driver, long beat, double heartbeatSeconds, Progress progress) {
    static final String FOLDER = "drivers";
    private static final String ENDING = ".json";
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * How far a driver's job is.
     *
     * @param seconds since it began
     * @param flops trained in it, exact count
     * @param running trials in training, or waiting in Spark for a core
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Progress(double seconds, double flops, List<Running> running) {
        public static final Progress NONE = new Progress(0, 0, List.of());

        public Progress {
            running = List.copyOf(running);
        }
    }

    /** A trial that a driver has given to Spark. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Running(String name, String runId, double seconds, int attempt) {}

    /** Those of all drivers that have not ended well. */
    public static List<Pulse> all(ResultStore store) throws IOException {
        Folder folder = Folder.at(store.root());
        List<Pulse> pulses = new ArrayList<>();
        for (String name : folder.names(FOLDER, "")) {
            if (name.endsWith(ENDING)) {
                read(folder, name.substring(0, name.length() - ENDING.length())).ifPresent(pulses::add);
            }
        }
        return pulses;
    }

    /** Whether its process is known to have ended. */
    public boolean dead() {
        return driver.isDeadHere();
    }

    static Optional<Pulse> read(Folder folder, String driver) throws IOException {
        try (InputStream in = folder.open(FOLDER, driver + ENDING)) {
            return Optional.of(MAPPER.readValue(in.readAllBytes(), Pulse.class));
        } catch (NoSuchFileException | FileNotFoundException e) {
            return Optional.empty();
        }
    }

    void write(Folder folder) throws IOException {
        byte[] json = MAPPER.writeValueAsBytes(this);
        folder.write(FOLDER, driver.id() + ENDING, out -> out.write(json));
    }

    static void delete(Folder folder, String driver) throws IOException {
        folder.delete(FOLDER, driver + ENDING);
    }
}
