package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CheckpointTest {
    private static final int WEIGHTS = 40_000; // three chunks of the reader
    private static final SplittableRandom RANDOM = new SplittableRandom(4);

    private static Checkpoint sample() {
        double[][] history = new double[History.COLUMNS][];
        Arrays.setAll(history, column -> RANDOM.doubles(9_000).toArray());
        history[1][3] = Double.NaN;
        return new Checkpoint("{\"shape\":\"ü\"}", new TrainingState(floats(), floats(), floats(), history, 2));
    }

    private static float[] floats() {
        float[] values = new float[WEIGHTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) RANDOM.nextGaussian();
        }
        values[1] = -0.0f;
        return values;
    }

    private static byte[] written(Checkpoint checkpoint) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        checkpoint.write(out);
        return out.toByteArray();
    }

    private static Checkpoint read(byte[] bytes) throws IOException {
        return Checkpoint.read(new ByteArrayInputStream(bytes));
    }

    @Test
    void readsBackEveryBit() throws IOException {
        Checkpoint checkpoint = sample();
        Checkpoint back = read(written(checkpoint));
        assertThat(back.specification()).isEqualTo(checkpoint.specification());
        assertThat(back.state().weights).isEqualTo(checkpoint.state().weights);
        assertThat(back.state().history[2]).isEqualTo(checkpoint.state().history[2]);
        assertThat(written(back)).isEqualTo(written(checkpoint));
    }

    @Test
    void detectsAThousandFlippedBytes() throws IOException {
        byte[] bytes = written(sample());
        SplittableRandom random = new SplittableRandom(11);
        for (int flip = 0; flip < 1000; flip++) {
            // A third in the first 300 bytes, where format, lengths and header stand.
            int at = random.nextInt(flip % 3 == 0 ? 300 : bytes.length);
            byte mask = (byte) (1 + random.nextInt(255));
            bytes[at] ^= mask;
            assertThatThrownBy(() -> read(bytes)).as("byte %d", at).isInstanceOf(IOException.class);
            bytes[at] ^= mask;
        }
        assertThat(read(bytes).state().steps()).isEqualTo(9_000);
    }

    @Test
    void detectsAFileCutShortOrGrown() throws IOException {
        byte[] bytes = written(sample());
        for (int length : new int[] {0, 5, 22, 30, 100, 70_000, bytes.length - 33, bytes.length - 1}) {
            assertThatThrownBy(() -> read(Arrays.copyOf(bytes, length)))
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 1)))
                .hasMessage("its SHA-256 is not that of its content");
    }

    @Test
    void hostileCountsEndAtTheEndOfTheFile() {
        byte[] header =
                "{\"weights\":2147483647,\"steps\":2147483647}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(100);
        file.put("isoloss checkpoint 2\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        file.putInt(header.length).put(header);
        assertThatThrownBy(() -> read(file.array())).hasMessage("it is cut short");
    }
}
