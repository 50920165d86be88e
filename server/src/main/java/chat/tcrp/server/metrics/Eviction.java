package chat.tcrp.server.metrics;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** For Java Flight Recorder: members of one room, or of the lobby, have been put out. */
@Name("chat.Eviction")
@Label("Eviction")
@Category("Chat")
@StackTrace(false)
final class Eviction extends Event {
  @Label("Loop")
  String loop;

  @Label("Reason")
  String reason;

  @Label("Members")
  int members;
}
