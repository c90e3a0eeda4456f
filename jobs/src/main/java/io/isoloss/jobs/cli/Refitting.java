package io.isoloss.jobs.cli;

import io.isoloss.analysis.fit.LawFit;
import io.isoloss.jobs.spark.FitJob;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command re-fits. */
final class Refitting {
    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "Spark master to spread the re-fits of --bootstrap over, such as local[2] or"
                    + " spark://HOST:7077; by default this process re-fits, with the same results. For laws of the downstream"
                    + " error it also runs the baselines of Spark's ML library.")
    private String master;

    @Mixin
    private Profiles profiles = new Profiles();

    /** The Spark master; null if none was named. */
    String master() {
        profiles.apply();
        return master;
    }

    /** Those of this process, which load nothing of Spark, or those of the master. */
    LawFit.Refits refits() {
        return master() == null ? LawFit::refits : new FitJob(master);
    }
}
