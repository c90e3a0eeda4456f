package io.isoloss.jobs.cluster;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The folder that the program was started from: its repository, or what {@code isoloss package} made, unpacked.
 *
 * @param folder that holds {@code cluster/} and {@code jobs/jvm.options}
 */
public record Home(Path folder) {
    private static final String PROPERTY = "isoloss.home";

    /**
     * Of this process.
     *
     * @throws IsolossException of kind FAILED if the launcher did not say
     */
    public static Home here() {
        String folder = System.getProperty(PROPERTY);
        if (folder == null) {
            throw new IsolossException(
                    Kind.FAILED, "Cannot find the folder of the program: " + PROPERTY + " is not set; start ./isoloss");
        }
        return new Home(Path.of(folder));
    }

    /** Whether this is an unpacked archive, and so a Spark home whose jars hold the program. */
    boolean packaged() {
        return Files.isRegularFile(folder.resolve("RELEASE"));
    }

    Path profiles() {
        return folder.resolve("cluster");
    }

    Path jvmOptions() {
        return folder.resolve("jobs").resolve("jvm.options");
    }

    /**
     * Settings of Spark by which executors find the program: none where they are started from an archive too; else the
     * class path of this process, the same folder on each machine.
     */
    public Map<String, String> executorSettings() {
        Map<String, String> settings = new LinkedHashMap<>();
        if (!packaged()) {
            settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
            settings.put("spark.executor.extraJavaOptions", "@" + jvmOptions());
        }
        return settings;
    }
}
