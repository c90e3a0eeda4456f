package io.isoloss.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileTest {
    private static final Home HOME = Home.here();

    @TempDir
    private Path folder;

    @Test
    void isReadFromAFolderAFileOrByItsName() throws IOException {
        Path file = write("spark.task.cpus  2\nspark.eventLog.dir=${env:WHERE}/events\n");
        Map<String, String> wanted = Map.of("spark.task.cpus", "2", "spark.eventLog.dir", "/there/events");
        assertThat(read(folder.toString()).settings()).isEqualTo(wanted);
        assertThat(read(file.toString()).settings()).isEqualTo(wanted);
        assertThat(read("standalone").settings()).containsEntry("spark.speculation", "false");
        assertThat(read("standalone/gpu.conf").settings()).containsKey("spark.executor.resource.gpu.amount");
    }

    @Test
    void leavesWhatTheCommandLineSet() throws IOException {
        System.setProperty("spark.isoloss.test.one", "mine");
        try {
            write("spark.isoloss.test.one 1\nspark.isoloss.test.two 2\n");
            read(folder.toString()).apply();
            assertThat(System.getProperty("spark.isoloss.test.one")).isEqualTo("mine");
            assertThat(System.getProperty("spark.isoloss.test.two")).isEqualTo("2");
        } finally {
            System.clearProperty("spark.isoloss.test.one");
            System.clearProperty("spark.isoloss.test.two");
        }
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        assertThatThrownBy(() -> read("nowhere"))
                .isInstanceOf(IsolossException.class)
                .hasMessageStartingWith("Cannot use the profile 'nowhere': there is no file nowhere or ")
                .hasMessageEndingWith("or one of [kubernetes, secure, standalone, yarn]");
        Path file = write("spark.eventLog.dir ${env:UNSET}\n");
        assertThatThrownBy(() -> read(file.toString()))
                .hasMessageEndingWith("spark.eventLog.dir needs the environment variable UNSET; set it, or copy the"
                        + " profile and give the folder of the copy");
        write("sparc.task.cpus 2\n");
        assertThatThrownBy(() -> read(file.toString()))
                .hasMessageEndingWith("'sparc.task.cpus' is no setting of Spark; all of them begin with spark.");
        write("spark.authenticate.secret abcdefghijklmnop\n");
        assertThatThrownBy(() -> read(file.toString()))
                .hasMessageContaining("put the secret into the environment variable ISOLOSS_SPARK_SECRET")
                .hasMessageNotContaining("abcdefghijklmnop");
    }

    private Profile read(String name) {
        return Profile.read(name, HOME, variable -> variable.equals("UNSET") ? null : "/there");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("spark-defaults.conf"), text);
    }
}
