package chat.tcrp.server;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.base.Ticker;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.ResourceBundle;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that is the server but for one thing, in which an error happens in a thread of the
 * server's: {@code FailingServer THREAD OPTION...}. What is said and done then is the server's.
 */
final class FailingServer {
  private static Object[] hoard = {};

  private FailingServer() {}

  public static void main(String[] args) throws InterruptedException {
    String[] options = Arrays.copyOfRange(args, 1, args.length);
    switch (args[0]) {
      case "rooms", "lobby" -> Main.run(failing(args[0], FailingServer::fail), options);
      case "memory" -> Main.run(failing("rooms", FailingServer::useUpTheMemory), options);
      case "defect" -> Main.run(failing("rooms", FailingServer::failAsADefect), options);
      case "log" -> failInTheLog();
      case "connection" -> {
        Defect.endsTheProcess(false);
        Thread.ofVirtual().name("handshake").start(FailingServer::failAsADefect).join();
        return;
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
    // What ends the program is what is tested.
    while (true) {
      LockSupport.park();
    }
  }

  /** A clock that fails whoever asks for the time in a thread of this name. */
  private static Ticker failing(String thread, Runnable failure) {
    return () -> {
      if (Thread.currentThread().getName().equals(thread)) {
        failure.run();
      }
      return System.nanoTime();
    };
  }

  private static void fail() {
    throw new StackOverflowError("of a test");
  }

  private static void failAsADefect() {
    throw new IllegalStateException("of a test");
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

  private static void failInTheLog() {
    Defect.endsTheProcess(false);
    EventLog log =
        new EventLog(
            new System.Logger() {
              @Override
              public String getName() {
                return "failing";
              }

              @Override
              public boolean isLoggable(Level level) {
                return true;
              }

              @Override
              public void log(Level level, ResourceBundle bundle, String text, Throwable cause) {
                fail();
              }

              @Override
              public void log(
                  Level level, ResourceBundle bundle, String format, Object... parameters) {
                fail();
              }
            },
            Ticker.SYSTEM);
    log.start();
    log.event(Level.INFO, "happened");
  }
}
