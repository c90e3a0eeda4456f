package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;

class LiveProgressTest {

    @Test
    void endOfTheJobHasTheLastWord() {
        List<Long> heard = new ArrayList<>();
        LiveProgress progress = new LiveProgress(
                new SweepWatcher() {
                    @Override
                    public void trained(long tokens, double flops) {
                        heard.add(tokens);
                    }

                    @Override
                    public void ended(TrialEnd end) {}
                },
                1,
                2);
        progress.onExecutorMetricsUpdate(heartbeat(1, 1, 5120));
        progress.onExecutorMetricsUpdate(heartbeat(3, 2, 777)); // of another sweep
        progress.close(10240, 1);
        progress.onExecutorMetricsUpdate(heartbeat(1, 1, 5120));
        assertThat(heard).containsExactly(5120L, 5120L, 10240L);
    }

    private static SparkListenerExecutorMetricsUpdate heartbeat(long accumulator, long task, long tokens) {
        AccumulableInfo update = new AccumulableInfo(
                accumulator, Option.empty(), Option.apply(tokens), Option.empty(), true, true, Option.empty());
        Seq<AccumulableInfo> updates = JavaConverters.asScalaBuffer(List.of(update));
        Seq<Tuple4<Object, Object, Object, Seq<AccumulableInfo>>> tasks =
                JavaConverters.asScalaBuffer(List.of(new Tuple4<>((Object) task, (Object) 0, (Object) 0, updates)));
        scala.collection.immutable.Map<scala.Tuple2<Object, Object>, ExecutorMetrics> none =
                new scala.collection.immutable.HashMap<>();
        return new SparkListenerExecutorMetricsUpdate("1", tasks, none);
    }
}
