package io.isoloss.jobs.spark;

import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The GPUs that Spark assigned to the task of this thread. */
final class TaskGpus {
    /** Spark's name for the resource, as in {@code spark.task.resource.gpu.amount}. */
    private static final String RESOURCE = "gpu";

    private TaskGpus() {}

    /** Addresses as the discovery script printed them; empty outside a task and where none are asked for. */
    static List<String> addresses() {
        TaskContext task = TaskContext.get();
        ResourceInformation gpus = task == null ? null : task.resourcesJMap().get(RESOURCE);
        return gpus == null ? List.of() : List.of(gpus.addresses());
    }
}
