package io.isoloss.jobs.spark;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Lets a worker count its steps from where the last average left off. DL4J's copy of a configuration forgets the count, so
 * that learning rate and the bias correction of Adam would begin anew after every average.
 *
 * @param first steps taken before
 */
record StepCount(int first) implements TrainingHook {

    @Override
    public void preUpdate(DataSet batch, Model model) {
        throw new IllegalStateException("A graph is given several inputs at once");
    }

    @Override
    public void postUpdate(DataSet batch, Model model) {
        throw new IllegalStateException("A graph is given several inputs at once");
    }

    @Override
    public void preUpdate(MultiDataSet batch, Model model) {
        ComputationGraphConfiguration configuration = ((ComputationGraph) model).getConfiguration();
        configuration.setIterationCount(Math.max(first, configuration.getIterationCount()));
    }

    @Override
    public void postUpdate(MultiDataSet batch, Model model) {
        // nothing to do
    }
}
