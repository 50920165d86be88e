package chat.tcrp.client;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code chat-client}. */
@Command(name = "chat-client", version = "chat-client 1.0.0", mixinStandardHelpOptions = true)
public final class Main implements Runnable {
  private Main() {}

  /**
   * Runs the program and ends the process with its exit status.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {}
}
