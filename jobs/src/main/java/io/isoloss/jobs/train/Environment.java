package io.isoloss.jobs.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What trains: code, libraries and machine, for the provenance of a run.
 *
 * @param codeVersion version and commit of this project
 * @param libraries versions that can change a number
 * @param device processor and backend, in words
 */
public record Environment(String codeVersion, String libraries, String device, String host) implements Serializable {

    /** The machine this runs on. */
    public static Environment here(String codeVersion) {
        String backend = Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend", "unknown");
        String libraries = "java " + Runtime.version() + ", nd4j "
                + nd4jVersion()
                + ", core type "
                + System.getenv().getOrDefault("OPENBLAS_CORETYPE", "of the machine");
        return new Environment(
                codeVersion, libraries, backend + ": " + processor() + ", one thread a trial", hostName());
    }

    private static String nd4jVersion() {
        try (InputStream pom = Nd4j.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-api/pom.properties")) {
            Properties properties = new Properties();
            if (pom != null) {
                properties.load(pom);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String processor() {
        Path info = Path.of("/proc/cpuinfo");
        try (Stream<String> lines = Files.isReadable(info) ? Files.lines(info) : Stream.empty()) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
