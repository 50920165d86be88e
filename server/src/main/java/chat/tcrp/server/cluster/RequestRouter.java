package chat.tcrp.server.cluster;

import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.SealKeys;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Tcrp;
import chat.tcrp.protocol.Token;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import chat.tcrp.server.cluster.Letter.Kind;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Listing;
import chat.tcrp.server.rooms.Loops;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.Requests;
import chat.tcrp.server.rooms.Room;
import chat.tcrp.server.rooms.Rooms;
import chat.tcrp.server.rooms.TokenHash;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Finds who is to carry out a request about a room, the home, and makes a home where there is none:
 * this node, when the room is to be made, or when its home is no more. Used on a relay loop's
 * thread only.
 */
final class RequestRouter {
  /** How long another node is waited for. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

  /** How often the directory is looked into for one request, when it changes meanwhile. */
  private static final int TRIES = 5;

  private static final byte REFUSED = 0;
  private static final byte ADMITTED = 1;
  private static final byte DONE = 2;
  private static final byte TOPIC = 3;
  private static final byte LISTED = 4;
  private static final byte NOT_HOME = 5;

  private static final Reply UNREACHABLE =
      new Reply.Refused(Status.SERVER_FULL, "the other servers cannot be reached");

  private final Engine engine;
  private final NodeId self;
  private final Nodes nodes;
  private final Loops loops;
  private final Executor loop;
  private final Keeper keeper;
  private final Outgoing outgoing;
  private final Homes homes;
  private final Visits visits;
  private final Adoption adoption;

  /** Has it be looked again later what has no home. */
  private final Runnable sweep;

  private final EventLog log;
  private final Asks asks = new Asks();
  private final List<Retry> retries = new ArrayList<>();
  private final Ticker ticker;
  private Rooms rooms;
  private long now;

  RequestRouter(
      Engine engine,
      NodeId self,
      Nodes nodes,
      Loops loops,
      Executor loop,
      Keeper keeper,
      Outgoing outgoing,
      Homes homes,
      Visits visits,
      Adoption adoption,
      Runnable sweep,
      Ticker ticker,
      EventLog log) {
    this.ticker = ticker;
    this.engine = engine;
    this.self = self;
    this.nodes = nodes;
    this.loops = loops;
    this.loop = loop;
    this.keeper = keeper;
    this.outgoing = outgoing;
    this.homes = homes;
    this.visits = visits;
    this.adoption = adoption;
    this.sweep = sweep;
    this.log = log;
  }

  void attach(Rooms attached) {
    rooms = attached;
  }

  void time(long time) {
    now = time;
  }

  /** A request of a client here, whose password has been hidden, on its way to being answered. */
  private final class Journey {
    private final Request request;
    private final RoomName room;
    private final String key;
    private final Caller caller;
    private final Consumer<Reply> answer;
    private int tries;

    Journey(Request request, Caller caller, Consumer<Reply> answer) {
      this.request = request;
      this.room = Requests.room(request).orElseThrow();
      this.key = DirectoryJson.key(room);
      this.caller = caller;
      this.answer = answer;
    }

    void begin() {
      Optional<Room> here = rooms.room(room);
      if (here.isPresent()) {
        here(here.get());
        return;
      }
      if (nodes.isAway()) {
        unreachable(new EngineException("NATS is away"));
        return;
      }
      Optional<String> home = visits.home(room);
      if (home.isPresent() && nodes.alive().contains(home.get())) {
        ask(home.get());
      } else {
        lookUp();
      }
    }

    private void here(Room home) {
      if (!nodes.mayDecide()) {
        if (!nodes.isAway()) {
          // Which rooms are ours is being found out: that takes a moment.
          again();
          return;
        }
        if (home.elsewhere() > 0) {
          unreachable(new EngineException("NATS is away, and others may have the room by now"));
          return;
        }
      }
      rooms.handle(request, caller, now, reply -> whenSaved(request, reply, answer));
    }

    private void again() {
      tries++;
      if (tries > TRIES + 1) {
        unreachable(new EngineException("the room's home changes all the time"));
      } else {
        retries.add(
            new Retry(this, ticker.nanos() + FIRST_PAUSE.multipliedBy(1L << tries).toNanos()));
      }
    }

    private void unreachable(Throwable why) {
      log.event(Level.INFO, "cluster-unreachable", "room", room, "reason", why.getMessage());
      answer.accept(UNREACHABLE);
    }

    private void lookUp() {
      After.each(engine.get(Bucket.ROOMS, key), loop, this::found);
    }

    private void found(Optional<Entry> entry, Throwable failure) {
      Optional<Room> here = rooms.room(room);
      if (failure != null) {
        unreachable(failure);
      } else if (here.isPresent()) {
        here(here.get());
      } else if (entry.isEmpty()) {
        visits.over(room);
        nowhere();
      } else {
        try {
          found(entry.get(), DirectoryJson.room(entry.get().value()));
        } catch (IOException e) {
          unreachable(e);
        }
      }
    }

    private void found(Entry entry, DirectoryJson.RoomEntry there) {
      if (there.home().equals(self.text())) {
        if (tries < TRIES || homes.isClaimed(room)) {
          // It is being made, adopted or closed.
          again();
        } else {
          adopt(entry, there);
        }
        return;
      }
      After.each(
          nodes.isAlive(there.home()),
          loop,
          (alive, failure) -> {
            if (failure != null) {
              unreachable(failure);
            } else if (alive) {
              ask(there.home());
            } else {
              adopt(entry, there);
            }
          });
    }

    private void adopt(Entry entry, DirectoryJson.RoomEntry there) {
      tries++;
      if (tries > TRIES + 1) {
        again();
      } else {
        After.each(adoption.adopt(room, entry, there), loop, (done, why) -> begin());
      }
    }

    /** There is no such room. */
    private void nowhere() {
      if (!(request instanceof Request.Create)) {
        rooms.handle(request, caller, now, answer);
        return;
      }
      if (!nodes.mayDecide()) {
        unreachable(new EngineException("no lease"));
        return;
      }
      if (homes.isClaimed(room)) {
        again();
        return;
      }
      homes.claim(room, Engine.ABSENT);
      After.each(
          engine.put(Bucket.ROOMS, key, DirectoryJson.claim(self.text()), Engine.ABSENT),
          loop,
          this::claimed);
    }

    private void claimed(Long revision, Throwable failure) {
      if (failure != null && Keeper.isConflict(failure)) {
        homes.unclaim(room);
        again();
      } else if (failure != null) {
        homes.unclaim(room);
        sweep.run();
        unreachable(failure);
      } else {
        homes.claim(room, revision);
        rooms.handle(
            request,
            caller,
            now,
            reply -> {
              if (homes.unclaim(room)) {
                whenSaved(request, reply, answer);
              } else {
                // It was refused for another reason.
                After.each(
                    engine.delete(Bucket.ROOMS, key, revision),
                    loop,
                    (nothing, why) -> {
                      if (why != null) {
                        sweep.run();
                      }
                      answer.accept(reply);
                    });
              }
            });
      }
    }

    private void ask(String home) {
      boolean admits = request instanceof Request.Create || request instanceof Request.Join;
      if (admits) {
        Optional<Reply> none = rooms.guests().reserve(caller.ip());
        if (none.isPresent()) {
          answer.accept(none.get());
          return;
        }
      }
      Token token = rooms.guests().draw();
      NodeId node = new NodeId(home);
      long id =
          asks.add(
              new Asks.Ask(
                  request,
                  caller,
                  home,
                  token,
                  admits,
                  answer,
                  () -> {
                    visits.forsaken(room, home);
                    again();
                  },
                  ticker.nanos() + PATIENCE.toNanos()));
      Letter.Writer record =
          new Letter.Writer()
              .record(Kind.ASK, room.encode(), 0)
              .put(id)
              .block(caller.ip().getAddress())
              .put(caller.isSealed())
              .text(TokenHash.of(token).hex())
              .block(Tcrp.encode(Secrets.withoutToken(request)));
      outgoing.add(node.subject(loops.of(room, node.loops())), record.end());
    }
  }

  /** A request for which the directory is to be looked into again. */
  private record Retry(Journey journey, long due) {}

  /** How many nanoseconds from now {@link #work} is wanted at the latest. */
  long nanosUntilWork() {
    if (retries.isEmpty() && asks.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long time = ticker.nanos();
    long due = asks.nanosUntilDue(time);
    for (Retry retry : retries) {
      due = Math.min(due, Math.max(0, retry.due() - time));
    }
    return due;
  }

  /** Has a request of a client here carried out by the home of its room. */
  void route(Request request, Caller caller, Consumer<Reply> answer) {
    new Journey(request, caller, answer).begin();
  }

  /** Gives up waiting for nodes that have not answered. */
  void work() {
    if (retries.isEmpty() && asks.isEmpty()) {
      return;
    }
    long time = ticker.nanos();
    if (!retries.isEmpty()) {
      List<Retry> due = retries.stream().filter(retry -> time - retry.due() >= 0).toList();
      retries.removeAll(due);
      due.forEach(retry -> retry.journey().begin());
    }
    forsake(asks.overdue(time));
  }

  /** A node is no more: who waits for it turns to another. */
  void dead(String node) {
    forsake(asks.at(node));
  }

  /** It has been tried to take a room over: who waits for that need not wait longer. */
  void tried(RoomName room) {
    long time = ticker.nanos();
    retries.replaceAll(
        retry -> retry.journey().room.equals(room) ? new Retry(retry.journey(), time) : retry);
  }

  private void forsake(List<Asks.Ask> unanswered) {
    for (Asks.Ask ask : unanswered) {
      giveBack(ask);
      ask.elsewhere().run();
    }
  }

  private void giveBack(Asks.Ask ask) {
    if (ask.reserved()) {
      rooms.guests().giveBack(ask.caller().ip());
    }
  }

  /** Another node asks for a client of its own. */
  void asked(Letter.Received record) throws ProtocolException {
    long id = record.body().getLong();
    InetAddress ip;
    try {
      ip = InetAddress.getByAddress(record.block());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address", e);
    }
    boolean sealed = record.flag();
    TokenHash token = new TokenHash(record.text());
    byte[] frame = record.block();
    Tcrp.Header header = Tcrp.Header.decode(frame);
    Request request =
        Tcrp.decodeRequest(header, Arrays.copyOfRange(frame, Tcrp.HEADER_BYTES, frame.length));
    RoomName room = record.name();
    Caller caller =
        new Caller(
            ip,
            Optional.<SealKeys>empty(),
            Optional.of(new Caller.Via(record.sender().text(), sealed, token)));
    if (rooms.room(room).isEmpty() || !nodes.mayDecide()) {
      answer(record.sender(), room, id, NOT_HOME, writer -> {});
      return;
    }
    rooms.handle(
        request,
        caller,
        now,
        reply ->
            whenSaved(
                request,
                reply,
                answer -> {
                  if (reply instanceof Reply.AdmittedElsewhere(Member member, boolean _)
                      && answer instanceof Reply.Refused) {
                    homes.withheld(member, token);
                  }
                  answer(record.sender(), room, id, answer);
                }));
  }

  /**
   * Answers when what there is to know of it has been written down, or could not be. Somebody who
   * comes back then keeps the token that others know, and nobody is told that something is so which
   * the next home would not know, unless nobody else can have the room.
   */
  private void whenSaved(Request request, Reply reply, Consumer<Reply> answer) {
    keeper.whenSaved(
        saved -> {
          boolean isOurs =
              Requests.room(request)
                  .flatMap(rooms::room)
                  .filter(home -> home.elsewhere() == 0)
                  .isPresent();
          answer.accept(saved || isOurs || !isPromise(request, reply) ? reply : UNREACHABLE);
        });
  }

  /** Whether who is answered so relies on it in another reign. */
  private static boolean isPromise(Request request, Reply reply) {
    return switch (reply) {
      case Reply.Admitted(Token _, boolean rejoined) -> rejoined;
      case Reply.AdmittedElsewhere(Member _, boolean rejoined) -> rejoined;
      case Reply.Topic _ -> request instanceof Request.Topic topic && topic.topic().isPresent();
      case Reply.Done() -> !(request instanceof Request.Leave);
      case Reply.Listed _, Reply.Refused _ -> false;
    };
  }

  private void answer(NodeId to, RoomName room, long id, Reply reply) {
    switch (reply) {
      case Reply.Refused(Status status, String detail) ->
          answer(to, room, id, REFUSED, w -> w.put((byte) status.code()).text(detail));
      case Reply.AdmittedElsewhere(var member, boolean rejoined) -> {
        if (member.isGone()) {
          answer(to, room, id, NOT_HOME, w -> {});
        } else {
          homes.close();
          answer(to, room, id, ADMITTED, w -> homes.admission(w, member, rejoined));
        }
      }
      case Reply.Admitted admitted ->
          throw new IllegalStateException("the client is another node's");
      case Reply.Done() -> answer(to, room, id, DONE, w -> {});
      case Reply.Topic(RoomTopic topic) -> answer(to, room, id, TOPIC, w -> w.text(topic.text()));
      case Reply.Listed(Listing listing) ->
          answer(to, room, id, LISTED, w -> w.block(Deflated.of(listing.json())));
    }
  }

  private void answer(
      NodeId to, RoomName room, long id, byte what, Consumer<Letter.Writer> content) {
    Letter.Writer record =
        new Letter.Writer().record(Kind.ANSWER, room.encode(), 0).put(id).put(what);
    content.accept(record);
    outgoing.add(to.subject(loops.of(room, to.loops())), record.end());
  }

  /** A node answers. */
  void answered(Letter.Received record) throws ProtocolException {
    Optional<Asks.Ask> taken = asks.take(record.body().getLong());
    if (taken.isEmpty()) {
      // Too late: the home finds out by the next roll that nobody came of it.
      return;
    }
    Asks.Ask ask = taken.get();
    byte what = record.body().get();
    if (what == ADMITTED) {
      boolean rejoined = visits.admitted(record, ask);
      ask.answer().accept(new Reply.Admitted(ask.token(), rejoined));
      return;
    }
    giveBack(ask);
    switch (what) {
      case REFUSED -> {
        Status status = Status.ofCode(record.body().get()).orElse(Status.SERVER_FULL);
        ask.answer().accept(new Reply.Refused(status, record.text()));
      }
      case DONE -> ask.answer().accept(new Reply.Done());
      case TOPIC -> ask.answer().accept(new Reply.Topic(new RoomTopic(record.text())));
      case LISTED ->
          ask.answer().accept(new Reply.Listed(Listing.ofJson(Deflated.inflate(record.block()))));
      default -> ask.elsewhere().run();
    }
  }

  /** How many requests are under way to other nodes. */
  int size() {
    return asks.size() + retries.size();
  }
}
