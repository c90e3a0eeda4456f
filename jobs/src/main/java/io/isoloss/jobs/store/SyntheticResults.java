package io.isoloss.jobs.store;

import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.Compression;
import io.isoloss.analysis.runs.Compute;
import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Identity;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.analysis.runs.Manifest;
import io.isoloss.analysis.runs.Provenance;
import io.isoloss.analysis.runs.Quality;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.Size;
import io.isoloss.analysis.runs.Training;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A results folder of runs on a known surface, as a compaction leaves it, to measure what reads many: losses by {@link #LAW}
 * with noise of {@value #NOISE}, N and D log-uniform and independent, a curve of {@value #POINTS} points each. Arguments: the
 * folder, the number of runs.
 */
public final class SyntheticResults {
    /** The refit of Besiroglu et al. 2024 (arXiv:2404.10102). */
    public static final Chinchilla LAW = new Chinchilla(1.8172, 482.01, 2085.43, 0.3478, 0.3658);

    /** Standard deviation of the logarithm of a loss. */
    public static final double NOISE = 0.01;

    private static final int POINTS = 20;

    private SyntheticResults() {}

    /** Writes the folder. */
    public static void main(String[] arguments) throws IOException {
        write(arguments[0], Integer.parseInt(arguments[1]), ResultStore.RUNS_A_PART, ResultStore.POINTS_A_FILE);
    }

    /** Writes so many runs into a new folder, in parts of so many. */
    public static void write(String root, int runs, int runsAPart, int pointsAFile) throws IOException {
        new ResultStore(root).prepare();
        Compaction writer = new Compaction(Folder.at(root), runsAPart, pointsAFile);
        List<Manifest.Part> parts = new ArrayList<>();
        for (int from = 0; from < runs; from += runsAPart) {
            List<Run> some = IntStream.range(from, Math.min(runs, from + runsAPart))
                    .mapToObj(SyntheticResults::run)
                    .toList();
            List<Manifest.PartFile> curves = new ArrayList<>();
            List<CurvePoint> points = new ArrayList<>();
            for (Run run : some) {
                points.addAll(curve(run));
                writer.flush(points, curves, pointsAFile);
            }
            writer.flush(points, curves, 1);
            parts.add(writer.part(some, curves));
        }
        byte[] manifest = Manifest.of(1, parts).json();
        Folder.at(root).create("", Manifest.name(1), out -> out.write(manifest));
    }

    /** The run at a place; the same each time. */
    public static Run run(int place) {
        Random random = new Random(place);
        double params = 1e6 * Math.exp(random.nextDouble() * Math.log(1e4));
        double tokens = 1e8 * Math.exp(random.nextDouble() * Math.log(1e4));
        double loss = LAW.loss(params, tokens) * Math.exp(NOISE * random.nextGaussian());
        String id = id(place);
        int width = 64 << random.nextInt(6);
        String name = String.format(Locale.ROOT, "N%.0f-D%.0f-d%d", params, tokens, width);
        return new Run(
                new Identity(
                        id,
                        "scale",
                        "transformer",
                        width,
                        8,
                        8,
                        1024,
                        50257,
                        name,
                        (long) place,
                        specification(id),
                        null),
                new Size(params * 1.2, params, tokens, tokens),
                new Compute(6.5 * params * tokens, 6 * params * tokens),
                Quality.ofLoss(loss),
                new Cost(params / 1e4, params / 1e4, 1e5, 0.4, null, null, null, null, null, 4e8 + params),
                Inference.NONE,
                Compression.NONE,
                Training.NONE,
                Run.COMPLETED,
                null,
                new Provenance(
                        "0.1.0-SNAPSHOT+0123abc",
                        "nd4j 1.0.0-M2.1, spark 3.5.7",
                        "cpu avx2, one thread",
                        "host" + place % 16,
                        "2025-01-31T12:00:00Z",
                        (long) (tokens / 16384),
                        16,
                        null,
                        0.01,
                        null,
                        null));
    }

    private static List<CurvePoint> curve(Run run) {
        List<CurvePoint> curve = new ArrayList<>();
        for (int i = 1; i <= POINTS; i++) {
            double seen = run.tokens() * i / POINTS;
            double loss = LAW.loss(run.params(), seen);
            curve.add(new CurvePoint(run.id(), (long) i, seen, loss, loss + 0.01, 0.01, 1.0, 1.0 * i));
        }
        return curve;
    }

    private static String id(int place) {
        try {
            byte[] text = ("scale " + place).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** As long as a real one. */
    private static String specification(String id) {
        return "{\"corpus\":\"" + id + "\",\"shape\":\"" + "x".repeat(900) + "\"}";
    }
}
