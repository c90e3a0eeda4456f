package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OccupancyTest {

    @Test
    void saysWhatShareWasTrainingAndHowFarItWasFromTheShortestSchedule() {
        Occupancy occupancy = new Occupancy(24, 50, 2, 93, 48);
        assertThat(occupancy.sentence())
                .isEqualTo(
                        "trained 24 trials in 50.0 s on 2 cores: 93 % of the core time in training steps, 4 % above the"
                                + " shortest schedule");
    }

    @Test
    void saysNothingOfCoresWhereNothingWasMetered() {
        assertThat(new Occupancy(2, 5, 2, 0, 0).sentence()).isEqualTo("trained 2 trials in 5.0 s on 2 cores");
    }

    @Test
    void shortestScheduleIsTheSumOverTheCoresOrTheLongestTask() {
        Occupancy.Tally even = new Occupancy.Tally(2);
        even.add(new TrialEnd[] {end(10, 9)});
        even.add(new TrialEnd[] {end(4, 3), end(8, 7)}); // a trunk of two
        Occupancy both = even.end(2);
        assertThat(both.shortestSeconds()).isEqualTo(12);
        assertThat(both.trainingSeconds()).isEqualTo(19);
        assertThat(both.trials()).isEqualTo(3);

        Occupancy.Tally four = new Occupancy.Tally(4);
        four.add(new TrialEnd[] {end(6, 5)});
        four.add(new TrialEnd[] {end(6, 5)});
        assertThat(four.end(2).cores()).as("no more than tasks").isEqualTo(2);
        assertThat(four.end(2).shortestSeconds()).isEqualTo(6);
    }

    @Test
    void aTrialOnSeveralDevicesIsAsManyTasks() {
        Occupancy.Tally two = new Occupancy.Tally(2);
        two.add(new TrialEnd("t", "id", "completed", null, 1.0, 2, 10, 9, null, null, List.of()));
        assertThat(two.end(2).shortestSeconds()).isEqualTo(5);
        assertThat(two.end(2).trainingSeconds()).isEqualTo(9);
    }

    private static TrialEnd end(double wall, double training) {
        return new TrialEnd("t", "id", "completed", null, 1.0, 1, wall, training, null, null, List.of());
    }
}
