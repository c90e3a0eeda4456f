package io.isoloss.jobs.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Schedule;
import java.io.UncheckedIOException;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A recipe's learning rate as DL4J asks for it, step by step; travels in the JSON of a graph.
 *
 * @param schedule JSON of the {@link Schedule}
 */
public record RecipeRate(
        @JsonProperty("peak") double peak,
        @JsonProperty("steps") int steps,
        @JsonProperty("schedule") String schedule) implements ISchedule {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static RecipeRate of(Recipe recipe) {
        try {
            return new RecipeRate(
                    recipe.peakLearningRate(),
                    recipe.steps(),
                    MAPPER.writerFor(Schedule.class).writeValueAsString(recipe.schedule()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        try {
            return peak * MAPPER.readValue(schedule, Schedule.class).share(iteration, steps);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ISchedule clone() {
        return this;
    }
}
