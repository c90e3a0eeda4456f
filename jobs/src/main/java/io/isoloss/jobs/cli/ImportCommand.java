package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.ImportedRuns;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.store.ResultStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        description =
                "Takes outside runs into a folder of runs, under ids that derive from their content: a run that the"
                        + " folder holds already is not written again.")
final class ImportCommand implements Callable<Integer> {
    @Mixin
    private RunsSource runs;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder of runs, made if need be.")
    private String out;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /**
     * What the command answers.
     *
     * @param read runs in the source
     * @param imported runs that were written
     * @param present runs that the folder held already
     * @param file name of the new file below the folder; null if there was nothing to write
     * @param warnings what was left out or taken otherwise than written
     */
    record Answer(String source, String out, int read, int imported, int present, String file, List<String> warnings) {}

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        RunTable table = runs.read(err);
        if (table.runs().isEmpty()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot import from " + runs.address() + ": it holds no runs; give a table with rows.");
        }
        List<Run> identified =
                ImportedRuns.identified(table.runs(), runs.path().getFileName().toString());
        ResultStore store = new ResultStore(out);
        store.prepare();
        RunTable before = store.read();
        before.problems().forEach(problem -> err.println("warning: " + problem.message()));
        Set<String> ids = before.runs().stream().map(Run::id).collect(Collectors.toSet());
        List<Run> fresh =
                identified.stream().filter(run -> !ids.contains(run.id())).toList();
        String id = fresh.isEmpty() ? null : ImportedRuns.fileId(fresh);
        if (id != null) {
            write(store, id, fresh);
        }
        Answer answer = new Answer(
                runs.address(),
                out,
                identified.size(),
                fresh.size(),
                identified.size() - fresh.size(),
                id == null ? null : "runs/" + id + ".parquet",
                table.problems().stream().map(Problem::message).toList());
        if (output.json()) {
            output.write(answer, spec.commandLine().getOut());
        } else {
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%d runs imported into %s, %d of %d were there already%n",
                            answer.imported(), out, answer.present(), answer.read());
        }
        return 0;
    }

    private void write(ResultStore store, String id, List<Run> fresh) {
        try {
            store.write(id, fresh);
        } catch (IOException e) {
            throw new IsolossException(
                    Kind.FAILED,
                    "Cannot write runs to '" + out + "' (" + IsolossException.cause(e)
                            + "); make room for them and give the same command again",
                    e);
        }
    }
}
