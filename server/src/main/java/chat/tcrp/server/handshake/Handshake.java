package chat.tcrp.server.handshake;

import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.SealKeys;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Tcrp;
import chat.tcrp.protocol.Token;
import chat.tcrp.server.base.Addresses;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.metrics.HandshakeMetrics;
import chat.tcrp.server.rooms.Caller;
import chat.tcrp.server.rooms.Listing;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.Requests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;

/** One TCRP connection: reads the request, has the relay carry it out, answers, closes. */
final class Handshake {
  /**
   * So much of what a refused client still sends is read, for so long, that it gets to see the
   * answer.
   */
  private static final int LINGER_BYTES = 1 << 20;

  private static final Duration LINGER = Duration.ofMillis(500);

  private final Socket socket;
  private final InProgress.Exchange exchange;
  private final InetAddress from;
  private final Sealing sealing;
  private final Requests requests;
  private final ListingBudget listings;
  private final EventLog log;
  private final long deadline;

  /** The connection as requests and answers go over it: the socket, or TLS over it. */
  private Socket connection;

  private Caller caller;

  private HandshakeMetrics.Kind kind = HandshakeMetrics.Kind.PLAIN;

  /** Until there is an answer the client, or its network, may go at any time. */
  private String result = "connection_lost";

  /**
   * Takes a connection over.
   *
   * @param socket the connection; whoever accepted it closes it
   * @param exchange is told how far it has come
   * @param timeout for the whole exchange, not for each read
   * @param sealing what a connection is sealed with whose client wants that
   */
  Handshake(
      Socket socket,
      InProgress.Exchange exchange,
      Duration timeout,
      Sealing sealing,
      Requests requests,
      ListingBudget listings,
      EventLog log) {
    this.socket = socket;
    this.exchange = exchange;
    this.connection = socket;
    this.from = socket.getInetAddress();
    this.caller = Caller.plain(from);
    this.sealing = sealing;
    this.requests = requests;
    this.listings = listings;
    this.log = log;
    this.deadline = System.nanoTime() + timeout.toNanos();
  }

  /** How the connection was made. */
  HandshakeMetrics.Kind kind() {
    return kind;
  }

  /** What became of it: the status that was answered, or why none was. */
  String result() {
    return result;
  }

  /** Carries the exchange out. */
  void run() throws IOException, InterruptedException {
    socket.setTcpNoDelay(true);
    byte[] head = read(Identity.RECORD_HEADER_BYTES);
    if (sealing.identity().isPresent() && Identity.isTls(head)) {
      byte[] hello = concat(head, read(Identity.helloSize(head) - head.length));
      if (!awaitPlace() || !seal(sealing.identity().get(), hello)) {
        return;
      }
      head = read(Tcrp.HEADER_BYTES);
    } else {
      head = concat(head, read(Tcrp.HEADER_BYTES - head.length));
    }
    if (head.length < Tcrp.HEADER_BYTES) {
      result = "incomplete";
      log.event(Level.DEBUG, "request-incomplete", "address", Addresses.format(from));
      return;
    }
    Tcrp.Header header = Tcrp.Header.decode(head);
    byte[] name = new byte[0];
    boolean more = true;
    try {
      // Every answer repeats it, also when it is too long or no text: clients compare.
      name = read(header.roomNameSize());
      header.checkRequest();
      byte[] payload = read((int) header.payloadSize());
      more = false;
      Request request = Tcrp.decodeRequest(header, concat(name, payload));
      if (caller.keys().isPresent()) {
        exchange.ours();
        carryOut(header, name, request);
      } else if (!sealing.plain().admits(from)) {
        refuse(header, name, Status.SEALED_SESSION_REQUIRED, "plain connection");
      } else if (awaitPlace()) {
        carryOut(header, name, request);
      } else {
        return;
      }
    } catch (ProtocolException e) {
      refuse(header, name, e.reason().status(), e.getMessage());
    } catch (TimeoutException | CancellationException e) {
      abandoned();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      result = "failed";
      throw new IllegalStateException("the relay failed a request", e.getCause());
    }
    linger(more);
  }

  private void abandoned() {
    result = "abandoned";
    log.event(Level.INFO, "request-abandoned", "address", Addresses.format(from));
  }

  /** Waits for its turn; false when that does not come. */
  private boolean awaitPlace() throws InterruptedException {
    try {
      exchange.awaitPlace(Duration.ofMillis(Math.max(1, remainingMillis())));
      return true;
    } catch (TimeoutException | CancellationException e) {
      abandoned();
      return false;
    }
  }

  /**
   * Makes the connection TLS; false when that fails, which is the client's affair. A client that
   * sends a little now and then is cut off as one that does not take its answer is.
   *
   * @param hello what has been read of it
   */
  private boolean seal(Identity identity, byte[] hello) {
    kind = HandshakeMetrics.Kind.SEALED;
    try {
      SSLSocket tls = identity.over(socket, hello, exchange::theirs);
      tls.setSoTimeout((int) Math.max(1, remainingMillis()));
      tls.startHandshake();
      ExtendedSSLSession session = (ExtendedSSLSession) tls.getSession();
      byte[] exported = session.exportKeyingMaterialData(SealKeys.LABEL, null, SealKeys.BYTES);
      caller = new Caller(from, Optional.of(SealKeys.of(exported)));
      connection = tls;
      return true;
    } catch (IOException | RuntimeException e) {
      result = "tls_failed";
      // A defect of the library's that strangers meet shall not fill the log either.
      log.event(
          Level.DEBUG,
          "tls-failed",
          "reason",
          String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", " "),
          "address",
          Addresses.format(from));
      return false;
    }
  }

  private void carryOut(Tcrp.Header header, byte[] name, Request request)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Reply> future = requests.submit(request, caller);
    try {
      Reply reply = future.get(Math.max(1, remainingMillis()), TimeUnit.MILLISECONDS);
      exchange.theirs();
      answer(header, name, reply);
    } catch (TimeoutException e) {
      future.cancel(false);
      throw e;
    } catch (IOException e) {
      undo(request, future.resultNow());
      throw e;
    }
  }

  private void answer(Tcrp.Header header, byte[] name, Reply reply)
      throws IOException, InterruptedException {
    switch (reply) {
      case Reply.Refused refused -> refuse(header, name, refused.status(), refused.detail());
      case Reply.Admitted admitted -> complete(header, name, admitted.token().encode());
      case Reply.AdmittedElsewhere elsewhere ->
          throw new IllegalStateException("nobody asks on behalf of another node here");
      case Reply.Done() -> complete(header, name, new byte[0]);
      case Reply.Topic(RoomTopic topic) -> complete(header, name, topic.encode());
      case Reply.Listed(Listing listing) -> list(header, name, listing);
    }
  }

  private void list(Tcrp.Header header, byte[] name, Listing listing)
      throws IOException, InterruptedException {
    try (ListingBudget.Share share =
        listings.take(from, listing, Duration.ofMillis(remainingMillis()))) {
      if (share.isRefused()) {
        refuse(header, name, Status.TOO_MANY_ATTEMPTS, "too many lists under way");
        return;
      }
      byte[] json = listing.json();
      write(Tcrp.encodeStatus(name, header.operation(), Status.OK));
      write(Tcrp.encodeCompletionHead(name, header.operation(), json.length));
      // As it is: a list may have megabytes, and many may be asking for it.
      write(json);
      result = result(Status.OK);
    }
  }

  /**
   * Takes back a new membership of which the client never learned: nobody could use it or leave.
   */
  private void undo(Request request, Reply reply) {
    if (reply instanceof Reply.Admitted(Token token, boolean rejoined) && !rejoined) {
      RoomName room =
          switch (request) {
            case Request.Create create -> create.room();
            case Request.Join join -> join.room();
            default -> throw new IllegalStateException("only create and join admit");
          };
      requests
          .submit(new Request.Leave(room, token), caller)
          .thenRun(() -> log.event(Level.DEBUG, "admission-undone", "room", room))
          .exceptionally(this::failed);
    }
  }

  private Void failed(Throwable e) {
    log.failure("admission-not-undone", e);
    return null;
  }

  private void complete(Tcrp.Header header, byte[] name, byte[] payload) throws IOException {
    write(Tcrp.encodeStatus(name, header.operation(), Status.OK));
    write(Tcrp.encodeCompletion(name, header.operation(), payload));
    result = result(Status.OK);
  }

  private static String result(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private void refuse(Tcrp.Header header, byte[] name, Status status, String detail)
      throws IOException {
    log.event(
        Level.INFO,
        "request-refused",
        "operation",
        header.operation(),
        "status",
        status.text(),
        "detail",
        detail,
        "address",
        Addresses.format(from));
    write(Tcrp.encodeStatus(name, header.operation(), status));
    result = result(status);
  }

  /**
   * Ends our side, and reads on for a moment when the client has sent more than was read, or is
   * about to: closing over unread bytes would reset the connection, and the client might lose the
   * answer.
   *
   * @param more whether the request was refused before all of it was read
   */
  private void linger(boolean more) throws IOException {
    connection.shutdownOutput();
    // Inside TLS, its end too would be unread bytes.
    InputStream in = socket.getInputStream();
    if (!more && in.available() == 0) {
      return;
    }
    byte[] sink = new byte[4096];
    long end = System.nanoTime() + LINGER.toNanos();
    for (int total = 0; total < LINGER_BYTES; ) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return;
      }
      socket.setSoTimeout((int) left);
      try {
        int n = in.read(sink);
        if (n < 0) {
          return;
        }
        total += n;
      } catch (SocketTimeoutException e) {
        return;
      }
    }
  }

  /** Reads so many bytes, or fewer when the client ends or the deadline comes first. */
  private byte[] read(int size) throws IOException {
    byte[] bytes = new byte[size];
    int have = 0;
    InputStream in = connection.getInputStream();
    while (have < size) {
      long left = remainingMillis();
      if (left <= 0) {
        return Arrays.copyOf(bytes, have);
      }
      connection.setSoTimeout((int) left);
      try {
        int n = in.read(bytes, have, size - have);
        if (n < 0) {
          return Arrays.copyOf(bytes, have);
        }
        have += n;
      } catch (SocketTimeoutException e) {
        return Arrays.copyOf(bytes, have);
      }
    }
    return bytes;
  }

  private void write(byte[] frame) throws IOException {
    OutputStream out = connection.getOutputStream();
    out.write(frame);
    out.flush();
  }

  /** Rounded up, so that nobody is cut off early. */
  private long remainingMillis() {
    return Math.ceilDiv(deadline - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(1));
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
