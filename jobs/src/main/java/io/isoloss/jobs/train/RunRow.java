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
 */
record RunRow(
        Trial trial,
        Corpus corpus,
        Environment environment,
        Instant startedAt,
        TrialMeasures measures,
        Double trainLoss) {

    Run with(Outcome outcome) {
        Quality quality = outcome instanceof Outcome.Completed completed
                ? quality(completed.validation())
                : new Quality(null, null, null, trainLoss, null, null, null, null, null);
        return row(quality, outcome.word(), outcome.cause());
    }

    private Quality quality(Evaluation validation) {
        Double bitsPerByte =
                corpus.bytesPerToken() == null ? null : validation.loss() / Math.log(2) / corpus.bytesPerToken();
        Double standardError = Double.isFinite(validation.standardError()) ? validation.standardError() : null;
        return new Quality(validation.loss(), standardError, bitsPerByte, trainLoss, null, null, null, null, null);
    }

    private Run row(Quality quality, String outcome, String failure) {
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
                        (double) new WindowSampler(corpus, shape.context(), 0).uniqueTokens(trial.tokens())),
                new Compute(trial.flopsExact(), trial.flops6nd()),
                quality,
                measures.cost(outcome.equals(Run.COMPLETED) ? (Double) (double) trial.tokens() : null, (double)
                        shape.trainingFlopsPerToken()),
                measures.inference(),
                Compression.NONE,
                training(),
                outcome,
                failure,
                new Provenance(
                        environment.codeVersion(),
                        environment.libraries(),
                        environment.device().words(),
                        environment.host(),
                        startedAt.toString(),
                        (long) trial.recipe().steps(),
                        trial.recipe().batchSequences(),
                        trial.recipe().peakLearningRate(),
                        measures.ceiling().flopsPerSecond(),
                        null));
    }

    private Training training() {
        return new Training(
                trial.spec().task().name().toLowerCase(Locale.ROOT),
                trial.recipe().schedule().name(),
                null,
                null,
                null,
                null,
                "single",
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
