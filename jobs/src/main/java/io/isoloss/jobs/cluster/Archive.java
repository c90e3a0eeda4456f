package io.isoloss.jobs.cluster;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The program with all that it needs but Java, as one zip: unpacked it is a Spark home, {@code jars/} with everything,
 * {@code bin/} to start drivers and Spark's own processes, {@code conf/} and {@code cluster/}.
 *
 * @param home the repository whose profiles and scripts it takes
 * @param classPath jars, and folders of classes that become jars
 * @param version goes into {@code RELEASE}
 */
public record Archive(Home home, List<Path> classPath, String version) {
    private static final Map<String, ?> NEW_WITH_PERMISSIONS =
            Map.of("create", "true", "enablePosixFileAttributes", "true", "noCompression", "true");

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
            try (FileSystem zip =
                    FileSystems.newFileSystem(URI.create("jar:" + hidden.toUri()), NEW_WITH_PERMISSIONS)) {
                fill(zip.getPath("/"));
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

    private void fill(Path root) throws IOException {
        Path jars = Files.createDirectory(root.resolve("jars"));
        for (Map.Entry<String, Path> jar : jars().entrySet()) {
            Path target = jars.resolve(jar.getKey());
            if (Files.isDirectory(jar.getValue())) {
                writeJar(jar.getValue(), target);
            } else {
                Files.copy(jar.getValue(), target);
            }
        }
        Files.writeString(root.resolve("RELEASE"), "isoloss " + version + "\n");
        copyTree(home.profiles(), Files.createDirectory(root.resolve("cluster")));
        copyTree(home.profiles().resolve("bin"), Files.createDirectory(root.resolve("bin")));
        Files.createDirectory(root.resolve("jobs"));
        Files.copy(home.jvmOptions(), root.resolve("jobs").resolve("jvm.options"));
        Path conf = Files.createDirectory(root.resolve("conf"));
        try (Stream<String> options = Files.lines(home.jvmOptions())) {
            // Workers add these to the command line of an executor.
            Files.write(
                    conf.resolve("java-opts"),
                    options.filter(line -> line.startsWith("-")).toList());
        }
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

    private static void writeJar(Path classes, Path target) throws IOException {
        Path jar = Files.createTempFile("isoloss-", ".jar");
        try {
            Files.delete(jar);
            try (FileSystem zip =
                    FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "true"))) {
                copyTree(classes, zip.getPath("/"));
            }
            Files.copy(jar, target);
        } finally {
            Files.deleteIfExists(jar);
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> all = Files.walk(from)) {
            paths = all.filter(path -> !path.equals(from)).sorted().collect(Collectors.toList());
        }
        for (Path path : paths) {
            Path target = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else {
                Files.copy(path, target);
                if (Files.isExecutable(path)
                        && to.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
    }
}
