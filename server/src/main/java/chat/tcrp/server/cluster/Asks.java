package chat.tcrp.server.cluster;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.Token;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What a relay loop has asked other nodes, and not been answered yet. */
final class Asks {
  /**
   * A question.
   *
   * @param request what the client asks
   * @param node that is asked
   * @param token that it is given if it is let in
   * @param reserved whether a place has been taken for it
   * @param answer takes the reply
   * @param elsewhere is told that the node is not the home, or has not answered
   * @param deadline when it is not waited for any longer
   */
  record Ask(
      Request request,
      Caller caller,
      String node,
      Token token,
      boolean reserved,
      Consumer<Reply> answer,
      Runnable elsewhere,
      long deadline) {
    /** Who wants to be let in. */
    Credentials credentials() {
      return switch (request) {
        case Request.Create(_, Credentials who) -> who;
        case Request.Join(_, Credentials who) -> who;
        default -> throw new IllegalStateException("only create and join admit");
      };
    }
  }

  private final Map<Long, Ask> asks = new HashMap<>();
  private long last;

  long add(Ask ask) {
    asks.put(++last, ask);
    return last;
  }

  Optional<Ask> take(long id) {
    return Optional.ofNullable(asks.remove(id));
  }

  int size() {
    return asks.size();
  }

  boolean isEmpty() {
    return asks.isEmpty();
  }

  /** How long until one has waited long enough, in nanoseconds. */
  long nanosUntilDue(long now) {
    return asks.values().stream()
        .mapToLong(ask -> Math.max(0, ask.deadline() - now))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Takes those that have waited long enough. */
  List<Ask> overdue(long now) {
    return takeAll(ask -> now - ask.deadline() >= 0);
  }

  /** Takes those that wait for a node. */
  List<Ask> at(String node) {
    return takeAll(ask -> ask.node().equals(node));
  }

  private List<Ask> takeAll(Predicate<Ask> which) {
    if (asks.isEmpty()) {
      return List.of();
    }
    List<Ask> taken = asks.values().stream().filter(which).toList();
    asks.values().removeAll(taken);
    return taken;
  }
}
