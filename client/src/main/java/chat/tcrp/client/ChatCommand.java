package chat.tcrp.client;

import java.io.IOException;
import java.util.concurrent.Callable;
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

  /** Opens a conversation whose events go to a face. */
  @FunctionalInterface
  interface Opening {
    Conversation open(Face face) throws Problem, IOException;
  }

  /** Chats in a face until it is over. */
  static int chat(Face newFace, Opening opening) throws Problem, IOException {
    Goodbye goodbye = new Goodbye();
    try (Face face = newFace;
        Conversation conversation = opening.open(face)) {
      goodbye.to(conversation);
      int status = face.chat(conversation);
      goodbye.said();
      return status;
    }
  }
}
