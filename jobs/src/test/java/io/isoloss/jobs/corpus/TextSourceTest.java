package io.isoloss.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSourceTest {

    private static final int DOCUMENTS = 400;

    @TempDir
    Path folder;

    private final Map<String, String> documents = new TreeMap<>();

    @BeforeEach
    void writeDocuments() {
        for (int i = 0; i < DOCUMENTS; i++) {
            documents.put("d" + i + ".txt", "document " + i);
        }
    }

    @Test
    void readsFoldersJarsAndGzippedFilesAlike() throws IOException {
        Path plain = folder.resolve("plain");
        Path gzipped = folder.resolve("gzipped");
        Files.createDirectories(plain.resolve("deep/er"));
        Files.createDirectories(gzipped);
        for (var document : documents.entrySet()) {
            Files.writeString(plain.resolve("deep/er").resolve(document.getKey()), document.getValue());
            try (OutputStream out =
                    new GZIPOutputStream(Files.newOutputStream(gzipped.resolve(document.getKey() + ".gz")))) {
                out.write(document.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        Corpus fromFolder = load(plain);
        assertThat(load(gzipped)).isEqualTo(fromFolder);
        assertThat(load(jar("all.jar", documents))).isEqualTo(fromFolder);
        assertThat(new TextSource(List.of(new TextPath("file://" + plain, null)), List.of(), 0.1, null).load())
                .isEqualTo(fromFolder);
        assertThat(texts(fromFolder.train()))
                .doesNotContainAnyElementsOf(texts(fromFolder.validation()))
                .isSubsetOf(documents.values());
        assertThat(fromFolder.documents().train() + fromFolder.documents().validation())
                .isEqualTo(DOCUMENTS);
        assertThat(fromFolder.bytesPerToken()).isEqualTo(1);
    }

    @Test
    void anEntryWhoseNameClimbsOutOfItsArchiveIsTextLikeOthersAndNothingIsWritten() throws IOException {
        var climbing = new TreeMap<String, String>();
        documents.forEach((name, text) -> climbing.put("../../" + name, text));
        climbing.put("/rooted.txt", "more text");
        Path jar = Files.move(
                jar("climbing.jar", climbing),
                Files.createDirectories(folder.resolve("a/b")).resolve("climbing.jar"));
        Corpus corpus = load(jar);
        assertThat(corpus.documents().train() + corpus.documents().validation()).isEqualTo(DOCUMENTS + 1);
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).containsExactly(jar);
        }
    }

    @Test
    void holdsOutAboutTheWantedShare() throws IOException {
        int held = load(jar("all.jar", documents)).documents().validation();
        // Binomial(400, 0.1): mean 40, deviation 6; four deviations.
        assertThat(held).isCloseTo(40, within(24));
    }

    @Test
    void dropsDuplicatesSoThatEachTextIsOnOneSide() throws IOException {
        var copies = new TreeMap<String, String>();
        documents.forEach((name, text) -> copies.put("copy-of-" + name, "\n " + text + "\n\n"));
        Path first = jar("first.jar", documents);
        Path second = jar("second.jar", copies);

        Corpus twice = load(first, second);
        assertThat(twice.documents().duplicatesDropped()).isEqualTo(DOCUMENTS);
        assertThat(twice.train()).isEqualTo(load(first).train());
        assertThat(twice.identity()).isEqualTo(load(second).identity());
    }

    @Test
    void keepsEveryDocumentOnItsSideWhenTextIsAdded() throws IOException {
        var more = Map.of("new.txt", "something new", "newer.txt", "something newer");
        var before = texts(load(jar("all.jar", documents)).validation());
        Corpus after = load(jar("all.jar", documents), jar("more.jar", more));
        assertThat(texts(after.validation())).containsAll(before);
        assertThat(after.identity())
                .isNotEqualTo(load(jar("all.jar", documents)).identity());
    }

    @Test
    void picksExtensionsAndSkipsBinaryAndEmptyDocuments() throws IOException {
        documents.put("program.class", "not wanted");
        documents.put("binary.txt", "zero \0 byte");
        documents.put("empty.txt", " \n ");
        Path jar = jar("all.jar", documents);
        Corpus corpus = new TextSource(List.of(new TextPath(jar.toString(), null)), List.of("txt"), 0.1, null).load();
        assertThat(corpus.documents().binarySkipped()).isEqualTo(1);
        assertThat(corpus.documents().train() + corpus.documents().validation()).isEqualTo(DOCUMENTS);
    }

    @Test
    void documentsHaveTheClassOfTheirExtensionOrPath() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            texts.put("a" + i + ".java", "j".repeat(i + 1));
            texts.put("b" + i + ".scala", "s".repeat(i + 1));
        }
        Path first = jar("first.jar", texts);
        Path second = jar("second.jar", documents);
        Corpus byExtension = new TextSource(
                        List.of(new TextPath(first.toString(), null)),
                        List.of("java", "scala"),
                        0.1,
                        DocumentClasses.EXTENSION)
                .load();
        assertThat(byExtension.classes().names()).containsExactly("java", "scala");
        assertThat(byExtension.classes().train().size())
                .isEqualTo(byExtension.train().size());
        char letter = 0;
        for (int i = 0; i < byExtension.train().size(); i++) {
            int token = byExtension.train().at(i);
            letter = token == 'j' || token == 's' ? (char) token : letter; // a separator is of the document before it
            assertThat(byExtension.classes().train().at(i)).isEqualTo(letter == 'j' ? 0 : 1);
        }
        List<TextPath> both = List.of(new TextPath(first.toString(), null), new TextPath(second.toString(), null));
        TextSource byPath = new TextSource(both, List.of(), 0.1, DocumentClasses.PATH);
        assertThat(byPath.classes()).containsExactly("first.jar", "second.jar");
        assertThat(byPath.load().identity().digest())
                .as("classes can change a result")
                .isNotEqualTo(new TextSource(both, List.of(), 0.1, null)
                        .load()
                        .identity()
                        .digest());
    }

    @Test
    void namesBothHashesWhenAFileIsNotTheOneWanted() throws IOException {
        Path jar = jar("all.jar", documents);
        String actual;
        try (var in = Files.newInputStream(jar)) {
            actual = Sha256.of(in);
        }
        String wanted = "0".repeat(64);
        assertThat(load(new TextPath(jar.toString(), actual)).documents().train())
                .isPositive();
        assertFails(
                () -> load(new TextPath(jar.toString(), wanted)),
                "Cannot use corpus file '" + jar + "': its SHA-256 is " + actual + ", the config wants " + wanted
                        + "; fetch the file again or correct corpus.paths");
        assertFails(
                () -> load(new TextPath(folder.toString(), wanted)),
                "Cannot verify corpus path '" + folder + "': it is a folder; give a sha256 only with files");
    }

    @Test
    void saysThatAnArchiveIsDamaged() throws IOException {
        Path jar = jar("all.jar", documents);
        byte[] bytes = Files.readAllBytes(jar);
        Files.write(jar, Arrays.copyOf(bytes, bytes.length / 3));
        assertThatThrownBy(() -> load(jar))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith("Cannot read corpus file '" + jar + "': the archive is damaged (")
                .hasMessageEndingWith("); fetch it again");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Path none = folder.resolve("none.jar");
        assertFails(
                () -> load(none),
                "Cannot read corpus path '" + none + "': no such file or folder; correct corpus.paths");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertFails(
                () -> load(empty),
                "Cannot build a corpus: no text in [" + empty
                        + "] (0 binary documents skipped); add paths or extensions");
        Path single = Files.writeString(folder.resolve("single.txt"), "one document");
        assertFails(
                () -> load(single),
                "Cannot split a corpus of 1 documents: a validation fraction of 0.1 leaves 1 to train and 0 to validate"
                        + " on; cut the text into more files or change the fraction");
    }

    private Corpus load(Path... paths) {
        return load(List.of(paths).stream()
                .map(path -> new TextPath(path.toString(), null))
                .toArray(TextPath[]::new));
    }

    private static Corpus load(TextPath... paths) {
        return new TextSource(List.of(paths), List.of(), 0.1, null).load();
    }

    private static void assertFails(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(CorpusException.class).hasMessage(message);
    }

    private Path jar(String name, Map<String, String> entries) throws IOException {
        Path jar = folder.resolve(name);
        try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (var entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private static List<String> texts(Tokens tokens) {
        var texts = new ArrayList<String>();
        var text = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.at(i) == 0) {
                texts.add(text.toString());
                text.setLength(0);
            } else {
                text.append((char) tokens.at(i));
            }
        }
        return texts;
    }
}
