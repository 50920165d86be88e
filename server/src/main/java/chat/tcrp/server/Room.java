package chat.tcrp.server;

import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A room: who is in it, and who hosts it. */
final class Room {
  private final RoomName name;
  private final byte[] nameBytes;
  private final Optional<PasswordHash> password;
  private final List<Member> members = new ArrayList<>();
  private final Map<String, Member> byName = new HashMap<>();
  private final Member host;

  Room(RoomName name, Optional<PasswordHash> password, Username hostName) {
    this.name = name;
    this.nameBytes = name.encode();
    this.password = password;
    this.host = enter(hostName);
  }

  RoomName name() {
    return name;
  }

  /** The name on the wire; not to be changed. */
  byte[] nameBytes() {
    return nameBytes;
  }

  Optional<PasswordHash> password() {
    return password;
  }

  Member host() {
    return host;
  }

  /** The members in the order in which they came. */
  List<Member> members() {
    return Collections.unmodifiableList(members);
  }

  Optional<Member> member(Username username) {
    return Optional.ofNullable(byName.get(username.key()));
  }

  /** Adds a member whose name is free. */
  Member enter(Username username) {
    Member member = new Member(this, username);
    if (byName.putIfAbsent(username.key(), member) != null) {
      throw new IllegalStateException("username taken");
    }
    members.add(member);
    return member;
  }

  void remove(Member member) {
    members.remove(member);
    byName.remove(member.username().key(), member);
  }
}
