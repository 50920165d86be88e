package chat.tcrp.client;

import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.terminal.Console;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
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

  /** Enters rooms; each is to be left by the goodbye from then on. */
  @FunctionalInterface
  interface Opening {
    List<Entered> open(Goodbye goodbye) throws Problem, IOException;
  }

  /**
   * Chats until it is over.
   *
   * @param opening enters the rooms, asking the person again where that helps
   * @param face makes the face once there is something to show; events wait for it
   */
  static int chat(Opening opening, Function<Goodbye, Face> face) throws Problem, IOException {
    try (Goodbye goodbye = new Goodbye()) {
      List<Entered> rooms = opening.open(goodbye);
      try (Face made = face.apply(goodbye);
          goodbye) {
        int status = made.chat(rooms);
        goodbye.said(status);
        return status;
      }
    }
  }
}
