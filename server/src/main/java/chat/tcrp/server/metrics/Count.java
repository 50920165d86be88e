package chat.tcrp.server.metrics;

import java.util.Locale;
import java.util.Optional;

/** What a relay loop counts: events, which only become more, and what there is at the moment. */
public enum Count {
  RECEIVED(Figure.DATAGRAMS_RECEIVED, Where.ANY),
  SENT(Figure.DATAGRAMS_SENT, Where.ANY),
  MESSAGES(Figure.MESSAGES, Where.ANY),
  KEEPALIVES(Figure.KEEPALIVES, Where.ROOMS),
  DELIVERIES(Figure.DELIVERIES, Where.ANY),

  /** No datagram of this protocol. */
  MALFORMED(Figure.DROPS, Where.ANY),
  /** Longer than one may be, or too long for a line behind its sender's name. */
  OVERSIZE(Figure.DROPS, Where.ANY),
  /** A token that no member of the room has. */
  UNKNOWN_TOKEN(Figure.DROPS, Where.ROOMS),
  /** A member's token or session, from an address that is not the member's. */
  WRONG_ADDRESS(Figure.DROPS, Where.ROOMS),
  /** A plain datagram with the token of a sealed session. */
  UNSEALED(Figure.DROPS, Where.ROOMS),
  /** A sealed datagram of a session that is none. */
  UNKNOWN_SESSION(Figure.DROPS, Where.ROOMS),
  /** A sealed datagram that its session's client has not made. */
  FORGED(Figure.DROPS, Where.ROOMS),
  /** A sealed datagram whose counter has been seen, or is too old to tell. */
  REPLAYED(Figure.DROPS, Where.ROOMS),
  /** More deliveries than one member may cause. */
  OVER_BUDGET(Figure.DROPS, Where.ROOMS),
  /** A private message that could go to nobody. */
  NO_RECIPIENT(Figure.DROPS, Where.ROOMS),
  /** Of a room that spans nodes of a cluster, while the others cannot be reached. */
  HELD(Figure.DROPS, Where.ROOMS),
  /** For another node, to which too much is on its way, or which cannot be reached. */
  NODE_UNREACHED(Figure.DROPS, Where.ROOMS),
  /** Of another node: a message with lines that has not come. */
  NODE_LOST(Figure.DROPS, Where.ROOMS),
  /** For another loop, which has too many waiting already. */
  HANDOVER_FULL(Figure.DROPS, Where.ROOMS),
  /** From an address that the lobby does not admit, or not now. */
  NOT_ADMITTED(Figure.DROPS, Where.LOBBY),
  /** Dropped by the system, because the receive queue was full. */
  KERNEL(Figure.DROPS, Where.ANY),
  /** Not sent: the system has refused that. */
  SEND_FAILED(Figure.DROPS, Where.ANY),
  /** Not sent: the send queue was full for too long. */
  SEND_QUEUE_FULL(Figure.DROPS, Where.ANY),

  /** Members that have been silent for too long. */
  SILENT(Figure.EVICTIONS, Where.ANY),
  /** Members that the network does not reach. */
  UNREACHABLE(Figure.EVICTIONS, Where.ANY),
  /** Members whom a host has removed or banned. */
  REMOVED(Figure.EVICTIONS, Where.ROOMS),
  /** Members of a room whose place was needed, since nobody used it. */
  ROOM_UNUSED(Figure.EVICTIONS, Where.ROOMS),

  ROOMS(Figure.ROOMS, Where.ROOMS),
  PLAIN(Figure.MEMBERS, Where.ROOMS),
  SEALED(Figure.MEMBERS, Where.ROOMS),
  GUEST_ROOMS(Figure.GUEST_ROOMS, Where.ROOMS),
  NODE_MESSAGES_SENT(Figure.NODE_MESSAGES_SENT, Where.ROOMS),
  NODE_MESSAGES_RECEIVED(Figure.NODE_MESSAGES_RECEIVED, Where.ROOMS),
  LOBBY_MEMBERS(Figure.LOBBY_MEMBERS, Where.LOBBY);

  /** Which loops count it. */
  enum Where {
    ROOMS,
    LOBBY,
    ANY
  }

  private final Figure figure;
  private final Where where;

  Count(Figure figure, Where where) {
    this.figure = figure;
    this.where = where;
  }

  public Figure figure() {
    return figure;
  }

  /** Its place in an array. */
  @SuppressWarnings("EnumOrdinal") // a map would cost something for each datagram
  int place() {
    return ordinal();
  }

  boolean isCountedBy(Where loop) {
    return where == Where.ANY || where == loop;
  }

  /** What the figure's label says besides the loop, if it says something. */
  Optional<String> label() {
    return switch (figure) {
      case DROPS, EVICTIONS, MEMBERS -> Optional.of(text());
      default -> Optional.empty();
    };
  }

  /** As it is written behind an equals sign, {@code over_budget}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As it is written in the log before an equals sign, {@code over-budget}. */
  String key() {
    return text().replace('_', '-');
  }
}
