package io.isoloss.jobs.config;

import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.sweep.Keeping;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.SweepDesign;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** A sweep that can be planned: what to read, the design that makes trials of it, and what to measure beside training. */
public record SweepConfig(
        String name,
        CorpusSource corpus,
        SweepDesign design,
        Metering metering,
        Keeping keeping,
        Supervision supervision) {

    private static final int MOST_BYTES = 1_000_000;

    public SweepConfig {
        if (name == null || corpus == null || design == null || metering == null) {
            throw new IllegalArgumentException(
                    "Invalid sweep (want a name, a corpus, a design and a metering): " + name);
        }
    }

    /**
     * Reads a YAML file.
     *
     * @throws ConfigException with all problems: of the YAML, else of keys and values, else of the design
     */
    public static SweepConfig read(Path file) {
        var document = YamlDocument.parse(file.toString(), text(file));
        throwIfAny(document.problems());
        SweepSchema schema = SweepSchema.load();
        throwIfAny(schema.check(document.tree()), document);
        schema.fillDefaults(document.tree());
        var mapping = new SweepMapping(file.toAbsolutePath().getParent());
        SweepConfig config = mapping.map(document.tree());
        throwIfAny(mapping.findings(), document);
        throwIfAny(
                config.design.problems().stream()
                        .map(problem -> Finding.atValue("/design" + problem.pointer(), problem.message()))
                        .toList(),
                document);
        return config;
    }

    private static void throwIfAny(List<Finding> findings, YamlDocument document) {
        throwIfAny(findings.stream().map(document::place).toList());
    }

    private static void throwIfAny(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream()
                    .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                    .toList());
        }
    }

    private static String text(Path file) {
        try {
            long bytes = Files.size(file);
            if (bytes > MOST_BYTES) {
                throw unreadable(file, bytes + " bytes are too many for a sweep (at most " + MOST_BYTES + ")");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "no such file");
        } catch (MalformedInputException e) {
            throw unreadable(file, "not UTF-8 text");
        } catch (IOException e) {
            throw unreadable(file, "cannot be read: " + e.getMessage());
        }
    }

    private static ConfigException unreadable(Path file, String message) {
        return new ConfigException(List.of(new Problem(file.toString(), 1, 1, message)));
    }
}
