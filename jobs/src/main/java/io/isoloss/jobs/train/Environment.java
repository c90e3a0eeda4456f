package io.isoloss.jobs.train;

import io.isoloss.analysis.IsolossException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Properties;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What trains: code, libraries and machine, for the provenance of a run.
 *
 * @param codeVersion version and commit of this project
 * @param libraries versions that can change a number
 */
public record Environment(String codeVersion, String libraries, Device device, String host) implements Serializable {

    /** The machine this runs on, without a GPU assigned. */
    public static Environment here(String codeVersion) {
        return here(codeVersion, List.of());
    }

    /**
     * The machine this runs on; has this thread compute on its device.
     *
     * @param gpus addresses of the GPUs that Spark assigned to the task; empty if it assigned none
     * @throws IsolossException as {@link Device#choose}
     */
    public static Environment here(String codeVersion, List<String> gpus) {
        Device device = device(gpus);
        compute(device);
        String libraries = "java " + Runtime.version() + ", nd4j "
                + nd4jVersion()
                + ", core type "
                + System.getenv().getOrDefault("OPENBLAS_CORETYPE", "of the machine");
        return new Environment(codeVersion, libraries, device, hostName());
    }

    /** The device of {@link #here(String, List)}; asks nvidia-smi. */
    public static Device device(List<String> gpus) {
        return Device.choose(Backend.here(), gpus, Gpus::present);
    }

    /** Has this thread compute on a device of {@link #device}. */
    public static void compute(Device device) {
        Backend.here().use(device);
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

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
