package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.jobs.cluster.Home;
import io.isoloss.jobs.cluster.Secret;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkConf;

/** What a context on a cluster needs beside the user's settings: the program on its executors, and its secret. */
final class ClusterSettings {
    private static final String SECRET = "spark.authenticate.secret";

    /** Spark's modules that are not in every build, by how the URLs of their masters begin. */
    private static final Map<String, Module> MODULES = Map.of(
            "yarn", new Module("org.apache.spark.deploy.yarn.Client", "YARN", "-Pyarn"),
            "k8s://",
                    new Module(
                            "org.apache.spark.scheduler.cluster.k8s.KubernetesClusterManager",
                            "Kubernetes",
                            "-Pkubernetes"));

    private record Module(String type, String name, String mavenProfile) {
        boolean present() {
            return ClusterSettings.class.getClassLoader().getResource(type.replace('.', '/') + ".class") != null;
        }
    }

    private ClusterSettings() {}

    /**
     * Adds what is missing.
     *
     * @throws IsolossException of kind BAD_INPUT if this build can't reach such a master, or the secret is missing or on
     *     the command line
     */
    static void complete(SparkConf conf, UnaryOperator<String> environment) {
        String master = conf.get("spark.master");
        MODULES.forEach((start, module) -> {
            if (master.startsWith(start) && !module.present()) {
                throw new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot start Spark on the master '" + master + "': this build has no client of " + module.name
                                + "; build with ISOLOSS_MAVEN=" + module.mavenProfile
                                + " in the environment, and package again");
            }
        });
        Home.here().executorSettings().forEach(conf::setIfMissing);
        if (conf.contains(SECRET)) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot use " + SECRET + " as a setting: all on this machine can read command lines; "
                            + Secret.REMEDY);
        }
        if (conf.getBoolean("spark.authenticate", false) && master.startsWith("spark://")) {
            Secret secret = Secret.named(Secret.SPARK, environment)
                    .orElseThrow(() -> new IsolossException(
                            Kind.BAD_INPUT,
                            "Cannot authenticate to the master '" + master + "': there is no secret; "
                                    + Secret.REMEDY));
            conf.set(SECRET, secret.reveal());
        }
    }
}
