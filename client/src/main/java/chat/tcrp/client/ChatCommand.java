package chat.tcrp.client;

import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.terminal.Console;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.SessionEvent;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;

/**
 * What every command that chats does: take the terminal, enter, chat until it is over, leave
 * properly.
 */
abstract class ChatCommand implements Callable<Integer> {
  @Mixin private FaceOptions faceOptions;

  /** Finds out who and where, and chats. */
  abstract int chat(FaceOptions options, Console console) throws Problem, IOException;

  @Override
  public final Integer call() throws Problem, IOException {
    faceOptions.openLog();
    try (Console console = faceOptions.console()) {
      return chat(faceOptions, console);
    } catch (Console.Interrupted e) {
      return Goodbye.INTERRUPTED;
    } catch (IllegalStateException e) {
      // A signal has closed the terminal under us.
      if (Goodbye.underWay()) {
        return Goodbye.INTERRUPTED;
      }
      throw e;
    }
  }

  /** Opens a conversation that tells a listener what happens. */
  @FunctionalInterface
  interface Opening {
    Conversation open(Consumer<SessionEvent> listener) throws Problem, IOException;
  }

  /**
   * Chats until it is over.
   *
   * @param opening opens the conversation, asking the person again where that helps
   * @param face makes the face once there is something to show; events wait for it
   */
  static int chat(Opening opening, Supplier<Face> face) throws Problem, IOException {
    Goodbye goodbye = new Goodbye();
    CompletableFuture<Face> shown = new CompletableFuture<>();
    Conversation conversation = opening.open(event -> shown.join().show(event));
    goodbye.to(conversation);
    try (Face made = face.get();
        conversation) {
      shown.complete(made);
      int status = made.chat(conversation);
      goodbye.said(status);
      return status;
    }
  }
}
