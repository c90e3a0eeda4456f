package io.isoloss.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every kind of storage does alike. */
abstract class FileTreeContract {

    @TempDir
    Path folder;

    abstract FileTree tree();

    abstract String address(Path path);

    @Test
    void listsFilesBelowAFolderSortedAndWithoutHiddenOnes() throws IOException {
        write("b/x.txt", "1");
        write("a.txt", "2");
        write("b/.x.txt.crc", "3");
        write("_temporary/x.txt", "4");
        var names = tree().files(address(folder)).stream()
                .map(file -> file.substring(
                        file.indexOf(folder.toString()) + folder.toString().length() + 1));
        assertThat(names).containsExactly("a.txt", "b/x.txt");
        assertThat(tree().isFolder(address(folder))).isTrue();
    }

    @Test
    void listsAFileAsItself() throws IOException {
        Path file = write("a.txt", "text");
        var files = tree().files(address(file));
        assertThat(files).hasSize(1);
        assertThat(tree().isFolder(address(file))).isFalse();
        try (var in = tree().open(files.get(0))) {
            assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("text");
        }
    }

    @Test
    void saysThatAFileIsMissing() {
        String missing = address(folder.resolve("none.txt"));
        assertThatThrownBy(() -> tree().files(missing))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("none.txt");
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
