package chat.tcrp.server.rooms;

import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.Outbox;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What members are told by the server. In a large room comings and goings in quick succession are
 * collected, since each notice goes to everybody: at most one datagram a second and member, or a
 * few.
 */
final class Notices {
  /** A room with more members than this is large. */
  static final int LARGE = 50;

  /** A large room is told of comings and goings no more often than this. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** When there are more of a kind, they are counted, not named. */
  static final int MAX_NAMED = 3;

  /** What a large room has not been told yet. */
  private static final class Pending {
    private final Map<Change, List<Username>> changes = new LinkedHashMap<>();
    private long due;
  }

  private final Outbox outbox;
  private final Elsewhere elsewhere;

  /** Large rooms that were told something less than an interval ago. */
  private final Map<Room, Pending> pending = new LinkedHashMap<>();

  Notices(Outbox outbox, Elsewhere elsewhere) {
    this.outbox = outbox;
    this.elsewhere = elsewhere;
  }

  /** Tells a room of one or several members, at once or soon. */
  void tell(Room room, Change change, Collection<Username> who, long now) {
    Pending collected = pending.get(room);
    if (collected == null) {
      tellNow(room, change, who);
      if (room.size() > LARGE) {
        Pending fresh = new Pending();
        fresh.due = now + INTERVAL.toNanos();
        pending.put(room, fresh);
      }
    } else {
      collected.changes.computeIfAbsent(change, c -> new ArrayList<>()).addAll(who);
    }
  }

  /** Tells a room something at once, after what it has not been told yet. */
  void tell(Room room, String text) {
    tellPending(room);
    send(room.members(), ServerDatagram.NOTICE_MARK + text);
  }

  /** Tells one member alone, if it can be reached. */
  void tell(Member member, String text) {
    send(List.of(member), ServerDatagram.NOTICE_MARK + text);
  }

  /** Tells members that their session has ended. */
  void tellEnd(Collection<Member> members, String reason) {
    send(members, (char) ServerDatagram.EOT + ServerDatagram.NOTICE_MARK + reason);
  }

  /** Tells rooms what they have waited long enough for. */
  void tellDue(long now) {
    for (Map.Entry<Room, Pending> entry : List.copyOf(pending.entrySet())) {
      if (now - entry.getValue().due >= 0) {
        boolean quiet = entry.getValue().changes.isEmpty();
        tellPending(entry.getKey());
        if (quiet) {
          pending.remove(entry.getKey());
        } else {
          entry.getValue().due = now + INTERVAL.toNanos();
        }
      }
    }
  }

  /** How long until a room is to be told something, in nanoseconds. */
  long nanosUntilDue(long now) {
    return pending.values().stream()
        .mapToLong(p -> Math.max(0, p.due - now))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** The room is gone: there is nobody to tell. */
  void forget(Room room) {
    pending.remove(room);
  }

  private void tellPending(Room room) {
    Optional.ofNullable(pending.get(room))
        .ifPresent(
            p -> {
              p.changes.forEach((change, who) -> tellNow(room, change, who));
              p.changes.clear();
            });
  }

  private void tellNow(Room room, Change change, Collection<Username> who) {
    if (who.size() > MAX_NAMED) {
      String text = String.format(Locale.ROOT, "%,d members %s", who.size(), change);
      send(room.members(), ServerDatagram.NOTICE_MARK + text);
    } else {
      for (Username username : who) {
        send(room.members(), ServerDatagram.NOTICE_MARK + username + " " + change);
      }
    }
  }

  private void send(Collection<Member> members, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int at = outbox.stage(bytes);
    for (Member member : members) {
      if (member.peer() != null) {
        outbox.send(member.peer(), at, bytes.length);
      } else if (member.isElsewhere()) {
        elsewhere.send(member, bytes);
      }
    }
  }
}
