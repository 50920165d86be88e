package chat.tcrp.server.rooms;

import chat.tcrp.protocol.AwayText;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.EventLog;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the members of a room settle among themselves: its topic, who hosts it, who is away. */
final class Affairs {
  private final Notices notices;
  private final EventLog log;

  /** Who has come to a room that has a topic, and has not been told it yet. */
  private final List<Member> newcomers = new ArrayList<>();

  Affairs(Notices notices, EventLog log) {
    this.notices = notices;
    this.log = log;
  }

  /** Answers what the topic is, after setting it if there is a new one. */
  Reply topic(Member member, Optional<RoomTopic> topic) {
    Room room = member.room();
    if (topic.isPresent()) {
      if (!member.isHost()) {
        return new Reply.Refused(Status.NOT_AUTHORISED, "not the host");
      }
      boolean was = !room.topic().isNone();
      room.topic(topic.get().isNone() ? RoomTopic.NONE : topic.get());
      if (!room.topic().isNone()) {
        notices.tell(room, member.username() + " set the topic: " + room.topic().text());
      } else if (was) {
        notices.tell(room, member.username() + " removed the topic");
      }
    }
    return new Reply.Topic(room.topic());
  }

  /** A member has been heard for the first time. */
  void arrived(Member member) {
    if (!member.room().topic().isNone()) {
      newcomers.add(member);
    }
  }

  boolean hasNewcomers() {
    return !newcomers.isEmpty();
  }

  /** Tells newcomers what they have come to. */
  void tellNewcomers() {
    for (Member member : newcomers) {
      // The host may have removed it meanwhile.
      if (!member.isGone() && !member.room().topic().isNone()) {
        notices.tell(member, "topic: " + member.room().topic().text());
      }
    }
    newcomers.clear();
  }

  /** Makes another member the host. */
  Reply handOver(Member host, Username username) {
    Room room = host.room();
    Optional<Member> next = room.member(username).filter(member -> member != host);
    if (next.isEmpty()) {
      return new Reply.Refused(Status.INVALID_USERNAME, "nobody of that name to hand over to");
    }
    become(next.get());
    notices.tell(room, next.get().username() + " was made host by " + host.username());
    return new Reply.Done();
  }

  /**
   * Makes the member that has been there longest the host, since the present one has gone; of those
   * who were never heard, one only if there is nobody else.
   *
   * @return false when there is nobody
   */
  boolean succeed(Room room) {
    List<Member> members = room.members();
    Optional<Member> next =
        members.stream()
            .filter(Member::isRegistered)
            .findFirst()
            .or(() -> members.stream().findFirst());
    next.ifPresent(this::become);
    return next.isPresent();
  }

  /** Tells a room who hosts it now. */
  void tellSuccession(Room room) {
    notices.tell(room, room.host().username() + " is the host now");
  }

  private void become(Member next) {
    Room room = next.room();
    room.host(next);
    log.event(
        Level.INFO,
        "host-changed",
        "room",
        room.name(),
        "host",
        next.username(),
        "address",
        Addresses.format(next.ip()));
  }

  /** Remembers that a member is away, or back. */
  Reply away(Member member, Optional<AwayText> text, long now) {
    member.away(text, now);
    return new Reply.Done();
  }
}
