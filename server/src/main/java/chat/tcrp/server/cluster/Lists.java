package chat.tcrp.server.cluster;

import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.server.base.Ticker;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Listing;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.Requests;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The list of all rooms of the cluster: each node is asked for its own. Who asks while another
 * does, or soon after, shares the answer.
 */
final class Lists {
  /** How long nodes are waited for; who has not answered by then has no rooms in the list. */
  static final Duration PATIENCE = Duration.ofMillis(500);

  private static final byte[] NO_ROOM = {};
  private static final Caller SELF = Caller.plain(InetAddress.getLoopbackAddress());

  /** A list that is being put together. */
  private static final class Gathering {
    private final long begun;
    private final Set<String> missing;
    private final List<RoomInfo> rooms = new ArrayList<>();
    private final CompletableFuture<Reply> list = new CompletableFuture<>();

    Gathering(long begun, Set<String> missing) {
      this.begun = begun;
      this.missing = missing;
    }

    void add(String node, List<RoomInfo> more) {
      if (missing.remove(node)) {
        rooms.addAll(more);
        if (missing.isEmpty()) {
          end();
        }
      }
    }

    void end() {
      list.complete(new Reply.Listed(Listing.ofRooms(List.copyOf(rooms))));
    }
  }

  private final Engine engine;
  private final NodeId self;
  private final Nodes nodes;
  private final Ticker ticker;
  private Requests local = (request, caller) -> new CompletableFuture<>();
  private final Map<Long, Gathering> gatherings = new HashMap<>();
  private long last;

  Lists(Engine engine, NodeId self, Nodes nodes, Ticker ticker) {
    this.engine = engine;
    this.self = self;
    this.nodes = nodes;
    this.ticker = ticker;
  }

  /** Knows from now on who lists the rooms that are at home here. */
  synchronized void attach(Requests here) {
    local = here;
  }

  /** The rooms of all nodes. From any thread. */
  CompletableFuture<Reply> gather() {
    Gathering gathering;
    long id;
    synchronized (this) {
      Gathering latest = gatherings.get(last);
      if (latest != null && ticker.nanos() - latest.begun < Listing.INTERVAL.toNanos()) {
        return latest.list.copy();
      }
      gatherings.values().removeIf(g -> g.list.isDone());
      id = ++last;
      Set<String> all = new HashSet<>(nodes.alive());
      all.add(self.text());
      gathering = new Gathering(ticker.nanos(), all);
      gatherings.put(id, gathering);
    }
    for (String node : List.copyOf(gathering.missing)) {
      if (!node.equals(self.text())) {
        byte[] message =
            new Letter.Writer()
                .letter(self.text())
                .record(Letter.Kind.LIST, NO_ROOM, 0)
                .put(id)
                .end()
                .bytes();
        engine.publish(new NodeId(node).subject(), message);
      }
    }
    var _ = here().thenAccept(rooms -> add(id, self.text(), rooms));
    return gathering.list.copy();
  }

  private synchronized void add(long id, String node, List<RoomInfo> rooms) {
    Gathering gathering = gatherings.get(id);
    if (gathering != null) {
      gathering.add(node, rooms);
    }
  }

  private CompletableFuture<List<RoomInfo>> here() {
    return local
        .submit(new Request.Rooms(), SELF)
        .thenApply(
            reply -> {
              try {
                return reply instanceof Reply.Listed(Listing listing)
                    ? RoomInfo.decode(listing.json())
                    : List.of();
              } catch (ProtocolException e) {
                throw new IllegalStateException("our own list", e);
              }
            });
  }

  /** Takes what another node says to this node as a whole. */
  void received(byte[] message) {
    for (Letter.Received record : Letter.read(message)) {
      switch (record.kind()) {
        case LIST -> {
          long id = record.body().getLong();
          var _ =
              local
                  .submit(new Request.Rooms(), SELF)
                  .thenAccept(reply -> answer(record, id, reply));
        }
        case LISTED -> listed(record);
        default -> throw new IllegalArgumentException("not for a node: " + record.kind());
      }
    }
  }

  private void answer(Letter.Received asked, long id, Reply reply) {
    if (reply instanceof Reply.Listed(Listing listing)) {
      byte[] answer =
          new Letter.Writer()
              .letter(self.text())
              .record(Letter.Kind.LISTED, NO_ROOM, 0)
              .put(id)
              .block(Deflated.of(listing.json()))
              .end()
              .bytes();
      engine.publish(asked.sender().subject(), answer);
    }
  }

  private void listed(Letter.Received record) {
    long id = record.body().getLong();
    try {
      add(id, record.sender().text(), RoomInfo.decode(Deflated.inflate(record.block())));
    } catch (ProtocolException e) {
      throw new IllegalArgumentException("no list of rooms", e);
    }
  }

  /** Gives up waiting for nodes that do not answer. */
  synchronized void work() {
    for (Gathering gathering : gatherings.values()) {
      if (ticker.nanos() - gathering.begun >= PATIENCE.toNanos()) {
        gathering.end();
      }
    }
  }
}
