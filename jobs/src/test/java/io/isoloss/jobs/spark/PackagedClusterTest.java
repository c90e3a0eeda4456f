package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.isoloss.analysis.runs.Quality;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.cluster.Archive;
import io.isoloss.jobs.cluster.Home;
import io.isoloss.jobs.cluster.Profile;
import io.isoloss.jobs.spark.TestCluster.Plan;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** What {@code isoloss package} makes, unpacked into an empty folder, on clusters whose processes have nothing else. */
class PackagedClusterTest {
    private static final String SWEEP = System.getProperty("isoloss.sweep", "tiny");

    /** Seconds of training. */
    private static final String TINY = """
            name: tiny
            corpus: { kind: synthetic, tokens: 50000 }
            model: { context: 16, width_multiple: 8 }
            training: { batch: { sequences: 8 }, validation_tokens: 1024 }
            design:
              kind: isoflop
              params: [896, 3328, 7296, 12800]
              budgets: [{ flops: 3.05e8 }, { flops: 6.1e8 }, { flops: 1.22e9 }]
            """;

    private static final int LONGEST_MINUTES = 5;
    private static final String SECRET = "planted-cluster-secret-4711";
    private static final String PAGE_SECRET = "planted-page-secret-0815";

    @TempDir
    private static Path shared;

    private static Path home;

    @TempDir
    private Path folder;

    @BeforeAll
    static void packageAndUnpack() throws IOException {
        Path zip = shared.resolve("isoloss.zip");
        List<Path> program = Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getProperty("java.class.path"))
                .map(Path::of)
                .filter(entry -> Files.exists(entry) && !entry.endsWith("test-classes"))
                .toList();
        new Archive(Home.here(), program, "test").write(zip);
        home = shared.resolve("home");
        unpack(zip, home);
        Files.delete(zip);
    }

    @Test
    void aSweepOnTwoWorkersWithGpusHasTheLossesOfLocalModeBitForBit() throws Exception {
        Path sweep = SWEEP.equals("tiny")
                ? tiny()
                : Path.of(System.getProperty("isoloss.home"), "sweep-configs", SWEEP + ".yaml");
        Path local = folder.resolve("local");
        assertThat(run(alone("run", sweep, "--out", local, "--master", "local[2]")))
                .startsWith("exit 0");
        Path events = Files.createDirectory(folder.resolve("events"));
        Plan plan = Plan.of(2, 1).withGpus("2", "5").from(home, Map.of("ISOLOSS_EVENTS", events.toString()));
        Path out = folder.resolve("cluster");
        try (TestCluster cluster = TestCluster.start(folder.resolve("processes"), plan)) {
            assertThat(run(cluster.driver(
                            Map.of("spark.executor.memory", "1g", "spark.executor.resource.gpu.amount", "1"),
                            "run",
                            sweep,
                            "--out",
                            out,
                            "--profile",
                            "standalone",
                            "--profile",
                            "standalone/gpu.conf",
                            "--master",
                            cluster.url())))
                    .startsWith("exit 0");
        }
        assertThat(qualities(out)).hasSizeGreaterThanOrEqualTo(12).isEqualTo(qualities(local));
        System.out.printf(
                "%d trials of %s on the cluster: losses of local mode bit for bit%n",
                qualities(out).size(), SWEEP);
        assertThat(runs(out).map(run -> run.provenance().device()))
                .as("one of the GPUs that the workers stated")
                .allMatch(device -> device.contains("GPU 2 assigned") || device.contains("GPU 5 assigned"));
        try (Stream<Path> logs = Files.list(events)) {
            assertThat(logs).as("the event log for the history server").hasSize(1);
        }
    }

    @Test
    void underTheSecurePresetNoSecretIsWrittenAnywhereAndNobodyWithoutItIsTalkedTo() throws Exception {
        Path events = Files.createDirectory(folder.resolve("events"));
        Path secretFile = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        Map<String, String> environment = Map.of(
                "ISOLOSS_SPARK_SECRET_FILE",
                secretFile.toString(),
                "ISOLOSS_UI_SECRET",
                PAGE_SECRET,
                "ISOLOSS_EVENTS",
                events.toString());
        Plan plan = Plan.of(2, 1).from(home, environment).with(secure());
        Path out = folder.resolve("out");
        TreeSet<String> commandLines = new TreeSet<>();
        String said;
        try (TestCluster cluster = TestCluster.start(folder.resolve("processes"), plan)) {
            assertThat(status(cluster.masterPage(), null)).isEqualTo(401);
            assertThat(status(cluster.masterPage(), "wrong-secret-wrong-secret"))
                    .isEqualTo(401);
            assertThat(status(cluster.masterPage(), PAGE_SECRET)).isEqualTo(200);

            assertThat(masterAnswers(cluster, SECRET)).isNull();
            assertThat(masterAnswers(cluster, "another-secret-than-that")).isNotNull();
            assertThat(masterAnswers(cluster, null)).isNotNull();
            try (Wire sound = new Wire(port(cluster.url()), false);
                    Wire tampered = new Wire(port(cluster.url()), true)) {
                assertThat(masterAnswers("spark://127.0.0.1:" + sound.port(), SECRET))
                        .isNull();
                assertThat(masterAnswers("spark://127.0.0.1:" + tampered.port(), SECRET))
                        .as("a changed byte")
                        .isNotNull();
                long start = System.nanoTime();
                while (!cluster.logs().contains("AEADBadTagException")) {
                    assertThat(System.nanoTime() - start)
                            .as("nanoseconds without word of it: " + cluster.logs())
                            .isLessThan(TimeUnit.SECONDS.toNanos(20));
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            }

            ProcessBuilder driver = cluster.driver(
                    Map.of(
                            "spark.executor.memory",
                            "1g",
                            "spark.eventLog.compress",
                            "false",
                            "spark.ui.enabled",
                            "true"),
                    "run",
                    tiny(),
                    "--out",
                    out,
                    "--profile",
                    "standalone",
                    "--profile",
                    "secure",
                    "--master",
                    cluster.url());
            Path log = folder.resolve("driver.log");
            Process process = driver.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            do {
                commandLines.addAll(commandLines());
            } while (!process.waitFor(200, TimeUnit.MILLISECONDS));
            said = Files.readString(log);
            assertThat(process.exitValue()).as(said + cluster.logs()).isZero();
        }
        assertThat(runs(out)).hasSize(12);
        assertThat(commandLines).anyMatch(line -> line.contains("CoarseGrainedExecutorBackend"));
        assertThat(commandLines).noneMatch(PackagedClusterTest::tellsASecret);
        assertThat(tellsASecret(said)).isFalse();
        Files.delete(secretFile);
        List<Path> files = filesUnder(folder);
        assertThat(files.stream().map(Path::toString))
                .anyMatch(file -> file.contains("/events/"))
                .anyMatch(file -> file.endsWith("report.html"))
                .anyMatch(file -> file.endsWith("stderr"))
                .anyMatch(file -> file.endsWith("worker-0.log"));
        assertThat(files.stream().filter(file -> tellsASecret(bytes(file)))).isEmpty();
    }

    private Path tiny() throws IOException {
        return Files.writeString(folder.resolve("tiny.yaml"), TINY);
    }

    private static boolean tellsASecret(String text) {
        return text.contains(SECRET) || text.contains(PAGE_SECRET);
    }

    /** Settings of {@code cluster/secure}, as master and workers take them. */
    private static Map<String, String> secure() {
        return Profile.read("secure", Home.here(), name -> null).settings();
    }

    /** What a client without, with a wrong, or with the right secret is thrown by the master; null if it is answered. */
    private static Throwable masterAnswers(TestCluster cluster, String secret) {
        return masterAnswers(cluster.url(), secret);
    }

    private static int port(String url) {
        return RpcAddress.fromSparkURL(url).port();
    }

    private static Throwable masterAnswers(String url, String secret) {
        SparkConf conf = new SparkConf(false);
        if (secret != null) {
            secure().forEach(conf::set);
            conf.set("spark.authenticate.secret", secret);
        }
        RpcEnv env =
                RpcEnv.create("client", "127.0.0.1", 0, conf, new SecurityManager(conf, Option.empty(), null), true);
        try {
            return catchThrowable(() -> env.setupEndpointRef(RpcAddress.fromSparkURL(url), Master.ENDPOINT_NAME()));
        } finally {
            env.shutdown();
        }
    }

    private static int status(String page, String secret) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(page));
        if (secret != null) {
            String pair = Base64.getEncoder().encodeToString(("me:" + secret).getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + pair);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.discarding())
                .statusCode();
    }

    /** Of all processes of this machine that have one, as anybody may read them. */
    private static List<String> commandLines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            for (long pid : processes.mapToLong(ProcessHandle::pid).toArray()) {
                Path file = Path.of("/proc", String.valueOf(pid), "cmdline");
                lines.add(Files.isReadable(file) ? bytes(file) : "");
            }
        }
        return lines;
    }

    private ProcessBuilder alone(Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin/isoloss").toString());
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        return new ProcessBuilder(command);
    }

    private String run(ProcessBuilder builder) throws Exception {
        Path log = folder.resolve("log");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return "did not end:\n" + Files.readString(log);
        }
        return "exit " + process.exitValue() + "\n" + Files.readString(log);
    }

    private static Stream<Run> runs(Path out) {
        return RunTable.read(out).runs().stream();
    }

    private static Map<String, Quality> qualities(Path out) {
        return runs(out).collect(Collectors.toMap(Run::id, Run::quality));
    }

    private static List<Path> filesUnder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** One character a byte; empty if the file has just gone. */
    private static String bytes(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            if (!Files.exists(file)) {
                return "";
            }
            throw new UncheckedIOException(e);
        }
    }

    /** With the permissions that the archive keeps, as unzip and YARN do. */
    private static void unpack(Path zip, Path target) throws IOException {
        try (FileSystem archive = FileSystems.newFileSystem(
                        URI.create("jar:" + zip.toUri()), Map.of("enablePosixFileAttributes", "true"));
                Stream<Path> entries = Files.walk(archive.getPath("/"))) {
            for (Path entry : entries.sorted().toList()) {
                Path file = target.resolve(entry.toString().substring(1));
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(file);
                } else {
                    Files.copy(entry, file, StandardCopyOption.REPLACE_EXISTING);
                    Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(entry));
                }
            }
        }
    }
}
