package chat.tcrp.server.metrics;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** For Java Flight Recorder: a turn of a relay loop that took long. */
@Name("chat.RelayCycle")
@Label("Relay Cycle")
@Description("A turn of a relay loop, without the wait before it")
@Category("Chat")
@StackTrace(false)
@Threshold("10 ms")
final class RelayCycle extends Event {
  @Label("Loop")
  String loop;

  @Label("Datagrams")
  @Description("Received in this turn")
  int datagrams;
}
