package chat.tcrp.server.cluster;

import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.cluster.DirectoryJson.RoomEntry;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import chat.tcrp.server.metrics.Count;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Change;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Loops;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.Room;
import chat.tcrp.server.rooms.Rooms;
import chat.tcrp.server.rooms.Speech;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The other nodes, as the rooms of one relay loop see them. Used on the loop's thread only. */
final class LoopLink implements Elsewhere {
  /** How often it is looked what is due, or could not be done before. */
  private static final Duration ROUND = Duration.ofMillis(100);

  private final Engine engine;
  private final NodeId self;
  private final Nodes nodes;
  private final Executor loop;
  private final EventLog log;
  private final Outgoing outgoing;
  private final Keeper keeper;
  private final Homes homes;
  private final Visits visits;
  private final Adoption adoption;
  private final RequestRouter router;

  /** Keys of entries of which it could not be found out who has written them. */
  private final Set<String> doubtful = new LinkedHashSet<>();

  private Rooms rooms;
  private boolean stopped;
  private long now;
  private long nextRound;

  /**
   * Knows of no room yet.
   *
   * @param index of the loop
   * @param sweep has it be looked again later what has no home
   */
  LoopLink(
      Engine engine,
      NodeId self,
      Nodes nodes,
      Loops loops,
      int index,
      Runnable sweep,
      Ticker ticker,
      EventLog log) {
    this.engine = engine;
    this.self = self;
    this.nodes = nodes;
    this.loop =
        action -> loops.run(index, time -> log.guard("cluster-defect", () -> inTime(time, action)));
    this.log = log;
    this.nextRound = ticker.nanos();
    this.outgoing =
        new Outgoing(
            engine,
            self,
            ticker.nanos(),
            isSent -> rooms.count(isSent ? Count.NODE_MESSAGES_SENT : Count.NODE_UNREACHED));
    this.keeper = new Keeper(engine, loop, nodes::mayDecide, this::lost);
    this.homes = new Homes(self, loops, keeper, outgoing);
    this.visits =
        new Visits(
            engine, loops, index, outgoing, this::lookUp, () -> rooms.count(Count.NODE_LOST));
    this.adoption = new Adoption(engine, self, nodes, loop, keeper, homes, visits, sweep, log);
    this.router =
        new RequestRouter(
            engine, self, nodes, loops, loop, keeper, outgoing, homes, visits, adoption, sweep,
            ticker, log);
  }

  private void inTime(long time, Runnable action) {
    if (!stopped) {
      time(time);
      action.run();
    }
  }

  private void time(long time) {
    now = time;
    homes.time(time);
    visits.time(time);
    adoption.time(time);
    router.time(time);
  }

  @Override
  public void attach(Rooms attached, Speech speech) {
    rooms = attached;
    homes.attach(attached, speech);
    visits.attach(attached, speech);
    adoption.attach(attached);
    router.attach(attached);
  }

  /** Has a request of a client here carried out, whose password has been hidden. */
  void route(Request request, Caller caller, long time, Consumer<Reply> answer) {
    time(time);
    router.route(request, caller, answer);
  }

  @Override
  public boolean isSomewhere() {
    return true;
  }

  @Override
  public void received(byte[] message, long time) {
    time(time);
    rooms.count(Count.NODE_MESSAGES_RECEIVED);
    List<Letter.Received> records;
    try {
      records = Letter.read(message);
    } catch (RuntimeException e) {
      log.event(Level.WARNING, "node-not-understood", "reason", e.getMessage());
      return;
    }
    for (Letter.Received record : records) {
      try {
        received(record);
      } catch (ProtocolException | RuntimeException e) {
        log.failure("node-record-failed kind=" + record.kind(), e);
      }
    }
  }

  private void received(Letter.Received record) throws ProtocolException {
    switch (record.kind()) {
      case ASK -> router.asked(record);
      case ANSWER -> router.answered(record);
      case SAID, WHISPERED, HEARD, LOST, PRESENT, SHARING, HERE -> homes.received(record);
      case LINES, SEND, GONE, PROBE, ROLL, SHARE, MOVED -> visits.received(record);
      case LIST, LISTED, BYE -> throw new IllegalArgumentException("not for a loop");
    }
  }

  @Override
  public void flush(long time) {
    time(time);
    if (time - nextRound >= 0) {
      nextRound = time + ROUND.toNanos();
      if (nodes.mayDecide()) {
        keeper.retry();
        List<String> again = List.copyOf(doubtful);
        doubtful.clear();
        again.forEach(this::lost);
        homes.roll(nodes.alive()).forEach(this::lookFor);
      } else {
        // Members cannot come back at the moment: they are given time.
        rooms.waitAnew(time);
      }
      visits.work(nodes.alive());
    }
    router.work();
    homes.close();
    visits.close();
    outgoing.flush(time);
  }

  @Override
  public long nanosUntilWork(long time) {
    return Math.min(router.nanosUntilWork(), outgoing.nanosUntilWork(time));
  }

  @Override
  public long nanosToRest(long time) {
    return outgoing.nanosToRest(time);
  }

  @Override
  public void stop() {
    stopped = true;
    outgoing.flush();
  }

  @Override
  public boolean isHeld(Room room) {
    if (nodes.mayDecide()) {
      return room.isGuest() && !nodes.alive().contains(room.home());
    }
    return room.isGuest() || room.elsewhere() > 0 || !nodes.isAway();
  }

  @Override
  public long epoch(RoomName room) {
    return homes.epoch(room);
  }

  @Override
  public void changed(Room room) {
    if (!stopped) {
      homes.changed(room);
    }
  }

  @Override
  public void ended(Room room) {
    if (!stopped) {
      homes.ended(room);
    }
  }

  @Override
  public void changed(Member member) {
    if (!stopped) {
      homes.changed(member);
    }
  }

  @Override
  public void gone(Member member) {
    if (!stopped && !member.room().isGuest()) {
      homes.gone(member);
    }
  }

  @Override
  public void sessionEnded(Member member, String node) {
    if (!stopped) {
      homes.sessionEnded(member, node);
    }
  }

  @Override
  public void send(Member member, byte[] datagram) {
    if (!stopped) {
      homes.send(member, datagram);
    }
  }

  @Override
  public void line(Room room, Member sender, ByteBuffer memory, int at, int size) {
    homes.line(room, sender, memory, at, size);
  }

  @Override
  public void said(Member guest, boolean privately, ByteBuffer memory, int at, int size) {
    visits.said(guest, privately, memory, at, size);
  }

  @Override
  public void heard(Member guest) {
    visits.heard(guest);
  }

  @Override
  public void lost(Member guest, Change how) {
    visits.lost(guest, how);
  }

  @Override
  public void probe(Member member) {
    homes.probe(member);
  }

  /** Somebody else has written an entry, or it was us and the answer was lost. */
  private void lost(String key) {
    String roomKey = DirectoryJson.roomOf(key);
    After.each(
        engine.get(Bucket.ROOMS, roomKey),
        loop,
        (entry, failure) -> {
          if (failure == null && nodes.mayDecide()) {
            check(DirectoryJson.name(roomKey), entry, key, true);
          } else {
            doubtful.add(key);
          }
        });
  }

  /**
   * Gives a room up that is not at home here any more; else saves an entry of it again.
   *
   * @param mayBeNew whether a room may be missing because the directory was lost; else another node
   *     has taken it over, and it has been closed there
   */
  private void check(RoomName name, Optional<Entry> entry, String key, boolean mayBeNew) {
    Optional<Room> room = rooms.room(name);
    boolean isOurs = entry.flatMap(LoopLink::homeOf).equals(Optional.of(self.text()));
    if (room.isEmpty()) {
      ended(key, entry, isOurs);
      return;
    }
    if (entry.isEmpty() && mayBeNew) {
      homes.saveAnew(room.get());
      return;
    }
    if (!isOurs) {
      forsake(room.get());
      return;
    }
    keeper.has(Bucket.ROOMS, entry.get());
    if (!DirectoryJson.isMember(key)) {
      homes.saveAgain(key);
      return;
    }
    withMember(
        key,
        member -> {
          member.ifPresent(there -> keeper.has(Bucket.MEMBERS, there));
          homes.saveAgain(key);
        });
  }

  /** Does something with the entry of a member, or looks for it later when that is not known. */
  private void withMember(String key, Consumer<Optional<Entry>> action) {
    After.each(
        engine.get(Bucket.MEMBERS, key),
        loop,
        (member, failure) -> {
          if (failure == null) {
            action.accept(member);
          } else {
            doubtful.add(key);
          }
        });
  }

  /** A room has ended here: its entries are to be taken out, unless another node has it now. */
  private void ended(String key, Optional<Entry> entry, boolean isOurs) {
    String roomKey = DirectoryJson.roomOf(key);
    if (entry.isPresent() && !isOurs) {
      keeper.forgetRoom(roomKey);
      return;
    }
    if (isOurs) {
      keeper.has(Bucket.ROOMS, entry.get());
      keeper.end(roomKey, DirectoryJson.claim(self.text()));
    } else {
      keeper.takeOutMembers(roomKey);
    }
    if (DirectoryJson.isMember(key)) {
      withMember(
          key,
          member -> {
            if (member.isPresent() && rooms.room(DirectoryJson.name(roomKey)).isEmpty()) {
              keeper.has(Bucket.MEMBERS, member.get());
              keeper.remove(key);
            }
          });
    }
  }

  private void forsake(Room room) {
    log.event(Level.WARNING, "room-lost", "room", room.name(), "members", room.size());
    homes.forget(room);
    rooms.forsake(room);
  }

  private static Optional<String> homeOf(Entry entry) {
    try {
      return Optional.of(DirectoryJson.home(entry.value()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Finds out which rooms are still at home here, see {@link Nodes.Verification}. */
  CompletableFuture<Void> verify(boolean isNew) {
    CompletableFuture<Void> all = new CompletableFuture<>();
    loop.execute(
        () -> {
          List<CompletableFuture<Void>> checks = new ArrayList<>();
          visits.lookForAll();
          Set<String> keys = keeper.rooms();
          homes.rooms().forEach(room -> keys.add(DirectoryJson.key(room.name())));
          for (String key : keys) {
            checks.add(
                engine
                    .get(Bucket.ROOMS, key)
                    .thenCompose(this::claim)
                    .thenAcceptAsync(
                        entry -> check(DirectoryJson.name(key), entry, key, isNew), loop));
          }
          After.each(
              CompletableFuture.allOf(checks.toArray(CompletableFuture<?>[]::new)),
              Runnable::run,
              (nothing, failure) -> {
                if (failure == null) {
                  all.complete(null);
                } else {
                  all.completeExceptionally(failure);
                }
              });
        });
    return all;
  }

  /**
   * Writes the entry of a room once more that is at home here: a node that has taken this one for
   * gone, and is about to take the room over, then cannot.
   */
  private CompletableFuture<Optional<Entry>> claim(Optional<Entry> entry) {
    return entry
        .filter(there -> homeOf(there).equals(Optional.of(self.text())))
        .map(
            ours ->
                engine
                    .put(Bucket.ROOMS, ours.key(), ours.value(), ours.revision())
                    .thenApply(
                        revision -> Optional.of(new Entry(ours.key(), ours.value(), revision))))
        .orElseGet(() -> CompletableFuture.completedFuture(entry));
  }

  /** Somebody may be at a node that asked for it just before its end, and was heard after that. */
  private void lookFor(String node) {
    After.each(
        nodes.isAlive(node),
        loop,
        (alive, failure) -> {
          if (failure == null && !alive) {
            rooms.loseEdge(node, now);
            homes.edgesChanged();
          }
        });
  }

  /** A node is no more. */
  void dead(String node) {
    loop.execute(
        () -> {
          rooms.loseEdge(node, now);
          homes.edgesChanged();
          router.dead(node);
        });
  }

  /** Takes a room over whose home is no more, or is this node, unless it is here. */
  void adopt(RoomName name, Entry entry) {
    loop.execute(
        () -> {
          if (keeper.keeps(entry.key())) {
            return;
          }
          try {
            RoomEntry before = DirectoryJson.room(entry.value());
            After.each(
                adoption.adopt(name, entry, before), loop, (done, failure) -> router.tried(name));
          } catch (IOException e) {
            log.event(
                Level.WARNING, "directory-broken", "key", entry.key(), "reason", e.getMessage());
          }
        });
  }

  /** Finds out who is the home of a room that has guests here, and has not been heard for long. */
  private void lookUp(RoomName name) {
    After.each(
        engine.get(Bucket.ROOMS, DirectoryJson.key(name)),
        loop,
        (entry, failure) -> {
          if (failure == null) {
            Optional<String> home = entry.flatMap(LoopLink::homeOf);
            if (!home.equals(Optional.of(self.text()))) {
              visits.found(name, home);
            }
          }
        });
  }

  /** How much is kept of rooms, and of what is under way: nothing when there is nobody. */
  int size() {
    return keeper.size()
        + doubtful.size()
        + homes.size()
        + visits.size()
        + adoption.size()
        + router.size()
        + outgoing.size();
  }
}
