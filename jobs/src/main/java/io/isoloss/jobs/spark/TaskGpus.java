package io.isoloss.jobs.spark;

import java.util.List;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The GPUs that Spark assigned to the task of this thread. */
final class TaskGpus {
    /** Spark's name for the resource, as in {@code spark.task.resource.gpu.amount}. */
    private static final String RESOURCE = "gpu";

    private TaskGpus() {}

    /** {@code HOST ADDRESS}, of the first GPU of a task on this machine; null without one. */
    static String name(List<String> gpus) {
        return gpus.isEmpty() ? null : host() + " " + gpus.get(0);
    }

    /** Whether one of a task's GPUs on this machine is among the excluded. */
    static boolean areExcluded(Set<String> excluded, List<String> gpus) {
        return gpus.stream().anyMatch(gpu -> excluded.contains(host() + " " + gpu));
    }

    private static String host() {
        return SparkEnv.get().blockManager().blockManagerId().host();
    }

    /** Addresses as the discovery script printed them; empty outside a task and where none are asked for. */
    static List<String> addresses() {
        TaskContext task = TaskContext.get();
        ResourceInformation gpus = task == null ? null : task.resourcesJMap().get(RESOURCE);
        return gpus == null ? List.of() : List.of(gpus.addresses());
    }
}
