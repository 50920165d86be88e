package chat.tcrp.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.hostile.Scale;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A cluster in which everything fails that can, in a time of its own: 20 nodes and 5,000 users, or
 * 100 and 100,000 with {@code -Dhostile.full=true}. {@code -Dcluster.seed=N} makes one run, {@code
 * -Dcluster.seeds=COUNT} so many from there on.
 */
class ClusterSimulationTest {
  private static final long FIRST_SEED = Long.getLong("cluster.seed", 1);
  private static final int SEEDS =
      Integer.getInteger(
          "cluster.seeds", Long.getLong("cluster.seed") == null ? Scale.of(3, 1) : 1);
  private static final Simulation.Size SIZE =
      new Simulation.Size(
          Scale.of(20, 100), Scale.of(5_000, 100_000), Duration.ofSeconds(Scale.of(240, 480)));

  @Test
  void membershipsOutlastWhateverFails() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      Scale.report(run(SIZE, seed));
    }
  }

  @Test
  void aSeedSaysAllThatHappens() {
    Simulation.Size small = new Simulation.Size(16, 800, Duration.ofSeconds(60));
    assertThat(run(small, FIRST_SEED)).isEqualTo(run(small, FIRST_SEED));
  }

  private static String run(Simulation.Size size, long seed) {
    try {
      Simulation simulation = new Simulation(size, seed);
      String figures = simulation.run();
      // Rooms with members at many nodes have subjects of their own.
      assertThat(simulation.mostSubjects()).isPositive();
      return figures;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("to repeat it: -Dcluster.seed=" + seed + "; " + e.getMessage(), e);
    }
  }
}
