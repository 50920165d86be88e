package chat.tcrp.server.metrics;

import java.time.Duration;
import java.util.List;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/** What Java Flight Recorder has running in this process. */
public final class Recordings {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(5);

  private Recordings() {}

  /**
   * Waits until the recorder, which the end of the process has end as well, has written those that
   * are meant for a file: a halt would leave it no time to. Where nothing is recorded there is
   * nothing to wait for, and never more than five seconds.
   *
   * @throws InterruptedException when the waiting thread is interrupted
   */
  public static void awaitWritten() throws InterruptedException {
    if (!FlightRecorder.isInitialized()) {
      return;
    }
    List<Recording> recordings = FlightRecorder.getFlightRecorder().getRecordings();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    // They are closed when they have been written, and not before all have been.
    while (recordings.stream().anyMatch(r -> r.getState() != RecordingState.CLOSED)
        && System.nanoTime() - deadline < 0) {
      Thread.sleep(LOOK);
    }
  }
}
