package io.isoloss.jobs.cli;

import io.isoloss.jobs.cluster.Home;
import io.isoloss.jobs.cluster.Profile;
import java.util.List;
import picocli.CommandLine.Option;

/** Settings of Spark by the name of a profile, beside {@code --master}. */
final class Profiles {
    @Option(
            names = "--profile",
            paramLabel = "NAME|DIR|FILE",
            description = "Settings of Spark: one of cluster/, such as standalone, yarn, kubernetes; or a folder with a"
                    + " spark-defaults.conf, or a file like it. Give it again to add another, such as secure; of two values"
                    + " the first stays, and -D before both.")
    private List<String> names = List.of();

    /** Has Spark contexts of this process take them. */
    void apply() {
        if (!names.isEmpty()) {
            Home home = Home.here();
            List<Profile> profiles = names.stream()
                    .map(name -> Profile.read(name, home, System::getenv))
                    .toList();
            profiles.forEach(Profile::apply);
        }
    }
}
