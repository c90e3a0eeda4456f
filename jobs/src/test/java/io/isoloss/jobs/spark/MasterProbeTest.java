package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchException;

import io.isoloss.analysis.IsolossException;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class MasterProbeTest {
    @Test
    void runsAJobInThisProcess() {
        assertThat(MasterProbe.executors("local[2]")).containsExactly("driver");
    }

    @Test
    void namesAMasterThatIsNone() {
        assertThatThrownBy(() -> MasterProbe.executors("nowhere"))
                .isInstanceOf(IsolossException.class)
                .hasMessageStartingWith("Cannot start Spark on the master 'nowhere' (");
    }

    @Test
    void aMasterThatSparkGaveUpOnIsNoDefectOfOurs() {
        JavaSparkContext spark = SparkContexts.open("local[1]", "test");
        spark.close();
        Exception thrown = catchException(() -> spark.parallelize(List.of(1)).count());
        assertThat(SparkContexts.isSparks(thrown)).isTrue();
        assertThat(SparkContexts.isSparks(new IllegalStateException("something of ours")))
                .isFalse();
    }
}
