package chat.tcrp.server.cluster;

import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.RoomName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What users mean by a room, and what is known of it from outside. */
final class SimulatedRoom {
  final int number;
  final RoomName name;
  final Optional<Password> password;
  final boolean stays;

  /** Who has ever been in it, and by which name. */
  final Map<String, SimulatedUser> names = new HashMap<>();

  final List<SimulatedUser> users = new ArrayList<>();

  /** What is certain of it; empty for what is not. */
  Optional<SimulatedUser> host = Optional.empty();

  Optional<String> topic = Optional.empty();

  /** Until when an earlier wish to set the topic may still be carried out. */
  long topicAskedUntil;

  final Set<String> banned = new HashSet<>();

  /** Whether it may have been closed, since somebody who may have been its host has gone. */
  boolean mayBeClosed = true;

  /** How many lines have been said in it. */
  int lines;

  SimulatedRoom(int number, Optional<Password> password, boolean stays) {
    this.number = number;
    this.name = new RoomName("room" + number);
    this.password = password;
    this.stays = stays;
  }

  /** Whether it may have been closed: then all that is known is that somebody has made it. */
  boolean mayBeClosed() {
    return mayBeClosed
        || (!stays && host.filter(SimulatedUser::behaves).isEmpty())
        || users.stream().noneMatch(SimulatedUser::behaves);
  }

  /** Nothing is certain of it, since somebody may have made it anew. */
  void forget() {
    host = Optional.empty();
    topic = Optional.empty();
    banned.clear();
  }

  /**
   * What is wrong with the order in which its lines have come to its users: there must be one that
   * all of them agree on.
   */
  Optional<String> disorder() {
    int[] before = new int[lines];
    int[] first = new int[lines];
    Arrays.fill(first, -1);
    int edges = 0;
    for (SimulatedUser user : users) {
      edges += Math.max(0, user.heard.size() - 1);
    }
    int[] to = new int[edges];
    int[] next = new int[edges];
    int count = 0;
    for (SimulatedUser user : users) {
      for (int i = 1; i < user.heard.size(); i++) {
        int from = user.heard.get(i - 1);
        to[count] = user.heard.get(i);
        next[count] = first[from];
        first[from] = count;
        before[to[count]]++;
        count++;
      }
    }
    int[] ready = new int[lines];
    int end = 0;
    for (int line = 0; line < lines; line++) {
      if (before[line] == 0) {
        ready[end++] = line;
      }
    }
    for (int i = 0; i < end; i++) {
      for (int edge = first[ready[i]]; edge >= 0; edge = next[edge]) {
        if (--before[to[edge]] == 0) {
          ready[end++] = to[edge];
        }
      }
    }
    return end == lines
        ? Optional.empty()
        : Optional.of(name + ": " + (lines - end) + " lines came in several orders, or twice");
  }
}
