package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.jobs.config.ConfigException;
import io.isoloss.jobs.corpus.CorpusException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The program. */
@Command(
        name = "isoloss",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        description = "Trains grids of models, fits the loss surface and says what compute should buy.",
        subcommands = {
            PlanCommand.class,
            RunCommand.class,
            StatusCommand.class,
            WhyRerunCommand.class,
            TuneCommand.class,
            ImportCommand.class,
            FitCommand.class,
            FrontierCommand.class,
            AuditCommand.class,
            AsymptoteCommand.class,
            CompareCommand.class,
            BudgetCommand.class,
            QueryCommand.class,
            ReportCommand.class,
            DoctorCommand.class,
            PackageCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage or config, 3 the data cannot support the answer,",
            "4 finished with failed trials."
        })
public final class Isoloss {
    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    static final int FAILED_TRIALS = 4;

    private Isoloss() {}

    public static void main(String[] arguments) {
        CommandLine line = commandLine();
        int exitCode = line.execute(arguments);
        line.getOut().flush();
        System.exit(exitCode);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Isoloss())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, line, parsed) -> explain(e, line));
    }

    /** Messages that are meant for the user are all that the user sees; anything else is a defect and shows its trace. */
    private static int explain(Exception e, CommandLine line) {
        if (e instanceof IsolossException known) {
            line.getErr().println(known.getMessage());
            return known.kind().exitCode();
        }
        if (e instanceof ConfigException || e instanceof CorpusException) {
            line.getErr().println(e.getMessage());
            return BAD_INPUT;
        }
        line.getErr().println("Cannot go on: this is a defect of isoloss; please report it with the lines below.");
        e.printStackTrace(line.getErr());
        return FAILED;
    }
}
