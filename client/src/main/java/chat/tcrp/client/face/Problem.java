package chat.tcrp.client.face;

import static java.util.stream.Collectors.joining;

import chat.tcrp.client.session.NoServerException;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.TcrpClient;
import chat.tcrp.client.session.UntrustedException;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Tcrp;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import picocli.CommandLine;

/**
 * An error as the program reports it: one message that names the cause and the next step, and an
 * exit status.
 */
public final class Problem extends Exception {
  private static final long serialVersionUID = 1L;

  private static final String CLOSED = "it closed the connection without an answer";

  /** The server said no. */
  public static final int REFUSED = 1;

  /** The command line asks for something that cannot be. */
  public static final int USAGE = CommandLine.ExitCode.USAGE;

  /** The server cannot be reached (EX_UNAVAILABLE of sysexits). */
  public static final int UNAVAILABLE = 69;

  /** The input cannot be read, or the output cannot be written (EX_IOERR of sysexits). */
  public static final int IO = 74;

  /** The server is not the one that is meant, or does not encrypt (EX_PROTOCOL of sysexits). */
  public static final int UNTRUSTED = 76;

  /** The program or the machine under it failed (EX_SOFTWARE of sysexits). */
  public static final int DEFECT = 70;

  private final int exitStatus;

  public Problem(int exitStatus, String message, Throwable cause) {
    super(message, cause);
    this.exitStatus = exitStatus;
  }

  public int exitStatus() {
    return exitStatus;
  }

  /** What it means that standard output could not be written. */
  static Problem unwritable(IOException e) {
    return new Problem(
        IO,
        "cannot write to standard output: "
            + (isBadDescriptor(e)
                ? "it is closed, or not open for writing. With >/dev/null nobody needs to read it"
                : e.getMessage()),
        e);
  }

  /** What it means that standard input could not be read. */
  public static Problem unreadable(IOException e) {
    return new Problem(
        IO,
        "cannot read standard input: "
            + (isBadDescriptor(e)
                ? "it is closed, or not open for reading. With </dev/null nothing is sent"
                : e.getMessage()),
        e);
  }

  /** What it means that what is said cannot be written to the file that was asked for. */
  public static Problem noLog(IOException e) {
    return new Problem(IO, e.getMessage(), e);
  }

  private static boolean isBadDescriptor(IOException e) {
    return "Bad file descriptor".equals(e.getMessage());
  }

  /** What has come of a server, in a line of its own. */
  private static String line(NoServerException.Failure failure) {
    return "  " + failure.server() + "  " + brief(failure.cause());
  }

  /** The same as {@link #unreachable} and {@link #refused} say, in a few words. */
  static String brief(Exception e) {
    return switch (e) {
      case RefusedException refused -> refused.status().text();
      case UntrustedException u when u.actual().isPresent() ->
          "its key is not the one that was expected; if it has a new one: chat-client trust "
              + u.server();
      case UntrustedException u -> "it does not encrypt, or is not a chat server";
      case UnknownHostException u -> "there is no such host";
      case ConnectException c -> "no chat server answers";
      case NoRouteToHostException n -> "there is no way to it";
      case SocketTimeoutException t -> "it does not answer";
      case SocketException r when isReset(r) -> CLOSED;
      case EOFException c -> CLOSED;
      case ProtocolException p -> "it is not a chat server";
      default -> "the connection failed: " + e.getMessage();
    };
  }

  /** What it means that none of several servers can be entered. */
  private static Problem noServer(NoServerException e) {
    String lines =
        e.failures().stream().map(Problem::line).distinct().collect(joining("\n", "\n", "\n"));
    List<Exception> causes = e.failures().stream().map(NoServerException.Failure::cause).toList();
    int status =
        causes.stream().anyMatch(RefusedException.class::isInstance)
            ? REFUSED
            : causes.stream().anyMatch(UntrustedException.class::isInstance)
                ? UNTRUSTED
                : UNAVAILABLE;
    return new Problem(
        status,
        "None of the servers lets you in:"
            + lines
            + "Check the addresses given with --server, or try again later",
        e);
  }

  /** What it means that a server is not to be talked to. */
  private static Problem untrusted(UntrustedException e) {
    ServerAddress server = e.server();
    String what =
        e.actual().isEmpty()
            ? server
                + " does not encrypt, or is not a chat server. --plain to go on without: then"
                + " everybody on the way can read along"
            : """
              The key of %s is not the one that was expected.
                expected  %s
                now       %s
              It may have been set up anew, or somebody is between you and it. Ask whoever runs it;
              if the new key is right: chat-client trust %s"""
                .formatted(server, e.expected().orElseThrow(), e.actual().orElseThrow(), server);
    return new Problem(UNTRUSTED, what, e);
  }

  /** What a failed connection means. */
  public static Problem unreachable(ServerAddress server, Exception e) {
    if (e instanceof UntrustedException untrusted) {
      return untrusted(untrusted);
    }
    if (e instanceof NoServerException none) {
      return noServer(none);
    }
    String what =
        switch (e) {
          case UnknownHostException u ->
              "Cannot find the host " + server.host() + ". Check the address given with --server";
          case ConnectException c -> nobodyThere(server);
          case NoRouteToHostException n ->
              "There is no way to "
                  + server
                  + ". Check the network, and the address given with --server";
          case SocketTimeoutException t ->
              server
                  + " does not answer. Check the address given with --server, and that no firewall is in between";
          case SocketException r when isReset(r) -> closed(server);
          case EOFException c -> closed(server);
          case ProtocolException p ->
              "What answers on "
                  + server
                  + " is not a chat server ("
                  + p.getMessage()
                  + "). Check --server";
          default -> "The connection to " + server + " failed: " + e.getMessage() + ". Try again";
        };
    return new Problem(UNAVAILABLE, what, e);
  }

  /** Nobody listens on a port; it may be the one for UDP, which is the next after that for TCP. */
  private static String nobodyThere(ServerAddress server) {
    String nobody = "No chat server answers on " + server;
    if (server.port() > 1) {
      ServerAddress before = new ServerAddress(server.host(), server.port() - 1, server.port());
      if (TcrpClient.answers(before)) {
        return nobody
            + ", but one does on "
            + before
            + ". Name that one: "
            + Neighbours.options(List.of(before));
      }
    }
    return nobody + ". Start one there: chat-server" + portOption(server);
  }

  /** The system has two ways to say so. */
  private static boolean isReset(SocketException e) {
    return String.valueOf(e.getMessage()).startsWith("Connection reset");
  }

  private static String closed(ServerAddress server) {
    return server
        + " closed the connection without an answer. It may have too much to do, or not encrypt (then"
        + " --plain), or not be a chat server; try again later";
  }

  private static String portOption(ServerAddress server) {
    return (server.port() == ServerAddress.DEFAULT_PORT ? "" : " --port " + server.port())
        + (server.udpPort() == server.port() + 1 ? "" : " --udp-port " + server.udpPort());
  }

  /** What it means that TCP works and UDP has never worked. */
  static Problem udpNeverWorked(ServerAddress server) {
    return new Problem(
        UNAVAILABLE,
        "udp port %d on %s does not answer; is it blocked, or not the server's? Name it with --udp-port"
            .formatted(server.udpPort(), server.shownHost()),
        new IOException("no answer to keepalives"));
  }

  /** What it means that the lobby cannot be entered. */
  public static Problem noLobby(ServerAddress server, IOException e) {
    return e instanceof PortUnreachableException
        ? new Problem(
            UNAVAILABLE,
            "No lobby answers on udp port "
                + server.port()
                + " of "
                + server.shownHost()
                + ". The server has to open it: chat-server --lobby"
                + (server.port() == ServerAddress.DEFAULT_PORT
                    ? ""
                    : " --lobby-port " + server.port()),
            e)
        : unreachable(server, e);
  }

  /** What a refusal of entering a room means. */
  public static Problem refused(SessionConfig config, RefusedException e) {
    String room = config.room().value();
    String options = serverOption(config.servers());
    ServerAddress server = e.server().orElse(config.servers().getFirst());
    String message =
        switch (e.status()) {
          case NO_SUCH_ROOM ->
              "No room named %s on %s. Create it: chat-client create %s%s"
                  .formatted(room, server, quoted(room), options);
          case ROOM_EXISTS ->
              "A room named %s exists on %s already. Join it: chat-client join %s%s"
                  .formatted(room, server, quoted(room), options);
          case WRONG_PASSWORD ->
              config.password().isPresent()
                  ? "Wrong password for %s. Check it and try again".formatted(room)
                  : "%s needs a password. Give it with --password or --password-file"
                      .formatted(room);
          case USERNAME_TAKEN ->
              "The name %s is taken in %s, or looks like one that is. Choose another with --name"
                  .formatted(config.username(), room);
          case NOT_AUTHORISED ->
              "The host of %s has banned you from it, by your name or your address. Only the host can let you in again"
                  .formatted(room);
          case ROOM_FULL -> "%s is full. Try again later".formatted(room);
          case SERVER_FULL -> "%s has no place for another room. Try again later".formatted(server);
          case PAYLOAD_TOO_LARGE ->
              "The password is too long: with the name it must fit %d bytes. Choose a shorter one"
                  .formatted(Tcrp.MAX_REQUEST_PAYLOAD);
          case INVALID_ROOM_NAME ->
              "%s does not accept %s as a room name. Choose another".formatted(server, room);
          case INVALID_USERNAME ->
              "%s does not accept %s as a name. Choose another with --name"
                  .formatted(server, config.username());
          case SEALED_SESSION_REQUIRED ->
              "%s takes nobody who does not encrypt. Come without --plain".formatted(room);
          case TOO_MANY_ATTEMPTS ->
              "Too much has come from your address: failed attempts, rooms, or members. Wait a"
                  + " minute, then try again; who runs the server can allow more";
          default ->
              "%s refused: %s. It may run another version of this program"
                  .formatted(server, e.status().text());
        };
    return new Problem(e.status() == Status.PAYLOAD_TOO_LARGE ? USAGE : REFUSED, message, e);
  }

  /** How to name the server again; nothing when it is the default one. */
  public static String serverOption(List<ServerAddress> servers) {
    String options = Neighbours.options(servers);
    return options.equals("--server localhost") ? "" : " " + options;
  }

  /** A word as a shell takes it. */
  public static String quoted(String word) {
    return word.matches("[\\w.@%+=:,/-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** The problem of an exception that entering a room or asking the server can throw. */
  public static Problem of(ServerAddress server, Exception e) {
    return switch (e) {
      case RefusedException refused ->
          new Problem(
              REFUSED, refused.server().orElse(server) + " refused: " + refused.status().text(), e);
      case IOException io -> unreachable(server, io);
      case ProtocolException protocol -> unreachable(server, protocol);
      default -> throw new IllegalArgumentException(e);
    };
  }
}
