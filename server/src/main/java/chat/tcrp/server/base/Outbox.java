package chat.tcrp.server.base;

import chat.tcrp.protocol.ServerDatagram;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Where the rooms put the datagrams that they want sent. Used by one relay loop only. */
public interface Outbox {
  /** The memory that {@link #send} sends from; received datagrams lie in it too. */
  ByteBuffer memory();

  /**
   * Reserves a piece of {@link #memory()} to send from until the next flush; sends what is queued
   * when there is none left.
   *
   * @return where it lies
   */
  int stage(int size);

  /** Queues a datagram; its bytes must stay as they are until the next flush. */
  void send(Peer to, int offset, int size);

  /**
   * The same, to learn from the network whether somebody still listens there: if not, that is told
   * as a refusal soon.
   */
  void probe(Peer to, int offset, int size);

  /** Sends what is queued, and counts success or failure with each peer. */
  void flush();

  /** Copies bytes into {@link #memory()}, to be sent from there until the next flush. */
  default int stage(byte[] bytes) {
    int at = stage(bytes.length);
    memory().put(at, bytes);
    return at;
  }

  /** Queues a notice for one member. */
  default void tell(Peer to, String text) {
    byte[] notice = (ServerDatagram.NOTICE_MARK + text).getBytes(StandardCharsets.UTF_8);
    send(to, stage(notice), notice.length);
  }
}
