package io.isoloss.jobs.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.budget.Accelerator;
import io.isoloss.analysis.budget.Accelerators;
import io.isoloss.analysis.budget.Allocation;
import io.isoloss.analysis.budget.Budget;
import io.isoloss.analysis.budget.BudgetPlan;
import io.isoloss.analysis.budget.BudgetPlan.Bound;
import io.isoloss.analysis.budget.BudgetPlan.OverTrained;
import io.isoloss.analysis.budget.BudgetPlan.Spending;
import io.isoloss.analysis.budget.Cost;
import io.isoloss.analysis.budget.Dtype;
import io.isoloss.analysis.budget.Limit;
import io.isoloss.analysis.budget.Rates;
import io.isoloss.analysis.budget.Repeats;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "budget",
        description = "What to train with a budget of FLOPs, GPU-hours, money, energy or carbon, under limits and for a"
                + " traffic: N, D and loss with intervals, and what it takes.")
final class BudgetCommand implements Callable<Integer> {
    /** Taken where a budget needs a device and none is named; the answer says so. */
    private static final String USUAL_GPU = "H100 SXM";

    /** What a law of N and D is to make of repeated tokens. */
    enum Repeat {
        NONE,
        MUENNIGHOFF
    }

    /** Exactly one of these. */
    static final class Amount {
        @Option(names = "--flops", paramLabel = "C", description = "FLOPs.")
        private Double flops;

        @Option(names = "--gpu-hours", paramLabel = "H", description = "Hours of one GPU; needs --gpu.")
        private Double gpuHours;

        @Option(names = "--usd", paramLabel = "X", description = "US dollars.")
        private Double usd;

        @Option(names = "--kwh", paramLabel = "X", description = "Kilowatt-hours that the site takes.")
        private Double kwh;

        @Option(names = "--co2-kg", paramLabel = "X", description = "Kilograms of CO2 from that electricity.")
        private Double co2Kg;

        Budget budget() {
            if (flops != null) {
                return new Budget(Budget.Unit.FLOPS, flops);
            }
            if (gpuHours != null) {
                return new Budget(Budget.Unit.GPU_HOURS, gpuHours);
            }
            if (usd != null) {
                return new Budget(Budget.Unit.USD, usd);
            }
            return kwh != null ? new Budget(Budget.Unit.KWH, kwh) : new Budget(Budget.Unit.CO2_KG, co2Kg);
        }
    }

    @Parameters(paramLabel = "LAW", description = "A law that fit --save wrote.")
    private Path law;

    @ArgGroup(exclusive = true, multiplicity = "1", heading = "The budget, exactly one of:%n")
    private Amount amount;

    @Option(
            names = "--gpu",
            paramLabel = "NAME",
            description = "The device, of the catalogue, such as h100-sxm; " + USUAL_GPU + " where a budget needs one.")
    private String gpu;

    @Option(names = "--gpus", paramLabel = "K", description = "Devices that train at once: adds the days it takes.")
    private Integer gpus;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "Number format of the training: ${COMPLETION-CANDIDATES}; bf16 where the device has it.")
    private Dtype dtype;

    @Option(
            names = "--mfu",
            paramLabel = "SHARE",
            description = "Model FLOPs utilisation, above 0 and at most 1; 0.4 by default (Grattafiori et al. 2024).")
    private Double mfu;

    @Option(names = "--mfu-from", paramLabel = "RUNS", description = "Take the median MFU of these runs instead.")
    private Path mfuFrom;

    @Option(names = "--watts", paramLabel = "W", description = "Power of one device; its design power by default.")
    private Double watts;

    @Option(
            names = "--pue",
            paramLabel = "RATIO",
            description = "Power of the site over that of its devices; 1.56 by default (Uptime Institute 2024).")
    private Double pue;

    @Option(
            names = "--g-co2-per-kwh",
            paramLabel = "G",
            description = "Grams of CO2 a kilowatt-hour; 473 by default, the world's mean in 2024 (Ember 2025).")
    private Double gramsCo2PerKwh;

    @Option(
            names = "--usd-per-gpu-hour",
            paramLabel = "X",
            description = "Price of one device for an hour; the catalogue's by default.")
    private Double usdPerGpuHour;

    @Option(names = "--max-params", paramLabel = "N", description = "Largest N, as memory or a product allows.")
    private Double maxParams;

    @Option(
            names = "--max-latency-ms",
            paramLabel = "MS",
            description = "Milliseconds a token for one sequence on one --gpu, bounded by reading 2 bytes a parameter.")
    private Double maxLatencyMs;

    @Option(
            names = "--unique-tokens",
            paramLabel = "U",
            description = "Distinct tokens that there are: D ends there, unless the law knows repeats.")
    private Double uniqueTokens;

    @Option(
            names = "--repeat",
            paramLabel = "HOW",
            defaultValue = "none",
            description = "Beyond U: none, or muennighoff for repeats at the worth of Muennighoff et al. 2023.")
    private Repeat repeat;

    @Option(
            names = "--inference-tokens",
            paramLabel = "T",
            description = "Tokens that the model serves; the budget then pays for 6ND + 2NT (Sardana et al. 2023).")
    private Double inferenceTokens;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /** A plan and what it was asked for. */
    record Answer(Budget budget, @JsonUnwrapped BudgetPlan plan) {}

    @Override
    public Integer call() {
        Budget budget = amount.budget();
        FittedLaw fitted = FittedLaw.load(law);
        Rates rates = rates(budget);
        double flops = rates == null ? budget.amount() : rates.flops(budget);
        BudgetPlan plan = BudgetPlan.of(fitted, flops, inferenceTokens, limits(fitted), rates, gpus);
        if (output.json()) {
            output.write(new Answer(budget, plan), spec.commandLine().getOut());
        } else {
            print(budget, plan, spec.commandLine().getOut());
        }
        return 0;
    }

    /** Null where neither the budget nor an option speaks of a device. */
    private Rates rates(Budget budget) {
        if (gpu == null && budget.unit() == Budget.Unit.GPU_HOURS) {
            throw new IsolossException(
                    Kind.BAD_INPUT, "Cannot count GPU-hours without a device; name one with --gpu, such as h100-sxm.");
        }
        if (gpu == null && budget.unit() == Budget.Unit.FLOPS) {
            refuseWithoutGpu();
            return null;
        }
        if (mfu != null && mfuFrom != null) {
            throw new IsolossException(Kind.BAD_INPUT, "Cannot plan with both --mfu and --mfu-from; give one.");
        }
        Accelerator device = Accelerators.named(gpu == null ? USUAL_GPU : gpu);
        List<Run> measured = mfuFrom == null ? List.of() : runsWithMfu();
        Rates rates = Rates.of(
                device,
                new Rates.Given(
                        dtype,
                        mfuFrom == null ? mfu : medianMfu(measured),
                        mfuFrom == null ? null : mfuSource(measured),
                        watts,
                        pue,
                        gramsCo2PerKwh,
                        usdPerGpuHour));
        return gpu == null ? rates.assuming("the device is " + USUAL_GPU + "; change with --gpu") : rates;
    }

    private void refuseWithoutGpu() {
        Stream.of(
                        option("--gpus", gpus),
                        option("--dtype", dtype),
                        option("--mfu", mfu),
                        option("--mfu-from", mfuFrom),
                        option("--watts", watts),
                        option("--pue", pue),
                        option("--g-co2-per-kwh", gramsCo2PerKwh),
                        option("--usd-per-gpu-hour", usdPerGpuHour))
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(name -> {
                    throw new IsolossException(
                            Kind.BAD_INPUT, "Cannot use " + name + " without a device; name one with --gpu.");
                });
    }

    private static String option(String name, Object value) {
        return value == null ? null : name;
    }

    private List<Run> runsWithMfu() {
        RunTable table = RunTable.read(mfuFrom, Map.of());
        List<Run> measured = table.runs().stream()
                .filter(run -> run.completed() && run.cost().mfu() != null)
                .toList();
        if (measured.isEmpty()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot take the MFU from " + mfuFrom + ": none of its "
                            + table.runs().size() + " runs has one; give it with --mfu.");
        }
        return measured;
    }

    private static Double medianMfu(List<Run> measured) {
        return new Median()
                .evaluate(measured.stream().mapToDouble(run -> run.cost().mfu()).toArray());
    }

    private String mfuSource(List<Run> measured) {
        boolean ceiling = measured.stream().anyMatch(run -> run.provenance().ceilingFlopsPerSecond() != null);
        return "MFU, the median of the runs in " + mfuFrom
                + (ceiling ? "; over their measured ceiling, not the vendor's peak: less would be left of that" : "");
    }

    private List<Limit> limits(FittedLaw fitted) {
        List<Limit> limits = new ArrayList<>();
        if (maxParams != null) {
            limits.add(new Limit.Params(maxParams));
        }
        if (maxLatencyMs != null) {
            if (gpu == null) {
                throw new IsolossException(
                        Kind.BAD_INPUT, "Cannot use --max-latency-ms without a device; name one with --gpu.");
            }
            limits.add(new Limit.Latency(maxLatencyMs, Accelerators.named(gpu)));
        }
        if (uniqueTokens != null) {
            limits.add(
                    repeat == Repeat.NONE && !Repeats.known(fitted.law())
                            ? new Limit.UniqueTokens(uniqueTokens)
                            : new Limit.RepeatedTokens(uniqueTokens));
        } else if (repeat != Repeat.NONE) {
            throw new IsolossException(
                    Kind.BAD_INPUT, "Cannot use --repeat without a number of distinct tokens; give --unique-tokens.");
        }
        return limits;
    }

    private static void print(Budget budget, BudgetPlan plan, PrintWriter out) {
        out.println(heading(budget, plan));
        out.println();
        TextTable answer = new TextTable("train", "value", "95 % interval");
        answer.row("N, parameters", FitCommand.value(plan.params()), FitCommand.interval(plan.params()));
        answer.row("D, tokens", FitCommand.value(plan.tokens()), FitCommand.interval(plan.tokens()));
        answer.row("D/N", TextTable.number(plan.tokensPerParam()), "");
        if (plan.epochs() != null) {
            answer.row("epochs, D/U", TextTable.number(plan.epochs()), "");
        }
        answer.row("loss", FitCommand.value(plan.loss()), FitCommand.interval(plan.loss()));
        answer.row("training FLOPs, 6ND", TextTable.number(plan.trainingFlops()), "");
        if (plan.inferenceTokens() != null) {
            answer.row("serving FLOPs, 2NT", TextTable.number(plan.inferenceFlops()), "");
        }
        out.print(answer);
        if (plan.spending() != null) {
            printSpending(plan, out);
        }
        if (!plan.limits().isEmpty()) {
            printLimits(plan, out);
        }
        printTraffic(plan, out);
        if (plan.spending() != null) {
            out.println();
            plan.spending().assumptions().forEach(assumption -> out.println("assumed: " + assumption));
        }
        if (!plan.warnings().isEmpty()) {
            out.println();
            plan.warnings().forEach(warning -> out.println("warning: " + warning));
        }
    }

    private static String heading(Budget budget, BudgetPlan plan) {
        String flops = TextTable.number(plan.flops()) + " FLOPs";
        String given = amount(budget.amount()) + " " + budget.unit().label();
        return budget.unit() == Budget.Unit.FLOPS
                ? "A budget of " + flops
                : "A budget of " + given + " buys " + flops + " on "
                        + plan.spending().gpu();
    }

    private static void printSpending(BudgetPlan plan, PrintWriter out) {
        Spending spending = plan.spending();
        out.println();
        TextTable table = new TextTable("on " + spending.gpu(), "GPU-hours", "USD", "kWh", "kg CO2");
        row(table, "training", spending.training());
        if (plan.inferenceTokens() != null) {
            row(table, "training and serving", spending.total());
        }
        out.print(table);
        if (spending.gpus() != null) {
            out.println("training takes " + TextTable.number(spending.trainingDays()) + " days on " + spending.gpus());
        }
    }

    private static void row(TextTable table, String name, Cost cost) {
        table.row(name, amount(cost.gpuHours()), amount(cost.usd()), amount(cost.kwh()), amount(cost.co2Kg()));
    }

    /** Of money, hours, energy or mass: whole numbers as people write them, 100,000. */
    private static String amount(Double value) {
        if (value == null) {
            return "unknown";
        }
        return value >= 1000 && value < 1e12 ? String.format(Locale.ROOT, "%,.0f", value) : TextTable.number(value);
    }

    private static void printLimits(BudgetPlan plan, PrintWriter out) {
        out.println();
        TextTable table = new TextTable("limit", "value", "N at most", "binds", "loss it costs");
        for (Bound bound : plan.limits()) {
            table.row(
                    bound.option(),
                    TextTable.number(bound.value()),
                    bound.params() == null ? "" : TextTable.number(bound.params()),
                    bound.binds() ? "yes" : "no",
                    bound.binds() ? TextTable.number(bound.excessLoss()) : "none");
        }
        out.print(table);
        if (plan.limits().stream().noneMatch(Bound::binds)) {
            return;
        }
        Allocation free = plan.unlimited();
        out.printf(
                Locale.ROOT,
                "Without limits: N %s on D %s, loss %s. The limits cost %s in loss; without them %s FLOPs reach this loss,"
                        + " %.3g %% of the budget.%n",
                TextTable.number(free.params()),
                TextTable.number(free.tokens()),
                TextTable.number(free.loss()),
                TextTable.number(plan.excessLoss()),
                TextTable.number(plan.equivalentFlops()),
                100 * plan.equivalentFlops() / plan.flops());
        if (plan.unspentFlops() > 0) {
            out.printf(
                    Locale.ROOT,
                    "They leave %s FLOPs of the budget unspent, %.3g %%.%n",
                    TextTable.number(plan.unspentFlops()),
                    100 * plan.unspentFlops() / plan.flops());
        }
    }

    private static void printTraffic(BudgetPlan plan, PrintWriter out) {
        if (plan.breakEvenInferenceTokens() != null) {
            out.println();
            out.println(
                    "Trained past compute-optimal: over its life cheaper than the compute-optimal model of its loss from "
                            + TextTable.number(plan.breakEvenInferenceTokens()) + " served tokens on.");
        }
        if (!plan.smaller().isEmpty()) {
            out.println();
            TextTable table = new TextTable("same loss, smaller", "D", "training FLOPs", "cheaper from served tokens");
            for (OverTrained model : plan.smaller()) {
                table.row(
                        "N " + TextTable.number(model.params()),
                        TextTable.number(model.tokens()),
                        TextTable.number(model.trainingFlops()),
                        TextTable.number(model.breakEvenInferenceTokens()));
            }
            out.print(table);
        }
    }
}
