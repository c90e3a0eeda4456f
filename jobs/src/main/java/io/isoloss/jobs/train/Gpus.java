package io.isoloss.jobs.train;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Finds the NVIDIA GPUs of this machine by asking nvidia-smi, which comes with the driver. */
public final class Gpus {
    private static final List<String> QUERY =
            List.of("nvidia-smi", "--query-gpu=index,name,compute_cap,memory.total", "--format=csv,noheader,nounits");
    private static final int MIB = 1 << 20;
    private static final int LONGEST_SECONDS = 20;

    private Gpus() {}

    /**
     * All GPUs; none where there is no nvidia-smi.
     *
     * @throws IsolossException of kind FAILED if nvidia-smi is there but does not answer
     */
    public static List<Device.Gpu> present() {
        return present(QUERY);
    }

    static List<Device.Gpu> present(List<String> query) {
        Process process;
        Path answer = null;
        try {
            answer = Files.createTempFile("isoloss-gpus", ".csv");
            try {
                process = new ProcessBuilder(query)
                        .redirectErrorStream(true)
                        .redirectOutput(answer.toFile())
                        .start();
            } catch (IOException e) { // no such program
                return List.of();
            }
            boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            String text = Files.readString(answer, StandardCharsets.ISO_8859_1).strip();
            if (!ended || process.exitValue() != 0) {
                throw unanswered(ended ? text : "no answer in " + LONGEST_SECONDS + " s", null);
            }
            return parse(text);
        } catch (IOException e) {
            throw unanswered(IsolossException.cause(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while nvidia-smi was asked", e);
        } finally {
            delete(answer);
        }
    }

    /** Reads lines of index, name, compute capability and MiB. */
    static List<Device.Gpu> parse(String text) {
        List<Device.Gpu> gpus = new ArrayList<>();
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            String[] cells = line.split(",", -1);
            try {
                String[] capability = cells[2].strip().split("\\.", 2);
                gpus.add(new Device.Gpu(
                        Integer.parseInt(cells[0].strip()),
                        cells[1].strip(),
                        new ComputeCapability(Integer.parseInt(capability[0]), Integer.parseInt(capability[1])),
                        mebibytes(cells[3].strip())));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw unanswered("the line '" + line + "' is not index, name, compute capability, MiB", e);
            }
        }
        return gpus;
    }

    /** GPUs that share the host's memory answer [N/A]. */
    private static Long mebibytes(String cell) {
        return cell.startsWith("[") ? null : (Long) (Long.parseLong(cell) * MIB);
    }

    private static IsolossException unanswered(String why, Exception cause) {
        return new IsolossException(
                Kind.FAILED,
                "Cannot list the GPUs with nvidia-smi: " + why + "; mend the driver until '" + String.join(" ", QUERY)
                        + "' answers, or train on the processor",
                cause);
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
