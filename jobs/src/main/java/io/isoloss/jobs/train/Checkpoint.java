package io.isoloss.jobs.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The state of a run as a file: a line that names the format, the length of a JSON header, the header, raw little-endian
 * arrays, and the SHA-256 of all before it. It holds numbers and text, never code or serialised objects.
 *
 * @param specification canonical JSON of the trial
 */
record Checkpoint(String specification, TrainingState state) {
    private static final byte[] MAGIC = "isoloss checkpoint 2\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_HEADER = 1 << 20;
    private static final int CHUNK = 1 << 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    void write(OutputStream file) throws IOException {
        MessageDigest digest = sha256();
        DataOutputStream out = new DataOutputStream(new DigestOutputStream(file, digest));
        byte[] header = JSON.writeValueAsBytes(header());
        out.write(MAGIC);
        out.writeInt(header.length);
        out.write(header);
        writeFloats(state.weights, out);
        writeFloats(state.firstMoment, out);
        writeFloats(state.secondMoment, out);
        for (double[] column : state.history) {
            writeDoubles(column, out);
        }
        out.flush();
        file.write(digest.digest());
    }

    private ObjectNode header() {
        return JSON.createObjectNode()
                .put("specification", specification)
                .put("weights", state.weights.length)
                .put("steps", state.steps())
                .put("resumes", state.resumes);
    }

    /** @throws IOException if the file is cut short, changed in any byte, or no checkpoint */
    static Checkpoint read(InputStream file) throws IOException {
        MessageDigest digest = sha256();
        DataInputStream in = new DataInputStream(new DigestInputStream(file, digest));
        try {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new IOException("it does not start as a checkpoint does");
            }
            int length = in.readInt();
            if (length < 2 || length > LONGEST_HEADER) {
                throw new IOException("its header cannot be " + length + " bytes long");
            }
            JsonNode header = JSON.readTree(in.readNBytes(length));
            int weights = count(header, "weights");
            int steps = count(header, "steps");
            float[] values = readFloats(weights, in);
            float[] firstMoment = readFloats(weights, in);
            float[] secondMoment = readFloats(weights, in);
            double[][] history = new double[History.COLUMNS][];
            for (int column = 0; column < history.length; column++) {
                history[column] = readDoubles(steps, in);
            }
            TrainingState state = new TrainingState(
                    values,
                    firstMoment,
                    secondMoment,
                    history,
                    header.path("resumes").asInt());
            byte[] found = digest.digest();
            if (!Arrays.equals(found, file.readNBytes(found.length)) || file.read() != -1) {
                throw new IOException("its SHA-256 is not that of its content");
            }
            return new Checkpoint(header.path("specification").asText(), state);
        } catch (EOFException e) {
            throw new IOException("it is cut short", e);
        }
    }

    private static int count(JsonNode header, String name) throws IOException {
        int count = header.path(name).asInt(-1);
        if (count < 0) {
            throw new IOException("its header has no count of " + name);
        }
        return count;
    }

    private static void writeFloats(float[] values, DataOutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int from = 0; from < values.length; from += CHUNK / Float.BYTES) {
            int count = Math.min(CHUNK / Float.BYTES, values.length - from);
            littleEndian(chunk).asFloatBuffer().put(values, from, count);
            out.write(chunk, 0, count * Float.BYTES);
        }
    }

    private static void writeDoubles(double[] values, DataOutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int from = 0; from < values.length; from += CHUNK / Double.BYTES) {
            int count = Math.min(CHUNK / Double.BYTES, values.length - from);
            littleEndian(chunk).asDoubleBuffer().put(values, from, count);
            out.write(chunk, 0, count * Double.BYTES);
        }
    }

    /** Grows as it reads, so that a false count ends at the end of the file and not of the memory. */
    private static float[] readFloats(int length, DataInputStream in) throws IOException {
        float[] values = new float[Math.min(length, CHUNK)];
        byte[] chunk = new byte[CHUNK];
        for (int from = 0; from < length; ) {
            int count = Math.min(CHUNK / Float.BYTES, length - from);
            in.readFully(chunk, 0, count * Float.BYTES);
            if (from + count > values.length) {
                values = Arrays.copyOf(values, (int) Math.min(length, 2L * values.length));
            }
            littleEndian(chunk).asFloatBuffer().get(values, from, count);
            from += count;
        }
        return values;
    }

    private static double[] readDoubles(int length, DataInputStream in) throws IOException {
        double[] values = new double[Math.min(length, CHUNK)];
        byte[] chunk = new byte[CHUNK];
        for (int from = 0; from < length; ) {
            int count = Math.min(CHUNK / Double.BYTES, length - from);
            in.readFully(chunk, 0, count * Double.BYTES);
            if (from + count > values.length) {
                values = Arrays.copyOf(values, (int) Math.min(length, 2L * values.length));
            }
            littleEndian(chunk).asDoubleBuffer().get(values, from, count);
            from += count;
        }
        return values;
    }

    private static ByteBuffer littleEndian(byte[] chunk) {
        return ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
