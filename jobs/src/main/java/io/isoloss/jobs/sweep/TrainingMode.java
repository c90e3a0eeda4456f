package io.isoloss.jobs.sweep;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;

/** Where the steps of one trial are taken. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TrainingMode.Single.class, name = "single"),
    @JsonSubTypes.Type(value = TrainingMode.DataParallel.class, name = "data_parallel"),
    @JsonSubTypes.Type(value = TrainingMode.Federated.class, name = "federated")
})
public sealed interface TrainingMode extends Serializable {

    /** As the runs table calls it. */
    String name();

    /** That train it at once. */
    default int devices() {
        return 1;
    }

    /** Times that a trial is trained. */
    default int trainings() {
        return 1;
    }

    /** All on one device. */
    record Single() implements TrainingMode {
        @Override
        public String name() {
            return "single";
        }
    }

    /**
     * Workers step copies of the model on their shares of every batch; the copies and their moments are averaged.
     *
     * @param averagingFrequency steps that each worker takes between two averages
     * @param aboveParams trials of more parameters (N) train so, others on one device
     * @param workers executors' cores that share a trial; they divide its batch
     * @param measureDeparture whether each such trial also trains on one device, to tell what sharing did to its loss
     */
    record DataParallel(int averagingFrequency, long aboveParams, int workers, boolean measureDeparture)
            implements TrainingMode {
        public DataParallel {
            if (averagingFrequency < 1 || workers < 1 || aboveParams < 0) {
                throw new IllegalArgumentException("Invalid data parallel training (want an averaging frequency and"
                        + " workers of at least 1, and a size of at least 0): frequency " + averagingFrequency
                        + ", workers " + workers + ", above " + aboveParams + " parameters");
            }
        }

        @Override
        public String name() {
            return "data_parallel";
        }

        @Override
        public int devices() {
            return workers;
        }

        @Override
        public int trainings() {
            return measureDeparture ? 2 : 1;
        }
    }

    /**
     * Federated averaging (McMahan et al. 2017, arXiv:1602.05629): in each round some clients, each with its own part of the
     * data, train on from the common weights, which become the average of theirs, weighted by the size of their data. The
     * clients of a round divide the batch, so that a trial's tokens are what they are on one device.
     *
     * @param clients that hold the data
     * @param fraction share of the clients that take part in a round, at least one
     * @param localSteps steps of a client in a round
     * @param alpha of the Dirichlet distribution that shares out document classes; null for clients whose data are alike
     * @param privacy null for none
     */
    record Federated(int clients, double fraction, int localSteps, Double alpha, Privacy privacy)
            implements TrainingMode {
        public Federated {
            if (clients < 1 || !(fraction > 0 && fraction <= 1) || localSteps < 1) {
                throw new IllegalArgumentException(
                        "Invalid federated training (want clients and local steps of at least"
                                + " 1 and a fraction in (0, 1]): clients " + clients + ", fraction " + fraction
                                + ", local steps " + localSteps);
            }
            if (alpha != null && !(alpha > 0 && Double.isFinite(alpha))) {
                throw new IllegalArgumentException("Invalid federated training (want a positive alpha): " + alpha);
            }
        }

        @Override
        public String name() {
            return "federated";
        }

        @Override
        public int devices() {
            return active();
        }

        /** Clients of a round. */
        public int active() {
            return (int) Math.max(1, Math.rint(fraction * clients));
        }
    }

    /**
     * Differentially private steps (Abadi et al. 2016, arXiv:1607.00133, algorithm 1): the gradient of each sequence is
     * clipped, and Gaussian noise is added to their sum. What is protected is one training window.
     *
     * @param clipNorm largest L2 norm of one sequence's gradient of its mean loss
     * @param noiseMultiplier deviation of the noise over the clip norm
     * @param delta chance that ε does not hold
     */
    record Privacy(double clipNorm, double noiseMultiplier, double delta) implements Serializable {
        public Privacy {
            if (!(clipNorm > 0 && noiseMultiplier > 0 && delta > 0 && delta < 1)) {
                throw new IllegalArgumentException(
                        "Invalid privacy (want a positive clip norm and noise multiplier, and" + " delta in (0, 1)): "
                                + clipNorm + ", " + noiseMultiplier + ", " + delta);
            }
        }
    }
}
