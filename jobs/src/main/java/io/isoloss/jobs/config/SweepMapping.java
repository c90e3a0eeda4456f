package io.isoloss.jobs.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.corpus.DocumentClasses;
import io.isoloss.jobs.corpus.SyntheticSource;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.corpus.TextPath;
import io.isoloss.jobs.corpus.TextSource;
import io.isoloss.jobs.sweep.BatchGrowth;
import io.isoloss.jobs.sweep.BatchRule;
import io.isoloss.jobs.sweep.Caps;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.DeepSeekBatch;
import io.isoloss.jobs.sweep.DeepSeekLearningRate;
import io.isoloss.jobs.sweep.Design;
import io.isoloss.jobs.sweep.FlopsConvention;
import io.isoloss.jobs.sweep.Grid;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.Init;
import io.isoloss.jobs.sweep.IsoFlop;
import io.isoloss.jobs.sweep.Keeping;
import io.isoloss.jobs.sweep.LearningRateGrid;
import io.isoloss.jobs.sweep.LearningRateRule;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.PowerBatch;
import io.isoloss.jobs.sweep.RecipeRules;
import io.isoloss.jobs.sweep.ScaledLearningRate;
import io.isoloss.jobs.sweep.Schedule;
import io.isoloss.jobs.sweep.ShapeSearch;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.SweepDesign;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.WarmupStableDecay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** From a tree that the schema passed and filled to records; finds what a schema cannot say. */
final class SweepMapping {

    private final Path folder;
    private final List<Finding> findings = new ArrayList<>();

    /** Relative corpus paths start at the folder. */
    SweepMapping(Path folder) {
        this.folder = folder;
    }

    List<Finding> findings() {
        return findings;
    }

    /** The configuration; not to be used where there are findings. */
    SweepConfig map(JsonNode tree) {
        String name = tree.get("name").asText();
        CorpusSource corpus = corpus(tree.get("corpus"));
        Task task = task(tree.get("training").get("task").asText(), corpus);
        int outputs = task == Task.NEXT_TOKEN
                ? corpus.vocabulary()
                : Math.max(2, corpus.classes().size());
        List<ShapeSearch> shapes = new ArrayList<>();
        for (JsonNode model : models(tree.get("model"))) {
            shapes.add(ModelMapping.shapes(model, corpus.vocabulary(), outputs));
        }
        RecipeRules rules = rules(task, tree.get("training"));
        List<Long> seeds = new ArrayList<>();
        tree.get("seeds").forEach(seed -> seeds.add(seed.asLong()));
        SweepDesign design = new SweepDesign(name, shapes, rules, design(tree.get("design")), seeds);
        JsonNode checkpoint = tree.get("checkpoint");
        JsonNode initFrom = tree.get("training").path("init_from");
        Keeping keeping = new Keeping(
                checkpoint.get("every_seconds").asDouble(),
                checkpoint.get("keep_final").asBoolean(),
                initFrom.isMissingNode() ? null : address(initFrom.asText()));
        Metering metering = metering(tree.get("cost"), tree.get("inference"));
        JsonNode caps = tree.get("caps");
        if (!tree.get("training").get("mode").asText().equals("single")
                && (caps.has("device_hours") || caps.has("usd") || caps.has("kwh"))) {
            findings.add(
                    Finding.atValue(
                            "/caps",
                            "only training.mode single can be stopped when hours, dollars or kWh are used up; give caps.flops"));
        }
        Supervision supervision = supervision(tree.get("supervision"), caps, metering.rates());
        return new SweepConfig(name, corpus, design, metering, keeping, supervision);
    }

    private Supervision supervision(JsonNode supervision, JsonNode caps, CostRates rates) {
        return new Supervision(
                supervision.get("lease_heartbeat_seconds").asDouble(),
                supervision.get("trial_heartbeat_seconds").asDouble(),
                supervision.get("losses").asInt(),
                supervision.get("priority").asInt(),
                supervision.has("concurrency")
                        ? (Integer) supervision.get("concurrency").asInt()
                        : null,
                caps(caps, rates),
                number(supervision, "gpu_memory_gib"));
    }

    private Caps caps(JsonNode caps, CostRates rates) {
        Double hours = number(caps, "device_hours");
        Double usd = number(caps, "usd");
        if (usd != null && rates.usdPerHour() == null) {
            findings.add(Finding.atValue("/caps/usd", "a cap in dollars needs a price; give cost.usd_per_hour"));
            usd = null;
        }
        if (usd != null && rates.usdPerHour() > 0) {
            double bought = usd / rates.usdPerHour();
            hours = hours == null ? (Double) bought : (Double) Math.min(hours, bought);
        }
        Double kwh = number(caps, "kwh");
        return new Caps(
                number(caps, "flops"),
                hours == null ? null : (Double) (hours * CostRates.SECONDS_PER_HOUR),
                kwh == null ? null : (Double) (kwh / rates.kwh(1)));
    }

    private static Metering metering(JsonNode cost, JsonNode inference) {
        CostRates rates = new CostRates(
                number(cost, "usd_per_hour"), number(cost, "watts_per_core"), carbon(cost.path("carbon")));
        return new Metering(
                rates,
                new InferenceLoad(
                        inference.get("seconds").asDouble(),
                        inference.get("batch").asInt()));
    }

    private static CostRates.Carbon carbon(JsonNode carbon) {
        return carbon.isMissingNode()
                ? null
                : new CostRates.Carbon(
                        carbon.get("grams_per_kwh").asDouble(),
                        carbon.get("source").asText(),
                        carbon.get("year").asInt(),
                        carbon.get("pue").asDouble());
    }

    private static Double number(JsonNode mapping, String key) {
        return mapping.has(key) ? (Double) mapping.get(key).asDouble() : null;
    }

    private CorpusSource corpus(JsonNode corpus) {
        double validationFraction = corpus.get("validation_fraction").asDouble();
        if (corpus.get("kind").asText().equals("synthetic")) {
            return new SyntheticSource(
                    corpus.get("symbols").asInt(),
                    corpus.get("tokens").asInt(),
                    corpus.get("concentration").asDouble(),
                    corpus.get("seed").asLong(),
                    validationFraction);
        }
        List<TextPath> paths = new ArrayList<>();
        for (JsonNode path : corpus.get("paths")) {
            paths.add(new TextPath(
                    address(path.get("path").asText()), path.path("sha256").asText(null)));
        }
        List<String> extensions = new ArrayList<>();
        corpus.get("extensions").forEach(extension -> extensions.add(extension.asText()));
        DocumentClasses classedBy = corpus.has("classes")
                ? DocumentClasses.valueOf(corpus.get("classes").asText().toUpperCase(Locale.ROOT))
                : null;
        int told = classedBy == DocumentClasses.PATH ? paths.size() : extensions.size();
        if (classedBy != null && told < 2) {
            String key = classedBy == DocumentClasses.PATH ? "paths" : "extensions";
            findings.add(Finding.atValue(
                    "/corpus/classes",
                    "classes are told by corpus." + key + ", and there are " + told + "; give two or more"));
            classedBy = null;
        }
        return new TextSource(paths, extensions, validationFraction, classedBy);
    }

    private Task task(String name, CorpusSource corpus) {
        if (name.equals("next_token")) {
            return Task.NEXT_TOKEN;
        }
        if (corpus.classes().isEmpty()) {
            findings.add(Finding.atValue(
                    "/training/task", "the corpus has no classes to predict; give corpus.classes, of a text corpus"));
        }
        return Task.DOCUMENT_CLASS;
    }

    private String address(String path) {
        return TextPath.isUri(path) ? path : folder.resolve(path).normalize().toString();
    }

    /** One mapping, or a list of them. */
    private static Iterable<JsonNode> models(JsonNode model) {
        return model.isArray() ? model : List.of(model);
    }

    private RecipeRules rules(Task task, JsonNode training) {
        return new RecipeRules(
                task,
                batch(training.get("batch")),
                batchGrowth(training),
                learningRate(training.get("learning_rate")),
                training.get("min_steps").asInt(),
                schedule(training.get("schedule")),
                training.get("betas").get(0).asDouble(),
                training.get("betas").get(1).asDouble(),
                training.get("epsilon").asDouble(),
                training.get("weight_decay").asDouble(),
                training.get("gradient_clip").asDouble(),
                training.get("validation_tokens").asInt(),
                inits(training.get("init")),
                mode(training));
    }

    /** Null for one device. */
    private TrainingMode mode(JsonNode training) {
        String name = training.get("mode").asText();
        if (name.equals("single")) {
            return null;
        }
        if (inits(training.get("init")).stream().anyMatch(init -> init != null)) {
            findings.add(Finding.atValue(
                    "/training/init",
                    "only a run on one device begins from another run's weights, and mode is " + name));
        }
        JsonNode options = training.get(name);
        if (name.equals("data_parallel")) {
            return new TrainingMode.DataParallel(
                    options.get("averaging_frequency").asInt(),
                    options.get("above_params").asLong(),
                    options.get("workers").asInt(),
                    options.get("measure_departure").asBoolean());
        }
        JsonNode privacy = options.path("privacy");
        return new TrainingMode.Federated(
                options.get("clients").asInt(),
                options.get("fraction").asDouble(),
                options.get("local_steps").asInt(),
                options.has("alpha") ? (Double) options.get("alpha").asDouble() : null,
                privacy.isMissingNode()
                        ? null
                        : new TrainingMode.Privacy(
                                privacy.get("clip_norm").asDouble(),
                                privacy.get("noise_multiplier").asDouble(),
                                privacy.get("delta").asDouble()));
    }

    private static List<Init> inits(JsonNode list) {
        List<Init> inits = new ArrayList<>();
        for (JsonNode init : list) {
            JsonNode layers = init.path("layers");
            inits.add(
                    init.isTextual()
                            ? null
                            : new Init(
                                    init.get("run").asText(),
                                    layers.isMissingNode() ? null : (Integer) layers.asInt()));
        }
        return inits;
    }

    private static Schedule schedule(JsonNode schedule) {
        double finalFraction = schedule.get("final_fraction").asDouble();
        return schedule.get("kind").asText().equals("wsd")
                ? new WarmupStableDecay(
                        schedule.get("warmup_steps").asInt(),
                        schedule.get("decay_fraction").asDouble(),
                        finalFraction)
                : new Cosine(schedule.get("warmup_fraction").asDouble(), finalFraction);
    }

    private BatchRule batch(JsonNode batch) {
        int min = batch.get("min").asInt();
        int max = batch.get("max").asInt();
        if (batch.has("rule") && min <= max) {
            return new DeepSeekBatch(min, max);
        }
        int sequences = batch.path("sequences").asInt(1);
        if (!batch.has("at_tokens") && !batch.has("rule")) {
            return BatchRule.fixed(sequences);
        }
        if (min > max) {
            findings.add(Finding.atValue(
                    "/training/batch/min", "training.batch.min is " + min + ", above training.batch.max, " + max));
            return BatchRule.fixed(sequences);
        }
        return new PowerBatch(
                sequences,
                batch.get("at_tokens").asDouble(),
                batch.get("exponent").asDouble(),
                min,
                max);
    }

    private BatchGrowth batchGrowth(JsonNode training) {
        JsonNode adaptive = training.get("batch").path("adaptive");
        if (adaptive.isMissingNode()) {
            return null;
        }
        int max = adaptive.get("max").asInt();
        JsonNode batch = training.get("batch");
        int first = batch.has("at_tokens")
                ? Math.min(batch.get("max").asInt(), 65_536)
                : batch.get("sequences").asInt();
        if (max < first) {
            findings.add(Finding.atValue(
                    "/training/batch/adaptive/max",
                    "training.batch.adaptive.max is " + max + ", below the batch that training may start with, " + first
                            + "; raise it, or lower training.batch."
                            + (batch.has("at_tokens") ? "max" : "sequences")));
            return null;
        }
        if (training.get("schedule").get("kind").asText().equals("wsd")) {
            findings.add(Finding.atValue(
                    "/training/batch/adaptive",
                    "a batch that grows cannot share a trunk with longer runs; use the cosine schedule, or a batch that"
                            + " stays"));
            return null;
        }
        return new BatchGrowth(max, adaptive.get("rate_exponent").asDouble());
    }

    private static LearningRateRule learningRate(JsonNode rate) {
        if (rate.has("rule")) {
            return new DeepSeekLearningRate(rate.get("max").asDouble());
        }
        if (rate.has("grid")) {
            return new LearningRateGrid(numbers(rate.get("grid")));
        }
        return new ScaledLearningRate(
                rate.get("base").asDouble(),
                rate.get("at_width").asInt(),
                rate.get("width_exponent").asDouble(),
                rate.get("at_batch").asInt(),
                rate.get("batch_exponent").asDouble(),
                rate.get("max").asDouble());
    }

    private Design design(JsonNode design) {
        if (design.get("kind").asText().equals("grid")) {
            return new Grid(numbers(design.get("params")), numbers(design.get("tokens")));
        }
        List<IsoFlop.Budget> budgets = new ArrayList<>();
        for (JsonNode budget : design.get("budgets")) {
            String pointer = "/budgets/" + budgets.size();
            JsonNode params = budget.path("params");
            String paramsPointer = pointer + "/params";
            if (params.isMissingNode()) {
                params = design.path("params");
                paramsPointer = "/params";
            }
            if (params.isMissingNode()) {
                findings.add(Finding.atValue(
                        "/design" + pointer, "a budget without sizes; give it params, or give design.params for all"));
            }
            budgets.add(new IsoFlop.Budget(budget.get("flops").asDouble(), numbers(params), paramsPointer));
        }
        var convention = design.get("flops").asText().equals("exact") ? FlopsConvention.EXACT : FlopsConvention.SIX_ND;
        return new IsoFlop(convention, budgets);
    }

    private static List<Double> numbers(JsonNode list) {
        List<Double> numbers = new ArrayList<>();
        list.forEach(number -> numbers.add(number.asDouble()));
        return numbers;
    }
}
