package io.isoloss.analysis.runs;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which compacted files of a results folder count: {@code manifest-N.json}, immutable, the highest N being in force. Its
 * last member is its own SHA-256, over the file with 64 zeros in the digest's place.
 *
 * @param version of this format
 * @param number N
 */
@JsonPropertyOrder({"version", "number", "parts", Manifest.OWN_DIGEST})
public record Manifest(
        int version,
        int number,
        List<Part> parts,
        @JsonProperty(Manifest.OWN_DIGEST) String ownDigest) {
    static final int CURRENT_VERSION = 1;
    static final String OWN_DIGEST = "manifestSha256";
    private static final byte[] BEFORE_DIGEST = ("\"" + OWN_DIGEST + "\":\"").getBytes(StandardCharsets.US_ASCII);
    private static final Pattern NAME = Pattern.compile("\\.?manifest-([0-9]{1,9})\\.json.*");
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true);

    /**
     * Some runs and all of their curves.
     *
     * @param runs the file below {@code runs}
     * @param curves files below {@code curves}
     * @param runIds of the rows of {@code runs}
     */
    public record Part(PartFile runs, List<PartFile> curves, List<String> runIds) {
        public Part {
            curves = List.copyOf(curves);
            runIds = List.copyOf(runIds);
        }
    }

    /** A file of a part: its name, the SHA-256 of all its bytes, its rows and bytes. */
    public record PartFile(String name, String sha256, long rows, long bytes) {
        public static PartFile of(String name, byte[] file, long rows) {
            return new PartFile(name, Sha256.of(file), rows, file.length);
        }
    }

    public Manifest {
        if (version != CURRENT_VERSION || number < 1) {
            throw new IllegalArgumentException("Invalid manifest (want version " + CURRENT_VERSION
                    + " and a number from 1): version " + version + ", number " + number);
        }
        parts = List.copyOf(parts);
    }

    public static Manifest of(int number, List<Part> parts) {
        return new Manifest(CURRENT_VERSION, number, parts, Seal.BLANK);
    }

    public static String name(int number) {
        return "manifest-" + number + ".json";
    }

    /** N of a manifest's name, whether in force, under way or set aside; 0 for any other name. */
    public static int number(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    public byte[] json() throws IOException {
        byte[] json = JSON.writeValueAsBytes(this);
        byte[] digest = Seal.digest(json, digestPlace(json)).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digest, 0, json, digestPlace(json), digest.length);
        return json;
    }

    /**
     * The manifest of a file.
     *
     * @throws IOException if a byte is not as it was written
     */
    public static Manifest parse(byte[] json) throws IOException {
        int at = digestPlace(json);
        if (at < 0) {
            throw new IOException("it does not end with its SHA-256");
        }
        String stated = new String(json, at, Seal.BLANK.length(), StandardCharsets.ISO_8859_1);
        if (!Seal.digest(json, at).equals(stated)) {
            throw new IOException("its SHA-256 is not the " + OWN_DIGEST + " that it states");
        }
        return JSON.readValue(json, Manifest.class);
    }

    /** The digest stands before the last quote and brace. */
    private static int digestPlace(byte[] json) {
        int at = json.length - 2 - Seal.BLANK.length();
        return Seal.standsBefore(json, at, BEFORE_DIGEST) ? at : -1;
    }
}
