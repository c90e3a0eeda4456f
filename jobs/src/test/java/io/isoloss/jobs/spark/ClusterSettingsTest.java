package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ClusterSettingsTest {
    private static final String SECRET = "0123456789abcdef";

    @Test
    void aMasterWhoseModuleIsNotInThisBuildIsNamed() {
        assertThatThrownBy(() -> complete("yarn", Map.of()))
                .isInstanceOf(IsolossException.class)
                .hasMessage("Cannot start Spark on the master 'yarn': this build has no client of YARN; build with"
                        + " ISOLOSS_MAVEN=-Pyarn in the environment, and package again");
        assertThatThrownBy(() -> complete("k8s://https://host:6443", Map.of()))
                .hasMessageContaining("has no client of Kubernetes; build with ISOLOSS_MAVEN=-Pkubernetes");
    }

    @Test
    void theSecretComesFromTheEnvironmentAlone() {
        SparkConf asked = conf("spark://host:7077").set("spark.authenticate", "true");
        ClusterSettings.complete(asked, Map.of("ISOLOSS_SPARK_SECRET", SECRET)::get);
        assertThat(asked.get("spark.authenticate.secret")).isEqualTo(SECRET);
        assertThatThrownBy(() -> ClusterSettings.complete(
                        conf("spark://host:7077").set("spark.authenticate", "true"), name -> null))
                .hasMessageStartingWith(
                        "Cannot authenticate to the master 'spark://host:7077': there is no secret; put")
                .hasMessageContaining("ISOLOSS_SPARK_SECRET_FILE");
        assertThatThrownBy(() -> ClusterSettings.complete(
                        conf("spark://host:7077").set("spark.authenticate.secret", SECRET), name -> null))
                .hasMessageStartingWith("Cannot use spark.authenticate.secret as a setting")
                .hasMessageNotContaining(SECRET);
        SparkConf open = complete("spark://host:7077", Map.of("ISOLOSS_SPARK_SECRET", SECRET));
        assertThat(open.contains("spark.authenticate.secret")).isFalse();
    }

    private static SparkConf complete(String master, Map<String, String> environment) {
        SparkConf conf = conf(master);
        ClusterSettings.complete(conf, environment::get);
        return conf;
    }

    private static SparkConf conf(String master) {
        return new SparkConf(false).setMaster(master);
    }
}
