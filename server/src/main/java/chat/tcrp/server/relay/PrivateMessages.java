package chat.tcrp.server.relay;

import chat.tcrp.protocol.CleanText;
import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.PrivateText;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.metrics.Count;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Rooms;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What becomes of a message for one member alone: it goes to that member at once, in a datagram of
 * its own, or its sender is told why not.
 */
final class PrivateMessages {
  private static final String NOT_SENT = "; your private message was not sent";

  private final Rooms rooms;
  private final DatagramIo io;
  private final LoopMetrics metrics;

  PrivateMessages(Rooms rooms, DatagramIo io, LoopMetrics metrics) {
    this.rooms = rooms;
    this.io = io;
    this.metrics = metrics;
  }

  /** Whether what the view shows is one. */
  static boolean isOne(ByteBuffer memory, ClientDatagram.View view) {
    return memory.get(view.messageAt()) == PrivateText.MARK;
  }

  /** Passes on the one that the view shows. */
  void pass(Member sender, ClientDatagram.View view) {
    long before = metrics.get(Count.DELIVERIES);
    refusal(sender, view).ifPresent(why -> rooms.tell(sender, why));
    boolean isDelivered = metrics.get(Count.DELIVERIES) > before;
    metrics.add(isDelivered ? Count.MESSAGES : Count.NO_RECIPIENT);
  }

  /** Passes it on, or answers why not. */
  private Optional<String> refusal(Member sender, ClientDatagram.View view) {
    ByteBuffer memory = io.memory();
    int nameAt = view.messageAt() + 1;
    int end = view.messageAt() + view.messageSize();
    int nameEnd = nameAt;
    while (nameEnd < end && memory.get(nameEnd) != PrivateText.NAME_END) {
      nameEnd++;
    }
    Optional<Username> name = name(memory, nameAt, nameEnd);
    if (name.isEmpty() || nameEnd == end) {
      return Optional.of("nobody can have such a name" + NOT_SENT);
    }
    Optional<Member> recipient = sender.room().member(name.get());
    if (recipient.isEmpty()) {
      return Optional.of("nobody here is called " + name.get() + NOT_SENT);
    }
    if (recipient.get() == sender) {
      return Optional.of("that is yourself" + NOT_SENT);
    }
    if (!recipient.get().isReachable()) {
      return Optional.of(name.get() + " cannot be reached yet" + NOT_SENT);
    }
    int textAt = nameEnd + 1;
    if (textAt < end && memory.get(textAt) == ' ') {
      textAt++;
    }
    return textAt == end
        ? Optional.of("there is no text" + NOT_SENT)
        : pass(sender, recipient.get(), textAt, end - textAt);
  }

  private static Optional<Username> name(ByteBuffer memory, int at, int end) {
    byte[] bytes = new byte[Math.min(end - at, Username.MAX_BYTES + 1)];
    memory.get(at, bytes);
    try {
      return Optional.of(Username.decode(bytes));
    } catch (ProtocolException e) {
      return Optional.empty();
    }
  }

  private Optional<String> pass(Member sender, Member recipient, int textAt, int textSize) {
    byte[] prefix = sender.privatePrefix();
    int at = io.stage(ServerDatagram.MAX_BYTES);
    ByteBuffer memory = io.memory();
    memory.put(at, prefix);
    int size =
        prefix.length
            + CleanText.copy(
                memory,
                textAt,
                textSize,
                memory,
                at + prefix.length,
                ServerDatagram.MAX_BYTES - prefix.length);
    if (size > ServerDatagram.MAX_BYTES) {
      return Optional.of(
          "with what stands before it, it has %d bytes, at most %d fit%s"
              .formatted(size, ServerDatagram.MAX_BYTES, NOT_SENT));
    }
    if (size == prefix.length) {
      return Optional.of("there is no text" + NOT_SENT);
    }
    rooms.send(recipient, at, size);
    metrics.add(Count.DELIVERIES);
    return sender.newsOf(recipient).map(away -> recipient.username() + " is away: " + away);
  }
}
