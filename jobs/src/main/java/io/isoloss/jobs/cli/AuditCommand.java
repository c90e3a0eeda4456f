package io.isoloss.jobs.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.frontier.Audit;
import io.isoloss.analysis.frontier.Model;
import io.isoloss.analysis.frontier.PublicModel;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "audit",
        description = "Whether and by how much each run, and each model named, is past compute-optimal."
                + " Instead of runs, takes a law that fit --save wrote.")
final class AuditCommand implements Callable<Integer> {
    @Mixin
    private RunsSource runs;

    @Mixin
    private Fitting fitting;

    @Option(
            names = "--model",
            paramLabel = "name,params,tokens[,loss]",
            description = "A model to audit, counted as the runs are; may be given many times.")
    private List<String> models = List.of();

    @Option(
            names = "--catalogue",
            description = "Audit well-known public models as well: N, D, year and source from papers and model cards.")
    private boolean catalogue;

    @Option(
            names = "--inference-tokens",
            paramLabel = "T",
            description = "Tokens that each model serves: adds what it costs over its life (Sardana et al. 2023).")
    private Double inferenceTokens;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (inferenceTokens != null && !(inferenceTokens >= 0 && Double.isFinite(inferenceTokens))) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot audit with --inference-tokens " + inferenceTokens
                            + "; want a finite number not below 0, such as 2e12");
        }
        List<Model> audited = new ArrayList<>();
        FittedLaw law;
        if (runs.isLaw()) {
            law = FittedLaw.load(runs.path());
        } else {
            RunTable table = runs.readGroup(spec.commandLine().getErr());
            List<Observation> points = Observation.from(table.runs());
            law = LawFit.fit(Chinchilla.FORM, points, fitting.options()).fitted();
            Map<String, String> labels = table.runs().stream().collect(Collectors.toMap(Run::id, Run::label));
            points.forEach(point -> audited.add(Model.of(point).named(labels.get(point.name()))));
        }
        models.forEach(model -> audited.add(parse(model)));
        int named = audited.size();
        if (catalogue) {
            PublicModel.catalogue().forEach(model -> audited.add(model.model()));
        }
        if (audited.isEmpty()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Nothing to audit: a law holds no runs; name a model with --model, or"
                            + " take the public ones with --catalogue.");
        }
        List<Audit> audits = Audit.of(law, audited, inferenceTokens);
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            output.write(catalogue ? sourced(audits, named) : audits, out);
        } else {
            print(audits, named, out);
        }
        if (catalogue) {
            note(
                    law,
                    audits.subList(named, audits.size()),
                    output.json() ? spec.commandLine().getErr() : out);
        }
        return 0;
    }

    /**
     * An audit and where N and D come from.
     *
     * @param year null, like the next two, for a model that is not of the catalogue
     */
    record Sourced(@JsonUnwrapped Audit audit, Integer year, String source, String note) {}

    /** The last of the audits are those of the catalogue, in its order. */
    private static List<Sourced> sourced(List<Audit> audits, int named) {
        List<Sourced> rows = new ArrayList<>();
        for (int i = 0; i < audits.size(); i++) {
            PublicModel model = i < named ? null : PublicModel.catalogue().get(i - named);
            rows.add(
                    model == null
                            ? new Sourced(audits.get(i), null, null, null)
                            : new Sourced(audits.get(i), model.year(), model.source(), model.note()));
        }
        return rows;
    }

    private static void note(FittedLaw law, List<Audit> audits, PrintWriter out) {
        List<Double> outside = audits.stream()
                .map(audit -> Math.max(audit.flops() / law.highestFlops(), law.lowestFlops() / audit.flops()))
                .filter(factor -> factor > 1)
                .toList();
        out.println(
                "note: N holds all parameters and D the makers' own tokens; counting, corpus, tokenizer and recipe differ"
                        + " from the law's runs. A verdict is about the sizes under this law, not about a model's loss.");
        if (!outside.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "note: %d of %d lie outside the fitted compute (%s to %s FLOPs), by up to %s times: there the law"
                            + " extrapolates.%n",
                    outside.size(),
                    audits.size(),
                    TextTable.number(law.lowestFlops()),
                    TextTable.number(law.highestFlops()),
                    TextTable.number(Collections.max(outside)));
        }
    }

    /** A model as written on the command line. */
    static Model parse(String text) {
        String[] parts = text.split(",", -1);
        try {
            if (parts.length == 3 || parts.length == 4) {
                Double loss = parts.length == 4 ? Double.valueOf(parts[3]) : null;
                return new Model(parts[0], Double.parseDouble(parts[1]), Double.parseDouble(parts[2]), null, loss);
            }
        } catch (IllegalArgumentException e) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot read --model '" + text + "' (" + e.getMessage()
                            + "); want name,params,tokens[,loss], such as llama-2-7b,6.7e9,2e12",
                    e);
        }
        throw new IsolossException(
                Kind.BAD_INPUT,
                "Cannot read --model '" + text + "': " + parts.length
                        + " parts; want name,params,tokens[,loss], such as llama-2-7b,6.7e9,2e12");
    }

    private void print(List<Audit> audits, int named, PrintWriter out) {
        List<String> header = new ArrayList<>(List.of(
                "model",
                "N",
                "D",
                "D/N",
                "optimal D/N",
                "loss",
                "excess loss",
                "excess compute",
                "P(past)",
                "verdict"));
        if (catalogue) {
            header.addAll(List.of("year", "source"));
        }
        TextTable table = new TextTable(header.toArray(String[]::new));
        if (catalogue) {
            table.endingInWords();
        }
        for (int i = 0; i < audits.size(); i++) {
            List<String> cells = new ArrayList<>(cells(audits.get(i)));
            if (catalogue) {
                PublicModel model = i < named ? null : PublicModel.catalogue().get(i - named);
                cells.add(model == null ? "" : String.valueOf(model.year()));
                cells.add(model == null ? "" : source(model));
            }
            table.row(cells.toArray(String[]::new));
        }
        out.print(table);
        if (inferenceTokens != null) {
            out.println();
            printLifetimes(audits, out);
        }
    }

    private static String source(PublicModel model) {
        return model.note() == null ? model.source() : model.source() + " (" + model.note() + ")";
    }

    private static List<String> cells(Audit audit) {
        return List.of(
                audit.name(),
                TextTable.number(audit.params()),
                TextTable.number(audit.tokens()),
                TextTable.number(audit.tokensPerParam()),
                TextTable.number(audit.optimalTokensPerParam()),
                TextTable.number(audit.loss()),
                TextTable.number(audit.excessLoss()),
                String.format(Locale.ROOT, "%.1f %%", 100 * audit.excessCompute()),
                audit.probabilityPastOptimal() == null ? "unknown" : TextTable.number(audit.probabilityPastOptimal()),
                audit.verdict());
    }

    private void printLifetimes(List<Audit> audits, PrintWriter out) {
        String served = "FLOPs with " + TextTable.number(inferenceTokens) + " served";
        TextTable table = new TextTable("model", "N", served, "cheapest N", "cheaper than optimal from");
        for (Audit audit : audits) {
            table.row(
                    audit.name(),
                    TextTable.number(audit.params()),
                    TextTable.number(audit.lifetimeFlops()),
                    TextTable.number(audit.lifetimeOptimalParams()),
                    audit.breakEvenInferenceTokens() == null
                            ? "never"
                            : TextTable.number(audit.breakEvenInferenceTokens()) + " tokens");
        }
        out.print(table);
    }
}
