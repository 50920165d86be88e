package chat.tcrp.server.relay;

import chat.tcrp.protocol.Request;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Peer;
import chat.tcrp.server.metrics.LoopMetrics;
import chat.tcrp.server.net.DatagramIo;
import chat.tcrp.server.net.RelayMemory;
import chat.tcrp.server.net.SendCounts;
import chat.tcrp.server.net.SocketBuffers;
import chat.tcrp.server.rooms.AttemptLimiter;
import chat.tcrp.server.rooms.BacklogMemory;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Elsewhere;
import chat.tcrp.server.rooms.Places;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.RoomLimits;
import chat.tcrp.server.rooms.Rooms;
import chat.tcrp.server.rooms.SealedIds;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** A network in memory: one slot for what arrives, a list of what was sent, and dead addresses. */
public final class FakeIo implements DatagramIo {
  public record Sent(InetSocketAddress to, String text) {}

  private final RelayMemory memory = new RelayMemory(Arena.ofAuto());
  private final List<Sent> sent = new ArrayList<>();
  private final Set<InetSocketAddress> dead = new HashSet<>();
  private final SendCounts sends = new SendCounts();
  private int size;
  private InetSocketAddress source = new InetSocketAddress(0);

  /** Rooms for ten, on this network. */
  Rooms rooms(EventLog log) {
    return new Rooms(
        RoomLimits.DEFAULTS,
        new SplittableRandom(1),
        new Places(RoomLimits.DEFAULTS.with().maxRooms(10).build()),
        new AttemptLimiter(),
        new BacklogMemory(1 << 20),
        SealedIds.UNHEARD,
        log,
        LoopMetrics.ofRooms("test"),
        this,
        Elsewhere.NOWHERE);
  }

  /** Has rooms carry a request out that waits for nobody. */
  static Reply answer(Rooms rooms, Request request, InetAddress from) {
    List<Reply> answers = new ArrayList<>();
    rooms.handle(request, Caller.plain(from), 0, answers::add);
    return answers.getFirst();
  }

  /** Puts a datagram into slot 0. */
  public void arrive(InetSocketAddress from, byte[] datagram) {
    memory.buffer().put(RelayMemory.slotAt(0), datagram);
    size = datagram.length;
    source = from;
  }

  /** Sends to this address fail from now on. */
  public void kill(InetSocketAddress address) {
    dead.add(address);
  }

  /** Sends to this address succeed again. */
  public void revive(InetSocketAddress address) {
    dead.remove(address);
  }

  /** What has been sent, and forgets it. */
  public List<Sent> takeSent() {
    List<Sent> all = List.copyOf(sent);
    sent.clear();
    return all;
  }

  @Override
  public InetSocketAddress localAddress() {
    return new InetSocketAddress(9002);
  }

  @Override
  public void await(long timeoutNanos) {}

  @Override
  public void wakeup() {}

  @Override
  public int receive() {
    return 0;
  }

  @Override
  public SocketBuffers buffers() {
    return new SocketBuffers(SocketBuffers.WANTED, SocketBuffers.WANTED);
  }

  @Override
  public long dropped() {
    return 0;
  }

  @Override
  public SendCounts sends() {
    return sends;
  }

  @Override
  public int place(ByteBuffer datagram, InetSocketAddress from, Optional<InetAddress> local) {
    byte[] bytes = new byte[datagram.capacity()];
    datagram.get(0, bytes);
    arrive(from, bytes);
    return 0;
  }

  @Override
  public int sourceHash(int slot) {
    return source.hashCode();
  }

  @Override
  public boolean isToSenderOf(int slot, Peer peer) {
    return true;
  }

  @Override
  public Optional<InetAddress> local(int slot) {
    return Optional.empty();
  }

  @Override
  public Peer peer(int slot) {
    return new Peer(source);
  }

  @Override
  public int takeRefusal() {
    return -1;
  }

  @Override
  public boolean isPortClosed() {
    return false;
  }

  @Override
  public int size(int slot) {
    return size;
  }

  @Override
  public boolean isFrom(int slot, Peer peer) {
    return source.equals(peer.address());
  }

  @Override
  public InetSocketAddress source(int slot) {
    return source;
  }

  @Override
  public RelayMemory relayMemory() {
    return memory;
  }

  @Override
  public void send(Peer to, int offset, int sizeToSend) {
    if (dead.contains(to.address())) {
      to.sendFailed();
      return;
    }
    to.sendSucceeded();
    byte[] bytes = new byte[sizeToSend];
    memory.buffer().get(offset, bytes);
    sent.add(new Sent(to.address(), new String(bytes, StandardCharsets.UTF_8)));
  }

  @Override
  public void probe(Peer to, int offset, int sizeToSend) {
    send(to, offset, sizeToSend);
  }

  @Override
  public void flush() {
    memory.clearStage();
  }

  @Override
  public void close() {}
}
