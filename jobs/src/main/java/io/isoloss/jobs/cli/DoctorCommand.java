package io.isoloss.jobs.cli;

import io.isoloss.jobs.doctor.Check;
import io.isoloss.jobs.doctor.Check.Status;
import io.isoloss.jobs.doctor.Doctor;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description = "Looks whether this machine can train, and says what to do where it can't."
                + " Ends with 1 if there is a problem; a warning is none.")
final class DoctorCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Folder of the results to be, also the URI of one; ${DEFAULT-VALUE} by default.")
    private String out;

    @Option(names = "--master", paramLabel = "URL", description = "Spark master to try a small job on.")
    private String master;

    @Mixin
    private Profiles profiles = new Profiles();

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /** What the command answers. */
    record Answer(List<Check> checks, long warnings, long problems) {
        static Answer of(List<Check> checks) {
            return new Answer(checks, count(checks, Status.WARNING), count(checks, Status.PROBLEM));
        }

        private static long count(List<Check> checks, Status status) {
            return checks.stream().filter(check -> check.status() == status).count();
        }
    }

    @Override
    public Integer call() {
        profiles.apply();
        return answer(Answer.of(Doctor.examine(out, master)));
    }

    private int answer(Answer answer) {
        PrintWriter to = spec.commandLine().getOut();
        if (output.json()) {
            output.write(answer, to);
        } else {
            TextTable table = new TextTable("check", "", "found").endingInWords();
            for (Check check : answer.checks()) {
                table.row(check.name(), check.status().word(), check.found());
                if (check.remedy() != null) {
                    table.row("", "", "to do: " + check.remedy());
                }
            }
            to.print(table);
            to.println(counted(answer.problems(), "problem") + ", " + counted(answer.warnings(), "warning"));
        }
        return answer.problems() == 0 ? 0 : Isoloss.FAILED;
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
