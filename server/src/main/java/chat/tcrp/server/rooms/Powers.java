package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.Addresses;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Whom a host may remove, and keep out. */
final class Powers {
  private final BiConsumer<Member, String> putOut;

  /**
   * Does nothing yet.
   *
   * @param putOut takes a member out, and tells everybody why, in words that follow its name
   */
  Powers(BiConsumer<Member, String> putOut) {
    this.putOut = putOut;
  }

  Reply kick(Member host, Username username) {
    Room room = host.room();
    Optional<Member> target = room.member(username).filter(member -> member != host);
    if (target.isEmpty()) {
      return new Reply.Refused(Status.INVALID_USERNAME, "nobody of that name to remove");
    }
    putOut.accept(target.get(), "was removed by " + host.username());
    return new Reply.Done();
  }

  Reply ban(Member host, Username username) {
    Room room = host.room();
    Optional<Member> target = room.member(username);
    if (target.filter(Member::isHost).isPresent()) {
      return new Reply.Refused(Status.INVALID_USERNAME, "the host");
    }
    // Whoever shares an address with the host cannot be kept out by it.
    InetAddress hosts = Addresses.network(host.ip());
    room.bans()
        .add(
            username.key(),
            target.map(Member::ip).filter(ip -> !Addresses.network(ip).equals(hosts)));
    target.ifPresent(member -> putOut.accept(member, "was banned by " + host.username()));
    return new Reply.Done();
  }

  Reply unban(Member host, Username username) {
    return host.room().bans().remove(username.key())
        ? new Reply.Done()
        : new Reply.Refused(Status.INVALID_USERNAME, "nobody of that name is banned");
  }
}
