package io.isoloss.analysis.runs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.InputFile;

/**
 * The SHA-256 of a Parquet file in its own footer. Page checksums leave out headers and the footer; under a seal no byte
 * can change unseen, and the file stays plain Parquet.
 *
 * <p>The digest is a value of the footer's key-value metadata, 64 hexadecimal digits, over the whole file with 64 zeros in
 * the digest's place. A schema with the property {@code seal} says that the file has one, so that damage to the key is
 * seen too. Files of earlier schemas, and those of others, have none.
 */
final class Seal {
    static final String KEY = "isoloss.sha256";
    private static final int DIGITS = 64;
    /** What stands in the digest's place while the file is hashed. */
    static final String BLANK = "0".repeat(DIGITS);

    private static final byte[] BLANK_BYTES = BLANK.getBytes(StandardCharsets.US_ASCII);
    /** The key, then the header of a string field and its length in Thrift's compact protocol. */
    private static final byte[] BEFORE_DIGEST = (KEY + "\u0018" + (char) DIGITS).getBytes(StandardCharsets.US_ASCII);

    private Seal() {}

    /** Puts the digest into a file that was written with {@link #BLANK} in its place. */
    static void set(byte[] file) {
        int at = place(file);
        if (at < 0) {
            throw new IllegalStateException("A Parquet file was written without a place for " + KEY);
        }
        byte[] digest = digest(file, at).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digest, 0, file, at, DIGITS);
    }

    /** @throws IOException if a file has another digest than it states, or none though its schema says that it has */
    static void check(byte[] file) throws IOException {
        int at = place(file);
        if (at < 0) {
            checkNoneIsDue(new BytesFile(file));
        } else if (!digest(file, at).equals(new String(file, at, DIGITS, StandardCharsets.ISO_8859_1))) {
            throw new IOException("its SHA-256 is not the " + KEY + " that it states");
        }
    }

    /** @throws IOException if the schema of a file says that it has a digest, or the footer can't be read */
    static void checkNoneIsDue(InputFile file) throws IOException {
        ParquetReadOptions options =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        try (ParquetFileReader reader = ParquetFileReader.open(file, options)) {
            Map<String, String> values = reader.getFileMetaData().getKeyValueMetaData();
            String schema = values.get("parquet.avro.schema");
            if (schema != null && new Schema.Parser().parse(schema).getProp("seal") != null) {
                throw new IOException("it does not state its " + KEY);
            }
        }
    }

    /** Where the digest begins: after the last key, since footers follow the data; -1 if there is none. */
    private static int place(byte[] file) {
        for (int at = file.length - DIGITS; at >= BEFORE_DIGEST.length; at--) {
            if (standsBefore(file, at, BEFORE_DIGEST)) {
                return at;
            }
        }
        return -1;
    }

    /** Whether bytes stand before a place that has room for a digest. */
    static boolean standsBefore(byte[] file, int at, byte[] before) {
        int from = at - before.length;
        return from >= 0 && at + DIGITS <= file.length && Arrays.equals(file, from, at, before, 0, before.length);
    }

    /** The SHA-256 of bytes with 64 zeros at a place. */
    static String digest(byte[] file, int at) {
        int after = at + DIGITS;
        return Sha256.of(
                ByteBuffer.wrap(file, 0, at),
                ByteBuffer.wrap(BLANK_BYTES),
                ByteBuffer.wrap(file, after, file.length - after));
    }
}
