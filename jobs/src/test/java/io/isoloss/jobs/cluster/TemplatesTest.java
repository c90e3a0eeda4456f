package io.isoloss.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.internal.config.ConfigEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Renders and checks each file of {@code cluster/}: what runs no cluster of its kind here must at least be right in itself. */
class TemplatesTest {
    private static final Home HOME = Home.here();
    private static final Path CLUSTER = HOME.profiles();
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(?:env:)?(ISOLOSS_[A-Z_]+)");

    /** Keys that Spark builds from parts, and so has no entry for. */
    private static final Pattern BUILT = Pattern.compile("spark\\.(executorEnv|metrics\\.conf|yarn\\.appMasterEnv"
            + "|kubernetes\\.driverEnv)\\..+|spark\\.(executor|task|worker)\\.resource\\.gpu\\."
            + "(amount|discoveryScript|vendor)");

    /**
     * Of the modules that only -Pyarn and -Pkubernetes bring, as their documentation names them; and of Spark's network
     * module, which reads its settings by their names.
     */
    private static final Set<String> OF_OTHER_MODULES = Set.of(
            "spark.network.crypto.authEngineVersion",
            "spark.network.crypto.cipher",
            "spark.yarn.archive",
            "spark.yarn.am.extraJavaOptions",
            "spark.yarn.max.executor.failures",
            "spark.kubernetes.namespace",
            "spark.kubernetes.container.image",
            "spark.kubernetes.authenticate.driver.serviceAccountName",
            "spark.kubernetes.driver.podTemplateFile",
            "spark.kubernetes.executor.podTemplateFile",
            "spark.kubernetes.executor.deleteOnTermination");

    @TempDir
    private Path folder;

    @BeforeAll
    static void registerTheKeysOfSpark() throws ClassNotFoundException {
        for (String module : List.of("package", "Worker", "UI", "History", "Network", "Status", "Deploy")) {
            Class.forName("org.apache.spark.internal.config." + module + "$");
        }
    }

    static Stream<Path> settings() throws IOException {
        return files(file -> file.toString().endsWith(".conf"));
    }

    static Stream<Path> scripts() throws IOException {
        return files(file -> file.toString().endsWith(".sh") || file.startsWith(CLUSTER.resolve("bin")));
    }

    static Stream<Path> texts() throws IOException {
        return files(file -> true);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void sparkKnowsEverySetting(Path file) {
        Set<String> unknown = new TreeSet<>(rendered(file).keySet());
        unknown.removeIf(key ->
                BUILT.matcher(key).matches() || OF_OTHER_MODULES.contains(key) || ConfigEntry.findEntry(key) != null);
        assertThat(unknown).isEmpty();
    }

    @Test
    void aSettingThatSparkDoesNotKnowWouldBeFound() {
        assertThat(ConfigEntry.findEntry("spark.speculation")).isNotNull();
        assertThat(ConfigEntry.findEntry("spark.speculations")).isNull();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void everyScriptIsBash(Path file) throws Exception {
        assertThat(run(Map.of(), "bash", "-n", file.toString())).isEqualTo("0:");
        if (!file.endsWith("environment")) {
            assertThat(Files.isExecutable(file)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void everyPlaceholderIsExplained(Path file) throws IOException {
        String text = Files.readString(file);
        String explained = text + Files.readString(CLUSTER.resolve("README.md"));
        for (Matcher matcher = VARIABLE.matcher(text); matcher.find(); ) {
            assertThat(explained)
                    .as("says what %s is", matcher.group(1))
                    .containsPattern("(?m)(^#|`|[a-z,:;] ).*" + matcher.group(1) + "(?![A-Z}])");
        }
    }

    @Test
    void everyKindOfClusterPinsWhatMakesLossesEqualAndNeverSpeculates() {
        for (String kind : List.of("standalone", "yarn", "kubernetes")) {
            assertThat(rendered(CLUSTER.resolve(kind).resolve("spark-defaults.conf")))
                    .as(kind)
                    .containsEntry("spark.speculation", "false")
                    .containsEntry("spark.executorEnv.OMP_NUM_THREADS", "1")
                    .containsEntry("spark.executorEnv.OPENBLAS_CORETYPE", "Haswell")
                    .containsEntry("spark.executorEnv.CUDA_DEVICE_ORDER", "PCI_BUS_ID")
                    .containsEntry("spark.ui.prometheus.enabled", "true")
                    .containsEntry("spark.eventLog.enabled", "true");
            assertThat(rendered(CLUSTER.resolve(kind).resolve("gpu.conf")))
                    .as(kind)
                    .containsEntry("spark.executor.resource.gpu.amount", "1")
                    .as("run decides how many trials share a GPU")
                    .doesNotContainKeys("spark.task.resource.gpu.amount", "spark.executor.cores");
        }
    }

    @Test
    void theSecurePresetAuthenticatesEncryptsAndGuards() {
        assertThat(rendered(CLUSTER.resolve("secure")))
                .containsEntry("spark.authenticate", "true")
                .containsEntry("spark.network.crypto.enabled", "true")
                .containsEntry("spark.network.crypto.saslFallback", "false")
                .containsEntry("spark.io.encryption.enabled", "true")
                .containsEntry("spark.ui.filters", PageGuard.class.getName())
                .containsEntry("spark.acls.enable", "true")
                .containsEntry("spark.ui.view.acls", PageGuard.USER)
                .containsEntry("spark.master.rest.enabled", "false")
                .doesNotContainKey("spark.authenticate.secret");
    }

    @Test
    void discoveryPrintsTheGpusOfNvidiaSmiOrThoseListed() throws Exception {
        Path smi = executable("nvidia-smi", "#!/bin/sh\necho 0\necho 1\n");
        String path = smi.getParent() + ":" + System.getenv("PATH");
        String script = CLUSTER.resolve("gpu-discovery.sh").toString();
        assertThat(run(Map.of("PATH", path), script)).isEqualTo("0:{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}");
        assertThat(run(Map.of("PATH", path, "ISOLOSS_GPUS", "3,7"), script))
                .isEqualTo("0:{\"name\": \"gpu\", \"addresses\": [\"3\", \"7\"]}");
        assertThat(run(Map.of("ISOLOSS_GPUS", "a"), script))
                .isEqualTo("1:gpu-discovery.sh: cannot list GPUs: 'a' is no index of one");
        executable("nvidia-smi", "#!/bin/sh\necho no driver\nexit 9\n");
        assertThat(run(Map.of("PATH", path), script))
                .isEqualTo("1:gpu-discovery.sh: cannot list GPUs: nvidia-smi says: no driver");
    }

    @Test
    void thePodsOfTheImageStartSparkAsItSaysTo() throws Exception {
        Path home = folder.resolve("home");
        Files.createDirectories(home.resolve("jars"));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("RELEASE"), "isoloss test\n");
        for (String name : List.of("environment", "isoloss", "isoloss-spark")) {
            Path script = CLUSTER.resolve("bin").resolve(name);
            executable("home/bin/" + name, Files.readString(script));
        }
        executable(
                "jdk/bin/java",
                "#!/bin/sh\n[ \"$1\" = -version ] && { echo 'openjdk version \"17.0.1\"' >&2; exit; }\necho \"$@\"\n");
        Map<String, String> pod = new LinkedHashMap<>();
        pod.put("SPARK_HOME", home.toString());
        pod.put("JAVA_HOME", folder.resolve("jdk").toString());
        String entrypoint = CLUSTER.resolve("kubernetes/entrypoint.sh").toString();
        pod.put("SPARK_DRIVER_BIND_ADDRESS", "10.0.0.1");
        assertThat(run(pod, entrypoint, "driver", "--properties-file", "p", "--class", "C", "local:///x.jar", "run"))
                .startsWith("0:@" + home + "/jobs/jvm.options")
                .endsWith("org.apache.spark.deploy.SparkSubmit --conf spark.driver.bindAddress=10.0.0.1"
                        + " --deploy-mode client --properties-file p --class C local:///x.jar run");
        Map.of(
                        "SPARK_EXECUTOR_MEMORY", "2g",
                        "SPARK_DRIVER_URL", "spark://d",
                        "SPARK_EXECUTOR_ID", "1",
                        "SPARK_EXECUTOR_CORES", "2",
                        "SPARK_APPLICATION_ID", "app",
                        "SPARK_EXECUTOR_POD_IP", "10.0.0.2",
                        "SPARK_RESOURCE_PROFILE_ID", "0",
                        "SPARK_EXECUTOR_POD_NAME", "pod",
                        "SPARK_JAVA_OPT_10", "-Dlast=1",
                        "SPARK_JAVA_OPT_2", "-Dspark.driver.port=7")
                .forEach(pod::put);
        assertThat(run(pod, entrypoint, "executor"))
                .startsWith("0:@" + home + "/jobs/jvm.options -Dspark.driver.port=7 -Dlast=1 -Xms2g -Xmx2g")
                .endsWith(
                        "-cp " + home + "/jars/*"
                                + " org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend --driver-url spark://d"
                                + " --executor-id 1 --cores 2 --app-id app --hostname 10.0.0.2 --resourceProfileId 0 --podName pod");
        assertThat(run(pod, entrypoint, "doctor")).endsWith("io.isoloss.jobs.cli.Isoloss doctor");
    }

    @Test
    void theSparkApplicationSaysWhatTheSettingsSay() throws IOException {
        JsonNode spec = yaml("kubernetes/sparkapplication.yaml").get(0).get("spec");
        Map<String, String> settings = rendered(CLUSTER.resolve("kubernetes"));
        settings.putAll(rendered(CLUSTER.resolve("kubernetes/gpu.conf")));
        spec.get("sparkConf").properties().forEach(entry -> {
            if (!entry.getKey().equals("spark.eventLog.dir")) {
                assertThat(settings)
                        .containsEntry(entry.getKey(), entry.getValue().asText());
            }
        });
        assertThat(spec.get("image").asText()).isEqualTo("${ISOLOSS_IMAGE}");
        assertThat(spec.get("mainClass").asText()).isEqualTo("io.isoloss.jobs.cli.Isoloss");
        assertThat(spec.get("mainApplicationFile").asText())
                .isEqualTo("local:///opt/isoloss/jars/isoloss-jobs.jar")
                .isSubstringOf(Files.readString(CLUSTER.resolve("kubernetes/submit.sh")));
        assertThat(spec.at("/driver/serviceAccount").asText())
                .isEqualTo(settings.get("spark.kubernetes.authenticate.driver.serviceAccountName"));
        assertThat(spec.at("/executor/memory").asText()).isEqualTo(settings.get("spark.executor.memory"));
        assertThat(spec.at("/executor/gpu/quantity").asInt()).isEqualTo(1);
        for (String role : List.of("driver", "executor")) {
            assertThat(StreamSupport.stream(spec.at("/" + role + "/env").spliterator(), false)
                            .collect(Collectors.toMap(
                                    variable -> variable.get("name").asText(),
                                    variable -> variable.get("value").asText())))
                    .isEqualTo(Map.of(
                            "OMP_NUM_THREADS", "1",
                            "OPENBLAS_CORETYPE", "Haswell",
                            "CUDA_DEVICE_ORDER", "PCI_BUS_ID"));
        }
    }

    @Test
    void thePodsMayNotBeRootAndShareOneVolume() throws IOException {
        List<JsonNode> objects = yaml("kubernetes/namespace.yaml");
        assertThat(objects.stream().map(object -> object.get("kind").asText()))
                .containsExactly("Namespace", "ServiceAccount", "Role", "RoleBinding", "PersistentVolumeClaim");
        String claim = objects.get(4).at("/metadata/name").asText();
        for (String role : List.of("driver", "executor")) {
            JsonNode pod = yaml("kubernetes/" + role + "-pod.yaml").get(0);
            assertThat(pod.at("/spec/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/spec/containers/0/securityContext/allowPrivilegeEscalation")
                            .asBoolean(true))
                    .isFalse();
            assertThat(pod.at("/spec/volumes/0/persistentVolumeClaim/claimName").asText())
                    .isEqualTo(claim);
        }
    }

    @Test
    void theImageTakesWhatTheArchiveHolds() throws IOException {
        List<String> copies = Files.readAllLines(CLUSTER.resolve("kubernetes/Dockerfile")).stream()
                .filter(line -> line.startsWith("COPY "))
                .map(line -> line.replaceAll("COPY ([^ ]+) .*", "$1"))
                .toList();
        assertThat(copies).containsExactlyInAnyOrder("RELEASE", "bin", "conf", "jobs", "cluster", "jars");
    }

    /** With every variable set. */
    private static Map<String, String> rendered(Path file) {
        return Profile.read(file.toString(), HOME, name -> "of-" + name).settings();
    }

    private static Stream<Path> files(Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(CLUSTER)) {
            return all.filter(Files::isRegularFile).filter(wanted).sorted().toList().stream();
        }
    }

    private static List<JsonNode> yaml(String name) throws IOException {
        JsonMapper mapper = new JsonMapper();
        Iterable<Object> documents =
                new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(Files.readString(CLUSTER.resolve(name)));
        return StreamSupport.stream(documents.spliterator(), false)
                .map(document -> mapper.<JsonNode>valueToTree(document))
                .toList();
    }

    private Path executable(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Exit code and all that was printed. */
    private static String run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeAll(new HashSet<>(List.of("ISOLOSS_JVM", "ISOLOSS_GPUS", "HADOOP_CONF_DIR")));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.waitFor() + ":" + said;
    }
}
