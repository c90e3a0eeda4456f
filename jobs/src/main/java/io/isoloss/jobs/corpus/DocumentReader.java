package io.isoloss.jobs.corpus;

import io.isoloss.analysis.IsolossException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Reads the documents of files: one a plain or gzipped file, one an entry of a jar or zip. Archives within archives are
 * not opened. A document comes with the name of its file or entry, without the ending of a gzipped one. Extensions pick entries and files of folders; a file that is named itself is always read.
 */
final class DocumentReader {

    private final List<String> extensions;

    DocumentReader(List<String> extensions) {
        this.extensions = extensions;
    }

    void read(TextPath path, FileTree tree, BiConsumer<String, byte[]> documents) {
        try {
            boolean folder = tree.isFolder(path.address());
            if (path.sha256() != null) {
                verify(path, tree, folder);
            }
            for (String file : tree.files(path.address())) {
                readFile(file, tree, folder, documents);
            }
        } catch (FileNotFoundException e) {
            throw new CorpusException(
                    "Cannot read corpus path '" + path.address() + "': no such file or folder; correct corpus.paths",
                    e);
        } catch (CorpusException e) {
            throw e;
        } catch (IOException
                | RuntimeException e) { // Hadoop tells of a host or scheme that it does not know by the latter
            throw new CorpusException(
                    "Cannot read corpus path '" + path.address() + "' (" + IsolossException.cause(e)
                            + "); correct corpus.paths",
                    e);
        }
    }

    private static void verify(TextPath path, FileTree tree, boolean folder) throws IOException {
        if (folder) {
            throw new CorpusException("Cannot verify corpus path '" + path.address()
                    + "': it is a folder; give a sha256 only with files");
        }
        try (InputStream in = tree.open(path.address())) {
            String actual = Sha256.of(in);
            if (!actual.equals(path.sha256())) {
                throw new CorpusException("Cannot use corpus file '" + path.address() + "': its SHA-256 is " + actual
                        + ", the config wants " + path.sha256() + "; fetch the file again or correct corpus.paths");
            }
        }
    }

    private void readFile(String file, FileTree tree, boolean inFolder, BiConsumer<String, byte[]> documents)
            throws IOException {
        try (InputStream in = tree.open(file)) {
            if (file.endsWith(".jar") || file.endsWith(".zip")) {
                readArchive(in, documents);
            } else if (file.endsWith(".gz")) {
                String name = file.substring(0, file.length() - ".gz".length());
                if (!inFolder || matches(name)) {
                    documents.accept(name, new GZIPInputStream(in, 1 << 16).readAllBytes());
                }
            } else if (!inFolder || matches(file)) {
                documents.accept(file, in.readAllBytes());
            }
        } catch (ZipException | EOFException e) {
            throw new CorpusException(
                    "Cannot read corpus file '" + file + "': the archive is damaged (" + e.getMessage()
                            + "); fetch it again",
                    e);
        }
    }

    private void readArchive(InputStream in, BiConsumer<String, byte[]> documents) throws IOException {
        var archive = new ZipInputStream(in);
        for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
            if (!entry.isDirectory() && matches(entry.getName())) {
                documents.accept(entry.getName(), archive.readAllBytes());
            }
        }
    }

    private boolean matches(String name) {
        return extensions.isEmpty() || extensions.stream().anyMatch(extension -> name.endsWith("." + extension));
    }
}
