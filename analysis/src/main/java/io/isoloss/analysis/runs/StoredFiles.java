package io.isoloss.analysis.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

/** The files of a results folder, wherever it is. Names that begin with a dot are of files under way. */
public interface StoredFiles {

    /** Names in a subfolder ("" for the top), those of files under way too, sorted; empty if there is no such subfolder. */
    List<String> names(String subfolder) throws IOException;

    /** A file to read; whether it is there may show at the first byte. */
    InputFile file(String subfolder, String name) throws IOException;

    /** What a message calls a file. */
    String address(String subfolder, String name);

    /** On a disk that this machine mounts. */
    static StoredFiles local(Path root) {
        return new StoredFiles() {
            @Override
            public List<String> names(String subfolder) throws IOException {
                Path folder = root.resolve(subfolder);
                if (!Files.isDirectory(folder)) {
                    return List.of();
                }
                try (Stream<Path> entries = Files.list(folder)) {
                    return entries.map(file -> file.getFileName().toString())
                            .sorted()
                            .toList();
                }
            }

            @Override
            public InputFile file(String subfolder, String name) {
                return new LocalInputFile(root.resolve(subfolder).resolve(name));
            }

            @Override
            public String address(String subfolder, String name) {
                return root.resolve(subfolder).resolve(name).toString();
            }
        };
    }
}
