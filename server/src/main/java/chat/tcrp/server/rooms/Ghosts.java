package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.ServerDatagram;
import chat.tcrp.server.base.Outbox;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Members that may have gone without a word, as clients do that know only the original operations.
 * When one stands in the way of a request, the network is asked whether its port is still open, and
 * the request waits a moment for the answer.
 */
final class Ghosts {
  /** Nobody is asked for who has been silent for less. */
  static final Duration SILENCE = Duration.ofSeconds(10);

  /** How long a request waits. */
  static final Duration PATIENCE = Duration.ofMillis(300);

  private static final byte[] ACK = {ServerDatagram.ACK};

  /** A request as it came, and where its answer goes. */
  record Waiting(Request request, Caller caller, Consumer<Reply> answer) {}

  /** A request that waits for what the network says of a member; refused if that is nothing. */
  private record Probe(Member ghost, long deadline, Waiting waiting, Reply refusal) {}

  private final Outbox outbox;
  private final Elsewhere elsewhere;
  private final List<Probe> probes = new ArrayList<>();

  Ghosts(Outbox outbox, Elsewhere elsewhere) {
    this.outbox = outbox;
    this.elsewhere = elsewhere;
  }

  /**
   * Whether a member may have gone, as far as somebody at an address may ask; of those who keep a
   * cadence, silence tells soon enough.
   */
  static boolean mayBe(Member member, InetAddress from, long now) {
    if (member.isElsewhere()) {
      // Its node knows.
      return member.ip().equals(from);
    }
    return member.ip().equals(from)
        && member.peer() != null
        && !member.keepsCadence()
        && member.silence(now) >= SILENCE.toNanos();
  }

  /** Asks the network for a member on behalf of a request. */
  void askFor(Member ghost, Waiting waiting, Reply refusal, long now) {
    probes.add(new Probe(ghost, now + PATIENCE.toNanos(), waiting, refusal));
    if (ghost.isElsewhere()) {
      elsewhere.probe(ghost);
    } else {
      outbox.probe(ghost.peer(), outbox.stage(ACK), ACK.length);
    }
  }

  /** Takes the requests that have waited for what is known of a member that is elsewhere. */
  List<Waiting> take(Member ghost) {
    List<Probe> concerned = probes.stream().filter(probe -> probe.ghost() == ghost).toList();
    probes.removeAll(concerned);
    return concerned.stream().map(Probe::waiting).toList();
  }

  /** The network says that nobody listens at an address: which members were asked for there. */
  List<Member> at(InetSocketAddress address, long now) {
    return probes.stream()
        .filter(isAt(address))
        .map(Probe::ghost)
        .distinct()
        .filter(ghost -> mayBe(ghost, ghost.ip(), now))
        .toList();
  }

  /** Takes the requests that have waited for what the network says of an address. */
  List<Waiting> take(InetSocketAddress address) {
    List<Probe> concerned = probes.stream().filter(isAt(address)).toList();
    probes.removeAll(concerned);
    return concerned.stream().map(Probe::waiting).toList();
  }

  private static Predicate<Probe> isAt(InetSocketAddress address) {
    return probe -> probe.ghost().peer() != null && probe.ghost().peer().address().equals(address);
  }

  /** Refuses what waits for a member that is there. */
  void isHere(Member member) {
    refuse(probes.stream().filter(probe -> probe.ghost() == member).toList());
  }

  /** Refuses what has waited long enough: the network has said nothing. */
  void settle(long now) {
    refuse(probes.stream().filter(probe -> now - probe.deadline() >= 0).toList());
  }

  /** Refuses all that waits. */
  void close() {
    refuse(List.copyOf(probes));
  }

  private void refuse(List<Probe> over) {
    probes.removeAll(over);
    over.forEach(probe -> probe.waiting().answer().accept(probe.refusal()));
  }

  /** How long until the next request has waited long enough, in nanoseconds. */
  long nanosUntilDue(long now) {
    return probes.stream()
        .mapToLong(p -> Math.max(0, p.deadline() - now))
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
