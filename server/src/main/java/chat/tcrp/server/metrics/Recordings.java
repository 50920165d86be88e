package chat.tcrp.server.metrics;

import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/** What Java Flight Recorder has running in this process. */
public final class Recordings {
  private Recordings() {}

  /**
   * Has recordings that are meant for a file write it: the process is about to be halted, which
   * leaves the recorder no time to do so by itself.
   */
  public static void finish() {
    if (!FlightRecorder.isInitialized()) {
      return;
    }
    for (Recording recording : FlightRecorder.getFlightRecorder().getRecordings()) {
      try {
        if (recording.getState() == RecordingState.RUNNING) {
          recording.stop();
        }
      } catch (IllegalStateException e) {
        // The recorder has just stopped it itself.
      }
    }
  }
}
