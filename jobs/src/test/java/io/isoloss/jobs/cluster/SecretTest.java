package io.isoloss.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
    private static final String VALUE = "0123456789abcdef";

    @TempDir
    private Path folder;

    @Test
    void comesFromTheEnvironmentOrAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), VALUE + "\n");
        assertThat(Secret.named("S", Map.of("S", VALUE)::get).orElseThrow().reveal())
                .isEqualTo(VALUE);
        assertThat(Secret.named("S", Map.of("S_FILE", file.toString())::get)
                        .orElseThrow()
                        .reveal())
                .isEqualTo(VALUE);
        assertThat(Secret.named("S", Map.<String, String>of()::get)).isEmpty();
    }

    @Test
    void isNotPrintedAndNotGuessed() {
        assertThat(Secret.named("S", Map.of("S", VALUE)::get).orElseThrow()).hasToString("(secret)");
        assertThatThrownBy(() -> Secret.named("S", Map.of("S", "short-one")::get))
                .hasMessage("Cannot use the secret of S: it has 9 characters, want at least 16; make one with: openssl"
                        + " rand -hex 32");
        assertThatThrownBy(() -> Secret.named(
                        "S", Map.of("S_FILE", folder.resolve("none").toString())::get))
                .hasMessageStartingWith("Cannot read the secret of S_FILE from '" + folder + "/none'");
    }

    @Test
    void theGuardOfThePagesLetsInWhoKnowsItUnderAnyName() {
        PageGuard guard =
                PageGuard.with(Secret.named("S", Map.of("S", VALUE)::get).orElseThrow());
        assertThat(guard.knows(basic("me:" + VALUE))).isTrue();
        assertThat(guard.knows(basic(":" + VALUE))).isTrue();
        assertThat(guard.knows(basic("me:" + VALUE + "x"))).isFalse();
        assertThat(guard.knows(basic(VALUE))).isFalse();
        assertThat(guard.knows("Bearer " + VALUE)).isFalse();
        assertThat(guard.knows("Basic !!")).isFalse();
        assertThat(guard.knows(null)).isFalse();
        assertThat(PageGuard.with(null).knows(basic("me:" + VALUE)))
                .as("without a secret nobody comes in")
                .isFalse();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
