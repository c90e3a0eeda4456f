package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.Compression;
import io.isoloss.analysis.runs.Compute;
import io.isoloss.analysis.runs.Identity;
import io.isoloss.analysis.runs.Provenance;
import io.isoloss.analysis.runs.Quality;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.Size;
import io.isoloss.analysis.runs.Training;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.sweep.Trial;
import java.time.Instant;
import java.util.Locale;

/**
 * Makes a row of the runs table of a trial and its outcome.
 *
 * @param trainLoss nats a token over the last steps; null if no step was taken
 * @param steps of the optimiser
 * @param sharedTokens training tokens that another run of its trunk paid for
 * @param resumes times that training went on from a checkpoint
 * @param microBatch sequences computed at once; null if not known
 */
record RunRow(
        Trial trial,
        Corpus corpus,
        Environment environment,
        Instant startedAt,
        TrialMeasures measures,
        Double trainLoss,
        long steps,
        Double sharedTokens,
        int resumes,
        Integer microBatch) {

    Run with(Outcome outcome) {
        Quality quality = outcome instanceof Outcome.Completed completed
                ? quality(completed.validation())
                : new Quality(null, null, null, trainLoss, null, null, null, null, null);
        String classScores =
                outcome instanceof Outcome.Completed completed && trial.spec().task() == Task.DOCUMENT_CLASS
                        ? completed.validation().scores().json(corpus.classes().names())
                        : null;
        Double noiseScale = outcome instanceof Outcome.Completed completed ? completed.noiseScaleTokens() : null;
        return row(quality, training(classScores, noiseScale), outcome.word(), outcome.cause());
    }

    private Quality quality(Evaluation validation) {
        boolean text = trial.spec().task() == Task.NEXT_TOKEN && corpus.bytesPerToken() != null;
        Double bitsPerByte = !text ? null : validation.loss() / Math.log(2) / corpus.bytesPerToken();
        Double standardError = Double.isFinite(validation.standardError()) ? validation.standardError() : null;
        ClassScores scores = validation.scores();
        boolean classes = trial.spec().task() == Task.DOCUMENT_CLASS;
        return new Quality(
                validation.loss(),
                standardError,
                bitsPerByte,
                trainLoss,
                scores.accuracy(),
                classes ? scores.macro(scores::precision) : null,
                classes ? scores.macro(scores::recall) : null,
                classes ? scores.macro(scores::f1) : null,
                null);
    }

    private Run row(Quality quality, Training training, String outcome, String failure) {
        ModelShape shape = trial.shape();
        return new Run(
                new Identity(
                        trial.runId(),
                        trial.sweep(),
                        shape.family(),
                        shape.width(),
                        shape.layers(),
                        shape instanceof TransformerShape transformer ? transformer.heads() : null,
                        shape.context(),
                        shape.vocabulary(),
                        trial.name(),
                        trial.recipe().initSeed(),
                        trial.spec().canonicalJson(),
                        trial.budgetFlops()),
                new Size(
                        (double) trial.totalParams(),
                        (double) trial.nonEmbeddingParams(),
                        (double) trial.tokens(),
                        (double) new WindowSampler(corpus, trial.spec().task(), shape.context(), 0)
                                .uniqueTokens(trial.tokens())),
                new Compute(trial.flopsExact(), trial.flops6nd()),
                quality,
                measures.cost(outcome.equals(Run.COMPLETED)),
                measures.inference(),
                Compression.NONE,
                training,
                outcome,
                failure,
                new Provenance(
                        environment.codeVersion(),
                        environment.libraries(),
                        environment.device().words(),
                        environment.host(),
                        startedAt.toString(),
                        steps,
                        trial.recipe().batchSequences(),
                        parted(),
                        trial.recipe().peakLearningRate(),
                        measures.ceiling().flopsPerSecond(),
                        null));
    }

    /** Sequences computed at once where a batch was split; null where it was not. */
    private Integer parted() {
        return microBatch == null || microBatch == trial.recipe().batchSequences() ? null : microBatch;
    }

    private Training training(String classScores, Double noiseScale) {
        return new Training(
                trial.spec().task().name().toLowerCase(Locale.ROOT),
                trial.recipe().schedule().name(),
                trial.learningRateRule(),
                trial.batchRule(),
                sharedTokens,
                trial.spec().init() == null ? null : trial.spec().init().runId(),
                "single",
                null,
                null,
                null,
                noiseScale,
                resumes,
                null,
                classScores);
    }
}
