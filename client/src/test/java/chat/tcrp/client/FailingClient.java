package chat.tcrp.client;

import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.Output;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.RoomWording;
import chat.tcrp.client.face.pipe.PipeFace;
import chat.tcrp.client.face.terminal.Console;
import chat.tcrp.client.face.terminal.ScreenStyle;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A program that is the client but for one thing, in which an error happens in a thread of the
 * client's: {@code FailingClient THREAD SERVER UDP-PORT}. What is said and done then is the
 * client's.
 */
final class FailingClient {
  private static Object[] hoard = {};

  private FailingClient() {}

  public static void main(String[] args) throws Exception {
    Defect.endsTheProgram(false);
    ServerAddress server = ServerAddress.parse(args[1], OptionalInt.of(Integer.parseInt(args[2])));
    SessionConfig config =
        new SessionConfig(
            server, new RoomName("tea"), new Username("bob"), Optional.empty(), false);
    switch (args[0]) {
      case "main" -> fail();
      case "virtual" -> Thread.ofVirtual().start(FailingClient::fail);
      case "listener" -> ChatSession.open(config, event -> fail());
      case "session" -> ChatSession.open(config, System.out::println, FailingClient::fail);
      case "input" -> chat(config);
      case "terminal" -> chatAtTerminal(config);
      case "goodbye" -> {
        Runtime.getRuntime().addShutdownHook(new Thread(FailingClient::fail, "goodbye"));
        return;
      }
      case "memory" -> ChatSession.open(config, event -> useUpTheMemory());
      default -> throw new IllegalArgumentException(args[0]);
    }
    // What ends the program is what is tested.
    while (true) {
      LockSupport.park();
    }
  }

  private static long fail() {
    throw new StackOverflowError("of a test");
  }

  /** All of it, and nothing is ever given back: not even a message can be put together then. */
  private static void useUpTheMemory() {
    for (int size = 1 << 24; ; size = Math.max(16, size / 2)) {
      try {
        while (true) {
          hoard = new Object[] {hoard, new byte[size]};
        }
      } catch (OutOfMemoryError e) {
        if (size == 16) {
          throw e;
        }
      }
    }
  }

  /** An input that fails, in a pipe. */
  private static void chat(SessionConfig config) throws Exception {
    InputStream input =
        new InputStream() {
          @Override
          public int read() {
            return (int) fail();
          }

          @Override
          public int read(byte[] bytes, int offset, int size) {
            return read();
          }
        };
    PipeFace face =
        new PipeFace(input, Output.standard(), System.err, false, true, Clock.systemUTC());
    ChatCommand.chat(goodbye -> List.of(open(config, goodbye, event -> {})), goodbye -> face);
  }

  /** A listener that fails at the first message, at a terminal. */
  private static void chatAtTerminal(SessionConfig config) throws Exception {
    Console console = Console.find(false);
    ChatCommand.chat(
        goodbye ->
            List.of(
                open(
                    config,
                    goodbye,
                    event -> {
                      if (event instanceof SessionEvent.Message) {
                        fail();
                      }
                    })),
        goodbye ->
            console.face(new ScreenStyle(false, true), Optional.empty(), (room, from) -> null));
  }

  private static Entered open(SessionConfig config, Goodbye goodbye, Consumer<SessionEvent> shown)
      throws IOException {
    CompletableFuture<Consumer<SessionEvent>> face = new CompletableFuture<>();
    try {
      ChatSession session =
          ChatSession.open(config, event -> face.join().andThen(shown).accept(event));
      goodbye.to(session);
      return new Entered(Place.of(config), new RoomWording(config), session, face);
    } catch (ProtocolException | RefusedException e) {
      throw new IllegalStateException(e);
    }
  }
}
