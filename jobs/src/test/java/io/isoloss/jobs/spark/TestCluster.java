package io.isoloss.jobs.spark;

import io.isoloss.jobs.cli.Isoloss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Spark standalone cluster on this machine: a master and workers as processes, executors as children of the workers. All
 * of its files lie in one folder: {@code master.log}, {@code worker-0.log}, and {@code work-0/APPLICATION/EXECUTOR/stderr}.
 */
public final class TestCluster implements AutoCloseable {
    /** Processes that live for seconds spend much of them in the second compiler; the chaos profile leaves it on. */
    public static final String JIT = "-XX:TieredStopAtLevel=" + Integer.getInteger("isoloss.tiers", 1);

    private static final int LONGEST_START_SECONDS = 60;
    private static final int LONGEST_END_SECONDS = 5;
    private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
    private static final Pattern MASTER_PAGE = Pattern.compile("Bound MasterWebUI to .*, and started at (http://\\S+)");
    private static final String REGISTERED = "Successfully registered with master";
    private static final String LOGGING = """
            rootLogger.level = info
            rootLogger.appenderRef.stderr.ref = stderr
            appender.stderr.type = Console
            appender.stderr.name = stderr
            appender.stderr.target = SYSTEM_ERR
            appender.stderr.layout.type = PatternLayout
            appender.stderr.layout.pattern = %d{HH:mm:ss.SSS} %p %c{1}: %m%n%ex
            """;

    /**
     * What to start.
     *
     * @param workers processes that offer cores
     * @param cores of each worker; more than the machine has are fine
     * @param memoryMebibytes of each worker, for the heaps of its executors
     * @param gpus addresses that the discovery script of each worker states; none for workers without GPUs
     * @param daemonSettings {@code spark.*} of master and workers
     * @param home an unpacked archive that master, workers and drivers run from; null to run from the test class path
     * @param environment more variables of all processes
     */
    public record Plan(
            int workers,
            int cores,
            int memoryMebibytes,
            List<String> gpus,
            Map<String, String> daemonSettings,
            Path home,
            Map<String, String> environment) {
        public Plan {
            gpus = List.copyOf(gpus);
            daemonSettings = Map.copyOf(daemonSettings);
            environment = Map.copyOf(environment);
        }

        public static Plan of(int workers, int cores) {
            return new Plan(workers, cores, 4096, List.of(), Map.of(), null, Map.of());
        }

        /** The same with GPUs on each worker. */
        public Plan withGpus(String... addresses) {
            return new Plan(
                    workers, cores, memoryMebibytes, Arrays.asList(addresses), daemonSettings, home, environment);
        }

        /** The same with settings of master and workers. */
        public Plan with(Map<String, String> settings) {
            return new Plan(workers, cores, memoryMebibytes, gpus, settings, home, environment);
        }

        /** The same from an unpacked archive, with variables. */
        public Plan from(Path unpacked, Map<String, String> variables) {
            return new Plan(workers, cores, memoryMebibytes, gpus, daemonSettings, unpacked, variables);
        }
    }

    private final Path folder;
    private final Plan plan;
    private final Map<Integer, Process> workers = new TreeMap<>();
    private final Thread atExit = new Thread(this::endAll);
    private Process master;
    private String url;

    private TestCluster(Path folder, Plan plan) {
        this.folder = folder;
        this.plan = plan;
    }

    /** Returns when all workers are registered. */
    public static TestCluster start(Path folder, Plan plan) {
        TestCluster cluster = new TestCluster(folder, plan);
        Runtime.getRuntime().addShutdownHook(cluster.atExit);
        try {
            cluster.start();
        } catch (IOException e) {
            cluster.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private void start() throws IOException {
        Files.createDirectories(folder);
        if (plan.home() == null) {
            Files.createDirectories(home().resolve("jars"));
            Files.writeString(home().resolve("RELEASE"), "Spark of the test class path\n");
            Files.writeString(folder.resolve("log4j2.properties"), LOGGING);
            if (!plan.gpus().isEmpty()) {
                Path script = Files.writeString(
                        discovery(),
                        "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"" + String.join("\", \"", plan.gpus())
                                + "\"]}'\n");
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        master = daemon(
                "master",
                Map.of("spark.deploy.maxExecutorRetries", "-1"),
                "org.apache.spark.deploy.master.Master",
                List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"));
        url = awaitInLog("master", master, MASTER);
        for (int i = 0; i < plan.workers(); i++) {
            startProcess(i);
        }
        for (int i = 0; i < plan.workers(); i++) {
            awaitInLog("worker-" + i, workers.get(i), Pattern.compile(REGISTERED));
        }
    }

    /** For {@code --master}. */
    public String url() {
        return url;
    }

    /** Of the master's page, {@code http://127.0.0.1:PORT}; its state is at {@code /json/}. */
    public String masterPage() {
        return awaitInLog("master", master, MASTER_PAGE);
    }

    public Path folder() {
        return folder;
    }

    /** What a driver must set, as {@code -D} or system properties, to reach this cluster and be reached. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spark.driver.host", "127.0.0.1");
        settings.put("spark.driver.bindAddress", "127.0.0.1");
        settings.put("spark.ui.enabled", "false");
        if (!plan.gpus().isEmpty() && plan.home() == null) {
            settings.put("spark.executor.resource.gpu.amount", "1");
        }
        return settings;
    }

    /** Runs a driver in this process: Spark takes {@link #settings} and these from the system properties. */
    public <T> T drive(Map<String, String> moreSettings, Supplier<T> driver) {
        Map<String, String> all = new LinkedHashMap<>(settings());
        all.putAll(moreSettings);
        Map<String, String> before = new LinkedHashMap<>();
        all.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
        try {
            return driver.get();
        } finally {
            before.forEach((name, value) -> {
                if (value == null) {
                    System.clearProperty(name);
                } else {
                    System.setProperty(name, value);
                }
            });
        }
    }

    /** A process that runs a command of the program with {@link #settings}, to be killed at will; not started yet. */
    public ProcessBuilder driver(Map<String, String> moreSettings, Object... arguments) {
        Map<String, String> all = new LinkedHashMap<>(settings());
        all.putAll(moreSettings);
        List<String> options = all.entrySet().stream()
                .map(setting -> "-D" + setting.getKey() + "=" + setting.getValue())
                .toList();
        List<String> command = new ArrayList<>();
        ProcessBuilder builder = new ProcessBuilder(command);
        if (plan.home() == null) {
            command.addAll(java("-Xmx1g"));
            command.add("-Disoloss.home=" + System.getProperty("isoloss.home"));
            command.addAll(options);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Isoloss.class.getName()));
        } else {
            command.add(plan.home().resolve("bin/isoloss").toString());
            forgetPinned(builder);
            builder.environment().put("ISOLOSS_JVM", "-Xmx1g " + String.join(" ", options));
        }
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        builder.environment().put("JDK_JAVA_OPTIONS", JIT);
        builder.environment().putAll(plan.environment());
        return builder;
    }

    public ProcessHandle master() {
        return master.toHandle();
    }

    /** Workers that live. */
    public List<ProcessHandle> workers() {
        return workers.values().stream()
                .filter(Process::isAlive)
                .map(Process::toHandle)
                .toList();
    }

    /** Executors that live, of all applications; a worker has no other children. */
    public List<ProcessHandle> executors() {
        return workers().stream()
                .flatMap(ProcessHandle::children)
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .toList();
    }

    /** Waits until this many executors live. */
    public List<ProcessHandle> awaitExecutors(int count) {
        await("want " + count + " executors", () -> executors().size() >= count);
        return executors();
    }

    /** {@code kill -9}; returns when the process is gone. */
    public static void kill(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** A worker in the place of one that was killed, or beside the others. */
    public ProcessHandle startWorker(int number) {
        try {
            startProcess(number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitInLog("worker-" + number, workers.get(number), Pattern.compile(REGISTERED));
        return workers.get(number).toHandle();
    }

    private void startProcess(int number) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        if (!plan.gpus().isEmpty() && plan.home() == null) {
            settings.put(
                    "spark.worker.resource.gpu.amount",
                    String.valueOf(plan.gpus().size()));
            settings.put(
                    "spark.worker.resource.gpu.discoveryScript", discovery().toString());
        }
        Path work = Files.createDirectories(folder.resolve("work-" + number));
        Process worker = daemon(
                "worker-" + number,
                settings,
                "org.apache.spark.deploy.worker.Worker",
                List.of(
                        "--host",
                        "127.0.0.1",
                        "--webui-port",
                        "0",
                        "--cores",
                        String.valueOf(plan.cores()),
                        "--memory",
                        plan.memoryMebibytes() + "m",
                        "--work-dir",
                        work.toString(),
                        url));
        workers.put(number, worker);
    }

    private Process daemon(String name, Map<String, String> settings, String mainClass, List<String> arguments)
            throws IOException {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put(
                "spark.local.dir",
                Files.createDirectories(folder.resolve("local")).toString());
        all.putAll(plan.daemonSettings());
        List<String> options = all.entrySet().stream()
                .map(setting -> "-D" + setting.getKey() + "=" + setting.getValue())
                .toList();
        List<String> command = new ArrayList<>();
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("SPARK_LOCAL_IP", "127.0.0.1");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("JDK_JAVA_OPTIONS", JIT);
        if (plan.home() == null) {
            command.addAll(java("-Xmx256m"));
            command.add("-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"));
            command.addAll(options);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
            environment.put("SPARK_HOME", home().toString());
            environment.put("SPARK_SCALA_VERSION", "2.12");
        } else {
            command.add(plan.home().resolve("bin/isoloss-spark").toString());
            command.add(mainClass.substring(mainClass.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
            environment.put("ISOLOSS_JVM", "-Xmx256m " + String.join(" ", options));
            environment.put("ISOLOSS_GPUS", String.join(",", plan.gpus()));
        }
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.to(folder.resolve(name + ".log").toFile()));
        if (plan.home() != null) {
            forgetPinned(builder);
        }
        builder.environment().putAll(environment);
        builder.environment().putAll(plan.environment());
        return builder.start();
    }

    /** So that the scripts of the archive have to set them. */
    private static void forgetPinned(ProcessBuilder builder) {
        builder.environment().keySet().removeAll(List.of("OMP_NUM_THREADS", "OPENBLAS_CORETYPE"));
    }

    private static List<String> java(String heap) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of(System.getProperty("isoloss.home"), "jobs", "jvm.options"),
                heap);
    }

    private Path home() {
        return folder.resolve("home");
    }

    private Path discovery() {
        return folder.resolve("gpus.sh");
    }

    private String awaitInLog(String name, Process process, Pattern wanted) {
        Path log = folder.resolve(name + ".log");
        String[] found = new String[1];
        await("want '" + wanted + "' in " + log, () -> {
            Matcher matcher = wanted.matcher(read(log));
            if (matcher.find()) {
                found[0] = matcher.group(matcher.groupCount());
            } else if (!process.isAlive()) {
                throw new IllegalStateException(name + " has ended:\n" + read(log));
            }
            return found[0] != null;
        });
        return found[0];
    }

    private void await(String what, BooleanSupplier happened) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_START_SECONDS);
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        what + ", did not come in " + LONGEST_START_SECONDS + " s. The logs:\n" + logs());
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(what + ", interrupted", e);
            }
        }
    }

    /** Of master, workers and executors. */
    public String logs() {
        try (Stream<Path> files = Files.walk(folder)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(file -> file.toString().matches(".*(\\.log|/stderr|/stdout)"))
                    .sorted()
                    .toList()) {
                all.append("== ").append(file).append('\n').append(read(file)).append('\n');
            }
            return all.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        endAll();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    /** Politely, so that workers end their executors; what is still there after that is killed. */
    private void endAll() {
        List<ProcessHandle> all = new ArrayList<>();
        workers().forEach(worker -> worker.descendants().forEach(all::add));
        all.addAll(workers());
        if (master != null) {
            all.add(master.toHandle());
        }
        all.forEach(ProcessHandle::destroy);
        for (ProcessHandle process : all) {
            try {
                process.onExit().get(LONGEST_END_SECONDS, TimeUnit.SECONDS);
            } catch (Exception e) { // too slow, or interrupted: either way it must end
                process.destroyForcibly();
            }
        }
    }
}
