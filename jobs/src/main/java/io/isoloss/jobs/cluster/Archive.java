package io.isoloss.jobs.cluster;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * The program with all that it needs but Java, as one zip: unpacked it is a Spark home, {@code jars/} with everything,
 * {@code bin/} to start drivers and Spark's own processes, {@code conf/} and {@code cluster/}.
 *
 * @param home the repository whose profiles and scripts it takes
 * @param classPath jars, and folders of classes that become jars
 * @param version goes into {@code RELEASE}
 */
public record Archive(Home home, List<Path> classPath, String version) {
    private static final int PLAIN = 0100644; // as stat(2) has it
    private static final int EXECUTABLE = 0100755;

    public Archive {
        classPath = List.copyOf(classPath);
    }

    /**
     * Of this process.
     *
     * @throws IsolossException of kind BAD_INPUT where it runs from an unpacked archive
     */
    public static Archive here(String version) {
        Home home = Home.here();
        if (home.packaged()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot package from '" + home.folder()
                            + "': it is a package already; copy the folder, or package from the repository");
        }
        return new Archive(
                home,
                Pattern.compile(Pattern.quote(File.pathSeparator))
                        .splitAsStream(System.getProperty("java.class.path"))
                        .map(Path::of)
                        .filter(Files::exists)
                        .toList(),
                version);
    }

    /**
     * Writes it in place of an earlier one, whole or not at all.
     *
     * @return bytes
     * @throws IsolossException of kind FAILED if it can't be written
     */
    public long write(Path file) {
        Path hidden = file.toAbsolutePath().resolveSibling("." + file.getFileName() + ".part");
        try {
            Files.createDirectories(hidden.getParent());
            Files.deleteIfExists(hidden);
            try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(hidden)) {
                fill(zip);
            }
            Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return Files.size(file);
        } catch (IOException e) {
            throw new IsolossException(
                    Kind.FAILED,
                    "Cannot write the archive '" + file + "' (" + IsolossException.cause(e)
                            + "); make room for it, or give another place with --out",
                    e);
        } finally {
            hidden.toFile().delete();
        }
    }

    private void fill(ZipArchiveOutputStream zip) throws IOException {
        for (Map.Entry<String, Path> jar : jars().entrySet()) {
            Path entry = jar.getValue();
            if (Files.isDirectory(entry)) {
                Path classes = jarOf(entry);
                put(zip, "jars/" + jar.getKey(), classes);
                Files.delete(classes);
            } else {
                put(zip, "jars/" + jar.getKey(), entry);
            }
        }
        putTree(zip, "cluster/", home.profiles());
        putTree(zip, "bin/", home.profiles().resolve("bin"));
        put(zip, "jobs/jvm.options", home.jvmOptions());
        try (Stream<String> options = Files.lines(home.jvmOptions())) {
            // Workers add these to the command line of an executor.
            put(
                    zip,
                    "conf/java-opts",
                    options.filter(line -> line.startsWith("-")).collect(Collectors.joining("\n")));
        }
        put(zip, "RELEASE", "isoloss " + version + "\n");
    }

    /** By their names in the archive. */
    private Map<String, Path> jars() {
        Map<String, Path> jars = new TreeMap<>();
        for (Path entry : classPath) {
            Path earlier = jars.putIfAbsent(jarName(entry), entry);
            if (earlier != null && !earlier.equals(entry)) {
                throw new IsolossException(
                        Kind.FAILED,
                        "Cannot package the class path: '" + earlier + "' and '" + entry + "' have one name");
            }
        }
        return jars;
    }

    /** Maven's {@code jobs/target/classes} is {@code isoloss-jobs.jar}. */
    private static String jarName(Path entry) {
        if (!Files.isDirectory(entry)) {
            return entry.getFileName().toString();
        }
        Path classes = entry.toAbsolutePath();
        String module = classes.getParent().getParent().getFileName().toString();
        return "isoloss-" + module + (classes.endsWith("classes") ? "" : "-" + classes.getFileName()) + ".jar";
    }

    private static Path jarOf(Path classes) throws IOException {
        Path jar = Files.createTempFile("isoloss-", ".jar");
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(jar)) {
            putTree(zip, "", classes);
        }
        return jar;
    }

    private static void putTree(ZipArchiveOutputStream zip, String prefix, Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
            put(zip, prefix + name, file);
        }
    }

    private static void put(ZipArchiveOutputStream zip, String name, Path file) throws IOException {
        start(zip, name, Files.isExecutable(file) ? EXECUTABLE : PLAIN);
        Files.copy(file, zip);
        zip.closeArchiveEntry();
    }

    private static void put(ZipArchiveOutputStream zip, String name, String text) throws IOException {
        start(zip, name, PLAIN);
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeArchiveEntry();
    }

    private static void start(ZipArchiveOutputStream zip, String name, int mode) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setUnixMode(mode);
        entry.setMethod(ZipEntry.STORED); // jars are compressed already
        zip.putArchiveEntry(entry);
    }
}
