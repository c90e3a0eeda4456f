package io.isoloss.analysis.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final CurvePoint POINT = new CurvePoint("a", 10L, 640.0, 2.5, null, 1e-3, null, 0.5);

    @Test
    void everyByteOfAFileIsUnderTheSeal() throws IOException {
        byte[] whole = ParquetTable.CURVES.bytes(List.of(POINT));
        Random random = new Random(1);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 + random.nextInt(255));
            assertThatThrownBy(() -> read(flipped))
                    .as("byte %d of %d", at, whole.length)
                    .isInstanceOf(IsolossException.class);
        }
        assertThat(read(whole)).containsExactly(POINT);
    }

    @Test
    void seesAFileThatWasCutShort() throws IOException {
        byte[] whole = ParquetTable.CURVES.bytes(List.of(POINT));
        for (int length = 0; length < whole.length; length += 7) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).as("%d bytes", length).isInstanceOf(IsolossException.class);
        }
    }

    /** A run's failure is free text, and may hold what looks like a seal. */
    @Test
    void isNotDeceivedByDataThatLooksLikeASeal() throws IOException {
        String text = Seal.KEY + "\u0018@" + Seal.BLANK;
        CurvePoint point = new CurvePoint(text, 10L, 640.0, 2.5, null, 1e-3, null, 0.5);
        byte[] whole = ParquetTable.CURVES.bytes(List.of(point));
        assertThat(new String(whole, StandardCharsets.ISO_8859_1)).contains(text);
        assertThat(read(whole)).containsExactly(point);
    }

    @Test
    void aSealedSchemaWithoutADigestIsDamage() throws IOException {
        byte[] file = ParquetTable.CURVES.bytes(List.of(POINT));
        int key = new String(file, StandardCharsets.ISO_8859_1).lastIndexOf(Seal.KEY + "\u0018");
        file[key] = 'I';
        assertThatThrownBy(() -> read(file)).hasMessageContaining("it does not state its isoloss.sha256");
    }

    private static List<CurvePoint> read(byte[] file) {
        return ParquetTable.CURVES.read("curve", new BytesFile(file));
    }
}
