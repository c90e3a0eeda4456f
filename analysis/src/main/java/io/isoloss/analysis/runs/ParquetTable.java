package io.isoloss.analysis.runs;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

/**
 * Records in immutable, sealed Parquet files under a versioned Avro schema, with page checksums written and verified. Works
 * without Hadoop's configuration, so that a command starts fast.
 */
public final class ParquetTable<T extends Record> {
    public static final ParquetTable<Run> RUNS = new ParquetTable<>(Run.class, "runs-v4.avsc");
    public static final ParquetTable<CurvePoint> CURVES = new ParquetTable<>(CurvePoint.class, "curves-v2.avsc");

    /** More than any file of ours has. */
    private static final long MOST_BYTES = 512L << 20;

    /** Rows below which dictionaries and indices of a file take more than they save. */
    private static final int SEARCHED_ROWS = 100;

    private final RecordColumns<T> columns;
    private final Schema schema;

    private ParquetTable(Class<T> type, String schemaResource) {
        this.columns = new RecordColumns<>(type);
        try (InputStream in = ParquetTable.class.getResourceAsStream(schemaResource)) {
            this.schema = new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read schema " + schemaResource, e);
        }
    }

    /** The Avro schema, with a doc string and unit for each column. */
    public Schema schema() {
        return schema;
    }

    public RecordColumns<T> columns() {
        return columns;
    }

    /** All rows as one sealed file. Uncompressed: the codecs start Hadoop's configuration. */
    public byte[] bytes(List<T> rows) throws IOException {
        BytesOutput file = new BytesOutput();
        boolean searched = rows.size() >= SEARCHED_ROWS;
        try (ParquetWriter<GenericRecord> writer = AvroParquetWriter.<GenericRecord>builder(file)
                .withSchema(schema)
                .withDataModel(GenericData.get())
                .withConf(new PlainParquetConfiguration())
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .withPageWriteChecksumEnabled(true)
                .withDictionaryEncoding(searched)
                .withStatisticsEnabled(searched)
                .withSizeStatisticsEnabled(searched)
                .withExtraMetaData(Map.of(Seal.KEY, Seal.BLANK))
                .build()) {
            for (T row : rows) {
                GenericRecord record = new GenericData.Record(schema);
                columns.flatten(row).forEach(record::put);
                writer.write(record);
            }
        }
        byte[] bytes = file.bytes();
        Seal.set(bytes);
        return bytes;
    }

    /** Writes all rows beside {@code file} under a hidden name, forces them to disk, and renames atomically. */
    public void write(Path file, List<T> rows) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path hidden = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            try (FileChannel channel =
                    FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                Channels.newOutputStream(channel).write(bytes(rows));
                channel.force(true);
            }
            Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(hidden);
        }
    }

    /**
     * All rows of a file that this table wrote, in any schema version.
     *
     * @param name what a message calls the file
     * @throws IsolossException of kind FAILED if the file is damaged, BAD_INPUT if a row is impossible
     */
    public List<T> read(String name, InputFile file) {
        return assembled(name, readColumns(name, () -> checked(file, null)));
    }

    /**
     * As {@link #read(String, InputFile)}, for a file of a results folder.
     *
     * @param sha256 of all bytes of the file, as a manifest has it; null for what the file says itself
     */
    public List<T> read(StoredFiles files, String subfolder, String name, String sha256) {
        return assembled(files.address(subfolder, name), readColumns(files, subfolder, name, sha256));
    }

    /** As {@link #read(String, InputFile)}, of all bytes of a file. */
    public List<T> read(String name, byte[] file) {
        return read(name, new BytesFile(file));
    }

    /**
     * Looks at every byte of a file of a results folder.
     *
     * @param sha256 of all bytes of the file, as a manifest has it; null for what the file says itself
     * @throws IsolossException of kind FAILED if the file is damaged, BAD_INPUT if it is none of this table
     */
    public void check(StoredFiles files, String subfolder, String name, String sha256) {
        if (sha256 == null) {
            read(files, subfolder, name, null); // files of early versions have nothing but their pages' checksums
            return;
        }
        try {
            checked(files.file(subfolder, name), sha256);
        } catch (IOException e) {
            throw unreadable(files.address(subfolder, name), e);
        }
    }

    private List<T> assembled(String name, List<Map<String, Object>> columnRows) {
        List<T> rows = new ArrayList<>();
        for (Map<String, Object> row : columnRows) {
            try {
                rows.add(columns.assemble(row::get));
            } catch (IllegalArgumentException e) {
                throw new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot read row " + (rows.size() + 1) + " of " + name + ": " + e.getMessage(),
                        e);
            }
        }
        return rows;
    }

    /** As {@link #read(String, InputFile)}, for a local file. */
    public List<T> read(Path file) {
        return read(file.toString(), new LocalInputFile(file));
    }

    /** Every row of any flat Parquet file, ours or not, by column name. */
    static List<Map<String, Object>> readColumns(String name, InputFile file) {
        return readColumns(name, () -> checked(file, null));
    }

    static List<Map<String, Object>> readColumns(StoredFiles files, String subfolder, String name, String sha256) {
        return readColumns(files.address(subfolder, name), () -> checked(files.file(subfolder, name), sha256));
    }

    /** Gives a file to read. */
    @FunctionalInterface
    private interface Opening {
        InputFile open() throws IOException;
    }

    private static List<Map<String, Object>> readColumns(String name, Opening file) {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (ParquetReader<GenericRecord> reader = AvroParquetReader.<GenericRecord>builder(
                        file.open(), new PlainParquetConfiguration())
                .withDataModel(GenericData.get())
                .usePageChecksumVerification(true)
                .build()) {
            for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
                Map<String, Object> values = new LinkedHashMap<>();
                for (Schema.Field field : row.getSchema().getFields()) {
                    Object value = row.get(field.pos());
                    values.put(field.name(), value instanceof CharSequence text ? text.toString() : value);
                }
                rows.add(values);
            }
        } catch (IOException | RuntimeException e) {
            throw unreadable(name, e);
        }
        return rows;
    }

    /** A file whose digest or seal was checked: read whole, unless it is larger than any of ours. */
    private static InputFile checked(InputFile file, String sha256) throws IOException {
        if (file.getLength() > MOST_BYTES) {
            Seal.checkNoneIsDue(file);
            return file;
        }
        byte[] bytes = BytesFile.read(file);
        if (sha256 == null) {
            Seal.check(bytes);
        } else if (!Sha256.of(bytes).equals(sha256)) {
            throw new IOException("its SHA-256 is not the one in the manifest");
        }
        return new BytesFile(bytes);
    }

    private static IsolossException unreadable(String name, Exception e) {
        return new IsolossException(
                Kind.FAILED,
                "Cannot read " + name + ": the file is damaged or no Parquet (" + rootCause(e)
                        + "); remove it or restore it from its source.",
                e);
    }

    private static String rootCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
