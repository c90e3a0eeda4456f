package io.isoloss.jobs.cli;

import io.isoloss.jobs.cluster.Archive;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "package",
        description = "Writes the program with all that it needs but Java into one zip, for machines of a cluster:"
                + " unpacked it is a Spark home, and YARN takes it as spark.yarn.archive.")
final class PackageCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "FILE.zip",
            defaultValue = "isoloss.zip",
            description = "Where to; ${DEFAULT-VALUE} by default.")
    private Path out;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /** What the command answers. */
    record Answer(String archive, int jars, long bytes) {}

    @Override
    public Integer call() {
        Archive archive = Archive.here(Version.code());
        Answer answer = new Answer(out.toString(), archive.classPath().size(), archive.write(out));
        if (output.json()) {
            output.write(answer, spec.commandLine().getOut());
        } else {
            spec.commandLine()
                    .getOut()
                    .printf(Locale.ROOT, "%s: %d jars, %.0f MB%n", answer.archive, answer.jars, answer.bytes / 1e6);
        }
        return 0;
    }
}
