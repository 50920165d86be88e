package chat.tcrp.server.cluster;

import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.DirectoryJson.MemberEntry;
import chat.tcrp.server.cluster.DirectoryJson.RoomEntry;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.MemberState;
import chat.tcrp.server.rooms.Room;
import chat.tcrp.server.rooms.RoomState;
import chat.tcrp.server.rooms.Rooms;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Makes this node the home of rooms whose home is no more: it writes itself into the directory,
 * which only one node can do, and has the room with its members as they stand there. Used on a
 * relay loop's thread only.
 */
final class Adoption {
  private final Engine engine;
  private final NodeId self;
  private final Nodes nodes;
  private final Executor loop;
  private final Keeper keeper;
  private final Homes homes;
  private final Visits visits;

  /** Has it be looked again later what has no home. */
  private final Runnable sweep;

  private final EventLog log;
  private Rooms rooms;
  private long now;

  /** What is under way. */
  private final Map<RoomName, CompletableFuture<Void>> adoptions = new HashMap<>();

  Adoption(
      Engine engine,
      NodeId self,
      Nodes nodes,
      Executor loop,
      Keeper keeper,
      Homes homes,
      Visits visits,
      Runnable sweep,
      EventLog log) {
    this.engine = engine;
    this.self = self;
    this.nodes = nodes;
    this.loop = loop;
    this.keeper = keeper;
    this.homes = homes;
    this.visits = visits;
    this.sweep = sweep;
    this.log = log;
  }

  void attach(Rooms attached) {
    rooms = attached;
  }

  void time(long time) {
    now = time;
  }

  /** A member as it stands in the directory. */
  private record Found(Entry entry, MemberEntry member) {}

  /**
   * Takes a room over whose home has no lease any more, or is this node, which does not have it:
   * the answer was lost when it took the room over before.
   *
   * @param entry the room's, as it was found in the directory
   * @return completes when it is at home here, or at another node, or is no more
   */
  CompletableFuture<Void> adopt(RoomName name, Entry entry, RoomEntry before) {
    CompletableFuture<Void> already = adoptions.get(name);
    if (already != null) {
      return already;
    }
    if (rooms.room(name).isPresent()
        || homes.isClaimed(name)
        || keeper.keeps(entry.key())
        || !nodes.mayDecide()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    adoptions.put(name, done);
    // A reign's number is the revision that it has replaced: each is greater than the one before.
    long epoch = entry.revision();
    CompletableFuture<?> made =
        before.state().isEmpty()
            // Its home was gone before anybody knew of it, or when it had ended.
            ? takeOut(entry)
            : engine
                .put(
                    Bucket.ROOMS,
                    entry.key(),
                    DirectoryJson.room(self.text(), epoch, before.state().get()),
                    epoch)
                .thenCompose(
                    revision ->
                        engine
                            .list(Bucket.MEMBERS, DirectoryJson.membersOf(entry.key()))
                            .thenAcceptAsync(
                                members ->
                                    begin(
                                        name,
                                        before,
                                        new Entry(entry.key(), "", revision),
                                        epoch,
                                        members),
                                loop));
    After.each(
        made,
        loop,
        (nothing, failure) -> {
          adoptions.remove(name);
          if (failure != null) {
            sweep.run();
          }
          if (failure != null && !Keeper.isConflict(failure)) {
            log.event(
                Level.WARNING, "adoption-failed", "room", name, "reason", failure.getMessage());
          }
          done.complete(null);
        });
    return done;
  }

  /** Takes a room out that was being made or has ended, after what is left of its members. */
  private CompletableFuture<Void> takeOut(Entry room) {
    return engine
        .list(Bucket.MEMBERS, DirectoryJson.membersOf(room.key()))
        .thenCompose(
            members ->
                CompletableFuture.allOf(
                    members.stream()
                        .map(
                            member ->
                                engine.delete(Bucket.MEMBERS, member.key(), member.revision()))
                        .toArray(CompletableFuture<?>[]::new)))
        .thenCompose(done -> engine.delete(Bucket.ROOMS, room.key(), room.revision()));
  }

  private void begin(
      RoomName name, RoomEntry before, Entry entry, long epoch, List<Entry> entries) {
    RoomState facts = before.state().orElseThrow();
    List<Found> found = members(entries);
    List<MemberState> states = found.stream().map(f -> present(f.member().state())).toList();
    long hostId = facts.members().getFirst().id();
    Optional<MemberState> host = states.stream().filter(m -> m.id() == hostId).findFirst();
    keeper.has(Bucket.ROOMS, entry);
    found.forEach(f -> keeper.has(Bucket.MEMBERS, f.entry()));
    if (states.isEmpty() || (host.isEmpty() && !facts.stays())) {
      // It was about to close.
      found.forEach(f -> keeper.remove(f.entry().key()));
      keeper.remove(entry.key());
      visits.over(name);
      return;
    }
    int hostAt = Math.max(0, host.map(states::indexOf).orElse(0));
    visits.left(name);
    Room room = rooms.adopt(facts.with(states, hostAt), epoch, now);
    homes.adopted(room);
    for (Member member : List.copyOf(room.members())) {
      if (member.isElsewhere() && !nodes.alive().contains(member.edge())) {
        rooms.loseEdge(member, now);
      }
    }
    homes.edgesChanged();
    homes.changed(room);
    homes.roll(room);
  }

  /** The members as the last home has left them, in the order in which they came. */
  private List<Found> members(List<Entry> entries) {
    List<Found> found = new ArrayList<>();
    for (Entry entry : entries) {
      try {
        found.add(new Found(entry, DirectoryJson.member(entry.value())));
      } catch (IOException e) {
        log.event(Level.WARNING, "directory-broken", "key", entry.key(), "reason", e.getMessage());
      }
    }
    found.sort(Comparator.comparingLong(f -> f.member().state().id()));
    return found;
  }

  /** Who was here as a guest is so no more. */
  private MemberState present(MemberState state) {
    return state.edge().filter(self.text()::equals).isPresent() ? state.here() : state;
  }

  /** How many are under way. */
  int size() {
    return adoptions.size();
  }
}
