package chat.tcrp.client.session;

import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomInfo;
import chat.tcrp.protocol.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Servers that act as one: at which of them one is, and which are tried next. Each address of a
 * name counts as a server, and a name is looked up anew each time around.
 *
 * <p>Its methods block, and are called by one thread at a time.
 */
public final class Servers {
  /** How long each has for the connection and its TLS, when there are others. */
  static final Duration CONTACT_TIMEOUT = Duration.ofSeconds(5);

  private final List<ServerAddress> all;
  private final Optional<Trust> trust;
  private final Duration timeout;
  private final Duration contactTimeout;
  private final Consumer<UntrustedException> passedOver;
  private final BooleanSupplier goesOn;
  private final Names names;

  /** Of whom it has been said that they are passed over. */
  private final Set<ServerAddress> distrusted = new HashSet<>();

  /** Where one is, or was last. */
  private volatile Optional<Place> present = Optional.empty();

  private record Place(ServerAddress server, InetAddress address) {}

  /** Finds the addresses of a host. */
  interface Names {
    List<InetAddress> addresses(String host) throws UnknownHostException;
  }

  private interface Question<T> {
    T put(TcrpClient client, TcrpClient.Contact contact)
        throws IOException, ProtocolException, RefusedException;
  }

  /**
   * Asks nobody yet.
   *
   * @param all in the order in which they are tried; at least one
   * @param trust decides of each whether it is the one that is meant; empty to send and receive
   *     everything in plain
   * @param timeout for a whole request to one of them
   * @param passedOver is told, once of each, who is not the one that is meant, where there are
   *     others
   */
  public Servers(
      List<ServerAddress> all,
      Optional<Trust> trust,
      Duration timeout,
      Consumer<UntrustedException> passedOver) {
    this(all, trust, timeout, passedOver, () -> true, Connector::addresses);
  }

  /**
   * The same for somebody who may lose interest.
   *
   * @param goesOn asked between two servers
   */
  Servers(
      List<ServerAddress> all,
      Optional<Trust> trust,
      Duration timeout,
      Consumer<UntrustedException> passedOver,
      BooleanSupplier goesOn,
      Names names) {
    this.all = List.copyOf(all);
    this.trust = trust;
    this.timeout = timeout;
    this.contactTimeout = all.size() > 1 ? CONTACT_TIMEOUT : timeout;
    this.passedOver = passedOver;
    this.goesOn = goesOn;
    this.names = names;
  }

  /**
   * The server where one is.
   *
   * @return the one that has answered last; the first before any has
   */
  public ServerAddress present() {
    return present.map(Place::server).orElse(all.getFirst());
  }

  /**
   * Asks for the rooms, which are the same at all of them.
   *
   * @return the rooms, in the order of the server that answers
   * @throws RefusedException when the only one says no
   * @throws ProtocolException when the only one does not answer in TCRP
   * @throws NoServerException when there are several, and none answers
   * @throws IOException when the only one cannot be reached in time
   */
  public List<RoomInfo> rooms() throws IOException, ProtocolException, RefusedException {
    return ask(TcrpClient::rooms, false);
  }

  /**
   * Enters a room at one of them: where one was, or else at the first of the others that lets one
   * in.
   *
   * <p>A host asks all of them to create its room. In a cluster that makes no second one: a node
   * creates a room only after it has written the name into the directory, where one alone can. Else
   * it asks the room's home, or takes the room over when that is dead, and either finds the host by
   * its token as in a join. A node that has lost its way to the others creates nothing.
   *
   * @param elsewhereFirst whether the server where one was is tried last
   * @throws RefusedException when one says no, and the others would too
   * @throws ProtocolException when the only one does not answer in TCRP
   * @throws NoServerException when there are several, and none has let one in
   * @throws IOException when the only one cannot be reached in time
   */
  TcrpClient.Admission enter(Request request, boolean elsewhereFirst)
      throws IOException, ProtocolException, RefusedException {
    return ask((client, contact) -> client.enter(request, contact), elsewhereFirst);
  }

  private <T> T ask(Question<T> question, boolean elsewhereFirst)
      throws IOException, ProtocolException, RefusedException {
    List<NoServerException.Failure> failures = new ArrayList<>();
    for (ServerAddress server : order(elsewhereFirst)) {
      if (failures.isEmpty() || goesOn.getAsBoolean()) {
        Optional<T> answer = ask(question, server, failures);
        if (answer.isPresent()) {
          return answer.get();
        }
      }
    }
    NoServerException none = new NoServerException(failures);
    if (all.size() > 1) {
      throw none;
    }
    switch (none.telling()) {
      case RefusedException e -> throw e;
      case ProtocolException e -> throw e;
      case IOException e -> throw e;
      default -> throw new IllegalStateException(none);
    }
  }

  /** The server where one was, and the others as they were given; or that one last. */
  List<ServerAddress> order(boolean elsewhereFirst) {
    List<ServerAddress> order = new ArrayList<>(all);
    if (present.isPresent()) {
      order.remove(present());
      order.add(elsewhereFirst ? order.size() : 0, present());
    }
    return order;
  }

  /** Asks a server at each of its addresses in turn, until one answers. */
  private <T> Optional<T> ask(
      Question<T> question, ServerAddress server, List<NoServerException.Failure> failures)
      throws RefusedException {
    TcrpClient client = new TcrpClient(server, trust, timeout);
    List<InetAddress> untried = new ArrayList<>();
    do {
      long now = System.nanoTime();
      long securedBy = now + contactTimeout.toNanos();
      try {
        if (untried.isEmpty()) {
          untried.addAll(addresses(server));
        }
        try (Socket socket = connect(untried, server.port(), securedBy)) {
          InetAddress address = socket.getInetAddress();
          T answer =
              question.put(
                  client, new TcrpClient.Contact(socket, securedBy, now + timeout.toNanos()));
          present = Optional.of(new Place(server, address));
          distrusted.remove(server);
          return Optional.of(answer);
        }
      } catch (RefusedException e) {
        if (!mayBeOtherwiseElsewhere(e.status())) {
          throw e;
        }
        failures.add(new NoServerException.Failure(server, e));
      } catch (IOException | ProtocolException e) {
        if (e instanceof UntrustedException other && all.size() > 1 && distrusted.add(server)) {
          passedOver.accept(other);
        }
        failures.add(new NoServerException.Failure(server, e));
      }
    } while (!untried.isEmpty());
    return Optional.empty();
  }

  /** Connects to one that answers, and takes out which need not be tried any more. */
  private static Socket connect(List<InetAddress> untried, int port, long deadline)
      throws IOException {
    try {
      Socket socket = Connector.connect(untried, port, deadline);
      untried.remove(socket.getInetAddress());
      return socket;
    } catch (IOException e) {
      // That was all of them.
      untried.clear();
      throw e;
    }
  }

  /** The addresses of a server, the one where one was before others: it knows best who one is. */
  private List<InetAddress> addresses(ServerAddress server) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>(names.addresses(server.host()));
    present
        .filter(place -> place.server().equals(server) && addresses.remove(place.address()))
        .ifPresent(place -> addresses.addFirst(place.address()));
    return addresses;
  }

  /**
   * Whether a refusal is about the server more than about what it was asked. Who was in the room
   * already is not refused for what they are: another may know better where the room is now, or not
   * insist that everybody encrypts.
   */
  private boolean mayBeOtherwiseElsewhere(Status status) {
    return switch (status) {
      case SERVER_FULL, ROOM_FULL, TOO_MANY_ATTEMPTS -> true;
      case NO_SUCH_ROOM, SEALED_SESSION_REQUIRED -> present.isPresent();
      default -> false;
    };
  }
}
