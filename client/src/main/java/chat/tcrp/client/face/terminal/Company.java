package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.RoomNotice;
import chat.tcrp.client.face.Roster;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Who is in a room, and what of them one wants to see, for as long as the session lasts. */
final class Company {
  private final String ownName;
  private final Roster roster = new Roster();
  private final Ignored ignored = new Ignored();
  private final Quiet quiet = new Quiet();

  /** Whom one has banned from here. */
  private final Set<String> banned = new LinkedHashSet<>();

  Company(String ownName) {
    this.ownName = ownName;
  }

  String ownName() {
    return ownName;
  }

  Roster roster() {
    return roster;
  }

  Ignored ignored() {
    return ignored;
  }

  Quiet quiet() {
    return quiet;
  }

  /** Whether what somebody says, to all or to us alone, is not to be seen or heard. */
  boolean hides(String from) {
    return ignored.contains(from);
  }

  /** Whether a notice is not to be seen. */
  boolean hides(RoomNotice notice) {
    return ignored.contains(notice.who()) || (quiet.isOn() && notice.isComingOrGoing());
  }

  /** Whether somebody of that name, or of one that looks like it, is here as far as is known. */
  boolean isHere(String name) {
    String key = Ignored.key(name);
    return roster.names().stream().map(Ignored::key).anyMatch(key::equals);
  }

  /** Whom one may want to name: the others who are here, the last speakers first. */
  List<String> others() {
    Predicate<String> isHidden = this::hides;
    return roster.lastSpeakersFirst().stream()
        .filter(isHidden.negate())
        .filter(name -> !name.equals(ownName))
        .toList();
  }

  synchronized void banned(String name) {
    banned.add(name);
  }

  synchronized void unbanned(String name) {
    banned.removeIf(known -> Ignored.key(known).equals(Ignored.key(name)));
  }

  synchronized List<String> banned() {
    return List.copyOf(banned);
  }
}
