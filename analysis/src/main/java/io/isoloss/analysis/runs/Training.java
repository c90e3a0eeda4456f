package io.isoloss.analysis.runs;

/**
 * How the model was trained.
 *
 * @param task what it predicts: next_token or document_class
 * @param schedule of the learning rate
 * @param learningRateRule how the peak learning rate was chosen
 * @param batchRule how the batch was chosen
 * @param sharedTokens training tokens that another run's part of a shared trunk paid for
 * @param initRunId run whose final weights training began from; null if from random ones
 * @param trainingMode single, data_parallel or federated
 * @param averagingFrequency steps between averagings of the workers' weights
 * @param modeDeparture validation loss over that of one device on the same tokens, nats a token
 * @param privacyEpsilon epsilon of differential privacy that training spent
 * @param gradientNoiseScale simple gradient noise scale, tokens (McCandlish et al. 2018, arXiv:1812.06162)
 * @param resumes times that training went on from a checkpoint
 * @param attempts times that the trial was started, the successful one included
 * @param classScores precision, recall, F1 and positions of each class, JSON
 */
public record Training(
        String task,
        String schedule,
        String learningRateRule,
        String batchRule,
        Double sharedTokens,
        String initRunId,
        String trainingMode,
        Integer averagingFrequency,
        Double modeDeparture,
        Double privacyEpsilon,
        Double gradientNoiseScale,
        Integer resumes,
        Integer attempts,
        String classScores) {
    public static final Training NONE =
            new Training(null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    public Training {
        Measured.notNegative("shared_tokens", sharedTokens);
        Measured.positive("averaging_frequency", averagingFrequency);
        Measured.notNegative("privacy_epsilon", privacyEpsilon);
        Measured.notNegative("gradient_noise_scale", gradientNoiseScale);
        Measured.notNegative("resumes", resumes);
        Measured.positive("attempts", attempts);
    }

    Training withAttempts(int count) {
        return new Training(
                task,
                schedule,
                learningRateRule,
                batchRule,
                sharedTokens,
                initRunId,
                trainingMode,
                averagingFrequency,
                modeDeparture,
                privacyEpsilon,
                gradientNoiseScale,
                resumes,
                count,
                classScores);
    }
}
