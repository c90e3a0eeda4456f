package io.isoloss.jobs.cluster;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Settings of Spark for a kind of cluster, from a file in the format of Spark's {@code spark-defaults.conf}. A value may
 * name a variable of the environment as <code>${env:NAME}</code>.
 *
 * @param settings by key, in order
 */
public record Profile(Map<String, String> settings) {
    private static final String FILE = "spark-defaults.conf";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");
    private static final String SECRET = "spark.authenticate.secret";

    public Profile {
        settings = new TreeMap<>(settings);
    }

    /**
     * Reads a profile.
     *
     * @param name a folder that holds a {@code spark-defaults.conf}, a file, or either of them in {@code cluster/} of
     *     the program's folder
     * @param environment gives the value of a variable, or null
     * @throws IsolossException of kind BAD_INPUT if it is not there, or can't be used
     */
    public static Profile read(String name, Home home, UnaryOperator<String> environment) {
        Path file = find(name, home);
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw bad(name, "its file '" + file + "' can't be read: " + IsolossException.cause(e));
        }
        Map<String, String> settings = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) {
            if (!key.startsWith("spark.")) {
                throw bad(name, "'" + key + "' is no setting of Spark; all of them begin with spark.");
            }
            if (key.equals(SECRET)) {
                throw bad(name, key + " stands in '" + file + "'; " + Secret.REMEDY);
            }
            settings.put(key, filledIn(name, key, properties.getProperty(key).strip(), environment));
        }
        return new Profile(settings);
    }

    /** Has Spark contexts of this process take these settings, where the command line did not make them. */
    public void apply() {
        settings.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, value);
            }
        });
    }

    private static Path find(String name, Home home) {
        List<Path> candidates = Stream.of(Path.of(name), home.profiles().resolve(name))
                .map(path -> Files.isDirectory(path) ? path.resolve(FILE) : path)
                .toList();
        return candidates.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> bad(
                        name,
                        "there is no file " + candidates.get(0) + " or " + candidates.get(1) + "; give a folder with a "
                                + FILE + ", or one of " + known(home)));
    }

    private static List<String> known(Home home) {
        try (Stream<Path> folders = Files.list(home.profiles())) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve(FILE)))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String filledIn(String name, String key, String value, UnaryOperator<String> environment) {
        return VARIABLE.matcher(value).replaceAll(match -> {
            String variable = environment.apply(match.group(1));
            if (variable == null || variable.isBlank()) {
                throw bad(
                        name,
                        key + " needs the environment variable " + match.group(1)
                                + "; set it, or copy the profile and give the folder of the copy");
            }
            return Matcher.quoteReplacement(variable);
        });
    }

    private static IsolossException bad(String name, String why) {
        return new IsolossException(Kind.BAD_INPUT, "Cannot use the profile '" + name + "': " + why);
    }
}
