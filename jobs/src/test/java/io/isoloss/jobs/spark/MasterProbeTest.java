package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
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
}
