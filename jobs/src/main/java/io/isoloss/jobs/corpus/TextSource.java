package io.isoloss.jobs.corpus;

import io.isoloss.jobs.corpus.Corpus.DocumentCounts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Text from files, as bytes.
 *
 * <p>A document is trimmed of white space and known by the SHA-256 of what is left. Empty documents and those with a
 * zero byte, taken for binary, are skipped; of equal ones the first is kept. Documents are ordered by hash, which shuffles
 * them and leaves no trace of paths; those whose hash, read as a fraction of all hashes, lies below the validation
 * fraction are held out. So a document stays on its side whatever is added beside it.
 *
 * @param paths files and folders
 * @param extensions file name endings to read, without the dot; empty for all
 * @param validationFraction share of documents held out, between 0 and 1
 * @param classedBy what makes the class of a document; null for none
 */
public record TextSource(
        List<TextPath> paths, List<String> extensions, double validationFraction, DocumentClasses classedBy)
        implements CorpusSource {

    private static final Tokenizer TOKENIZER = new ByteTokenizer();

    public TextSource {
        paths = List.copyOf(paths);
        extensions = List.copyOf(extensions);
        if (paths.isEmpty() || !(validationFraction > 0 && validationFraction < 1)) {
            throw new IllegalArgumentException("Invalid text corpus (want paths and a validation fraction between 0 and"
                    + " 1): " + paths.size() + " paths, fraction " + validationFraction);
        }
        int classes = classedBy == DocumentClasses.PATH ? paths.size() : extensions.size();
        if (classedBy != null && classes < 2) {
            throw new IllegalArgumentException("Invalid text corpus (want two or more "
                    + (classedBy == DocumentClasses.PATH ? "paths" : "extensions") + " to tell classes by): "
                    + classes);
        }
    }

    @Override
    public int vocabulary() {
        return TOKENIZER.vocabulary();
    }

    /** Extensions as they are, paths by their last name. */
    @Override
    public List<String> classes() {
        if (classedBy == null) {
            return List.of();
        }
        return classedBy == DocumentClasses.EXTENSION
                ? extensions
                : addresses().stream()
                        .map(address -> address.replaceFirst("/+$", "").replaceFirst(".*/", ""))
                        .toList();
    }

    @Override
    public Corpus load() {
        var found = new Found();
        var reader = new DocumentReader(extensions);
        for (TextPath path : paths) {
            reader.read(
                    path,
                    FileTree.holding(path.address()),
                    (name, document) -> found.add(document, classOf(path, name)));
        }
        if (found.documents.isEmpty()) {
            throw new CorpusException("Cannot build a corpus: no text in " + addresses()
                    + (extensions.isEmpty() ? "" : " under the extensions " + extensions)
                    + " (" + found.binary + " binary documents skipped); add paths or extensions");
        }
        String bound = HexFormat.of().toHexDigits((long) (validationFraction * 0x1p63) << 1);
        var validation = found.documents.headMap(bound, false);
        var train = found.documents.tailMap(bound, true);
        if (validation.isEmpty() || train.isEmpty()) {
            throw new CorpusException("Cannot split a corpus of " + found.documents.size() + " documents: a validation"
                    + " fraction of " + validationFraction + " leaves " + train.size() + " to train and "
                    + validation.size() + " to validate on; cut the text into more files or change the fraction");
        }
        Tokens held = encode(validation);
        Corpus.Classes classes =
                classedBy == null ? null : new Corpus.Classes(classes(), classed(train), classed(validation));
        return new Corpus(
                new CorpusIdentity(digest(found.documents), TOKENIZER.id(), validationFraction),
                TOKENIZER.vocabulary(),
                encode(train),
                held,
                new DocumentCounts(train.size(), validation.size(), found.duplicates, found.binary),
                classes,
                (double) length(validation) / held.size());
    }

    private int classOf(TextPath path, String name) {
        if (classedBy == null) {
            return 0;
        }
        if (classedBy == DocumentClasses.PATH) {
            return paths.indexOf(path);
        }
        for (int i = 0; i < extensions.size(); i++) {
            if (name.endsWith("." + extensions.get(i))) {
                return i;
            }
        }
        throw new CorpusException("Cannot tell the class of corpus file '" + name + "': it has none of the extensions "
                + extensions + "; add its extension or leave it out");
    }

    private List<String> addresses() {
        return paths.stream().map(TextPath::address).toList();
    }

    /** A trimmed text and its class. */
    private static final class Document {
        final byte[] text;
        final int documentClass;

        Document(byte[] text, int documentClass) {
            this.text = text;
            this.documentClass = documentClass;
        }
    }

    /** Documents by the hex of their hash, and what was left out. */
    private static final class Found {
        final NavigableMap<String, Document> documents = new TreeMap<>();
        int duplicates;
        int binary;

        void add(byte[] raw, int documentClass) {
            byte[] document = trim(raw);
            if (contains(document, (byte) 0)) {
                binary++;
            } else if (document.length > 0) {
                MessageDigest digest = Sha256.start();
                digest.update(document);
                if (documents.putIfAbsent(Sha256.finish(digest), new Document(document, documentClass)) != null) {
                    duplicates++;
                }
            }
        }
    }

    private static byte[] trim(byte[] raw) {
        int from = 0;
        int to = raw.length;
        while (from < to && isSpace(raw[from])) {
            from++;
        }
        while (to > from && isSpace(raw[to - 1])) {
            to--;
        }
        return from == 0 && to == raw.length ? raw : Arrays.copyOfRange(raw, from, to);
    }

    private static boolean isSpace(byte value) {
        return value == ' ' || (value >= '\t' && value <= '\r');
    }

    private static boolean contains(byte[] document, byte wanted) {
        for (byte value : document) {
            if (value == wanted) {
                return true;
            }
        }
        return false;
    }

    private String digest(Map<String, Document> documents) {
        MessageDigest digest = Sha256.start();
        digest.update(("text-1 " + validationFraction + "\n").getBytes(StandardCharsets.UTF_8));
        documents.forEach((hash, document) -> {
            String known = classedBy == null ? hash : hash + " " + classes().get(document.documentClass);
            digest.update((known + "\n").getBytes(StandardCharsets.UTF_8));
        });
        return Sha256.finish(digest);
    }

    /** Bytes with a separator after each document. */
    private static long length(Map<String, Document> documents) {
        return documents.values().stream()
                .mapToLong(document -> document.text.length + 1L)
                .sum();
    }

    private static Tokens encode(Map<String, Document> documents) {
        var encoded = documents.values().stream()
                .map(document -> TOKENIZER.encode(document.text))
                .toList();
        long size = encoded.stream().mapToLong(ids -> ids.length + 1L).sum();
        if (size > Integer.MAX_VALUE - 8) {
            throw new CorpusException("Cannot hold a split of " + size + " tokens (at most 2147483639); drop paths");
        }
        var tokens = new char[(int) size];
        int at = 0;
        for (char[] ids : encoded) {
            System.arraycopy(ids, 0, tokens, at, ids.length);
            at += ids.length;
            tokens[at++] = (char) TOKENIZER.separator();
        }
        return Tokens.owning(tokens);
    }

    /** The class of each token that {@link #encode} makes. */
    private static Tokens classed(Map<String, Document> documents) {
        var classes = new char[Math.toIntExact(length(documents))];
        int at = 0;
        for (Document document : documents.values()) {
            int end = at + document.text.length + 1;
            Arrays.fill(classes, at, end, (char) document.documentClass);
            at = end;
        }
        return Tokens.owning(classes);
    }
}
