package chat.tcrp.client.session;

import chat.tcrp.protocol.Status;
import java.time.Duration;
import java.util.Optional;

/**
 * What a session tells whoever uses it, in the order in which it happened. Texts that came over the
 * network are given as received; a face makes them safe before showing them.
 */
public sealed interface SessionEvent {
  /**
   * Messages can be sent and received now: the first keepalive came back.
   *
   * @param roundTrip how long it took
   * @param server where
   */
  record Joined(Duration roundTrip, ServerAddress server) implements SessionEvent {}

  /**
   * Somebody said something.
   *
   * @param from who; empty when the server did not say
   * @param text what
   */
  record Message(String from, String text) implements SessionEvent {}

  /**
   * Somebody said something to us alone.
   *
   * @param from who; empty when the server did not say
   * @param text what
   */
  record Private(String from, String text) implements SessionEvent {}

  /**
   * The server said something about the room.
   *
   * @param text {@code bob joined}
   */
  record Notice(String text) implements SessionEvent {}

  /**
   * The handshake succeeded, but messages do not get through; trying goes on.
   *
   * @param server where
   */
  record UdpBlocked(ServerAddress server) implements SessionEvent {}

  /**
   * The answer to a ping.
   *
   * @param roundTrip how long the keepalive took there and back
   */
  record Pong(Duration roundTrip) implements SessionEvent {}

  /**
   * The server does not answer any more, or ended the session in a way from which one comes back;
   * rejoining has begun.
   *
   * @param reason what happened, in a few words
   */
  record ConnectionLost(String reason) implements SessionEvent {}

  /**
   * A rejoin was refused; it will be tried again.
   *
   * @param status why; said once for each reason in a row
   */
  record Waiting(Status status) implements SessionEvent {}

  /**
   * Messages can be sent and received again; some may have been missed.
   *
   * @param roundTrip how long the keepalive took
   * @param server where
   * @param elsewhere whether that is not where it was before; where only the address of its name is
   *     another one, {@code server} is that address
   */
  record Rejoined(Duration roundTrip, ServerAddress server, boolean elsewhere)
      implements SessionEvent {}

  /**
   * One of several servers is not the one that is meant, or does not encrypt; others are tried.
   *
   * @param why what is wrong with it; said once while it is so
   */
  record PassedOver(UntrustedException why) implements SessionEvent {}

  /**
   * Lines were said that the session has not had; comes after {@link Joined} or {@link Rejoined}.
   *
   * @param wasAway whether they were said while we were away, and not before we came
   * @param lines how many of them follow now, as messages; empty when the server does not say
   *     whether there were any, and sends none
   * @param gone how many the server does not keep any more
   */
  record Missed(boolean wasAway, Optional<Long> lines, long gone) implements SessionEvent {}

  /**
   * The session is over for good; nothing follows.
   *
   * @param reason what the server said, or why rejoining makes no sense
   * @param cause how it ended
   */
  record Ended(String reason, Cause cause) implements SessionEvent {}

  /** How a session ends. */
  enum Cause {
    /** The host left, or the room was closed otherwise. */
    ROOM_CLOSED,
    /** The host removed us. */
    REMOVED,
    /** The server refused to take us back, for a reason that will not go away. */
    REFUSED,
    /** The server that answers now is not the one that it was, or does not encrypt any more. */
    UNTRUSTED,
    /** We left. */
    LEFT,
    /** This program failed: a defect, or a system without sockets. */
    FAILED
  }
}
