package io.isoloss.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.jobs.Hdfs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Text on HDFS makes the corpus that the same text makes on a local disk. */
@ExtendWith(Hdfs.class)
class HdfsTextSourceTest {
    private static final int DOCUMENTS = 30;

    @TempDir
    Path folder;

    private final Random random = new Random(1);

    @BeforeEach
    void writeTexts() throws IOException {
        Files.createDirectories(folder.resolve("folder/deeper"));
        for (int i = 0; i < DOCUMENTS; i++) {
            Files.write(folder.resolve("folder/deeper/" + i + ".txt"), text(i));
        }
        Files.write(folder.resolve("plain.txt"), text(100_000));
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("folder/one.gz")))) {
            out.write(text(200_000));
        }
        try (var out = new ZipOutputStream(Files.newOutputStream(folder.resolve("all.jar")))) {
            for (int i = 0; i < DOCUMENTS; i++) {
                out.putNextEntry(new ZipEntry("in/jar/" + i + ".txt"));
                out.write(text(i));
            }
        }
        Hdfs.fileSystem().mkdirs(remote(folder.getParent()));
        Hdfs.fileSystem().copyFromLocalFile(new org.apache.hadoop.fs.Path(folder.toUri()), remote(folder));
    }

    @Test
    void makesTheSameCorpusAsALocalDisk() {
        for (List<String> names :
                List.of(List.of("folder"), List.of("all.jar"), List.of("folder", "plain.txt", "all.jar"))) {
            Corpus local = load(names, "");
            Corpus remote = load(names, Hdfs.fileSystem().getUri().toString());
            assertThat(remote.identity()).isEqualTo(local.identity());
            assertThat(remote).isEqualTo(local);
        }
        assertThat(load(List.of("plain.txt", "folder"), "").train().size()).isGreaterThan(300_000);
    }

    @Test
    void saysInOneLineThatAFileMayNotBeRead() throws Exception {
        var file = remote(folder.resolve("plain.txt"));
        Hdfs.fileSystem().setPermission(file, new FsPermission("600"));
        UserGroupInformation.createRemoteUser("guest").doAs((java.security.PrivilegedAction<Void>) () -> {
            assertThatThrownBy(() -> load(
                            List.of("plain.txt"), Hdfs.fileSystem().getUri().toString()))
                    .isInstanceOf(CorpusException.class)
                    .message()
                    .startsWith("Cannot read corpus path '" + Hdfs.address(file.toString()) + "' (")
                    .contains("Permission denied: user=guest, access=READ")
                    .endsWith("); correct corpus.paths")
                    .hasLineCount(1);
            return null;
        });
    }

    private Corpus load(List<String> names, String authority) {
        List<TextPath> paths = names.stream()
                .map(name -> new TextPath(authority + folder.resolve(name), null))
                .toList();
        return new TextSource(paths, List.of(), 0.2, null).load();
    }

    private static org.apache.hadoop.fs.Path remote(Path path) {
        return new org.apache.hadoop.fs.Path(path.toString());
    }

    /** Random letters, a hundred and the length. */
    private byte[] text(int length) {
        return random.ints(100L + length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
