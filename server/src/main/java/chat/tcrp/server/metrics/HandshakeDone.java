package chat.tcrp.server.metrics;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** For Java Flight Recorder: a handshake, from its connection to its end. */
@Name("chat.Handshake")
@Label("Handshake")
@Category("Chat")
@StackTrace(false)
final class HandshakeDone extends Event {
  @Label("Kind")
  String kind;

  @Label("Status")
  String status;
}
