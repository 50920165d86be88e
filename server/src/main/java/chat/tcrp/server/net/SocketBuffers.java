package chat.tcrp.server.net;

import java.util.ArrayList;
import java.util.List;

/**
 * The sizes of a UDP socket's queues in bytes, as the system gave them.
 *
 * @param receive for datagrams that wait to be received
 * @param send for datagrams that wait to be sent
 */
public record SocketBuffers(int receive, int send) {
  /** What is asked for, thousands of datagrams: a burst of a room of a thousand must fit. */
  public static final int WANTED = 4 << 20;

  /**
   * What the system gave less of than was asked for, each as facts for the log with the way out.
   */
  public List<Object[]> complaints() {
    List<Object[]> complaints = new ArrayList<>();
    if (receive < WANTED) {
      complaints.add(facts("receive", receive, "net.core.rmem_max"));
    }
    if (send < WANTED) {
      complaints.add(facts("send", send, "net.core.wmem_max"));
    }
    return complaints;
  }

  private static Object[] facts(String queue, int size, String setting) {
    return new Object[] {
      "queue", queue,
      "bytes", size,
      "wanted", WANTED,
      "remedy", "sysctl -w " + setting + "=" + WANTED
    };
  }
}
