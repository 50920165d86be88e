package chat.tcrp.client;

import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Username;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code create} and {@code join} do: find out who, enter the room, chat until it is over. */
abstract class EnterCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private ChatOptions options;

  abstract boolean creates();

  @Override
  public Integer call() throws Problem, IOException, InterruptedException {
    Console console = options.json() ? Console.none() : Console.find();
    try (console) {
      SessionConfig config =
          new SessionConfig(
              options.server(), options.room(), username(console), password(console), creates());
      try (Face face = face(config, console)) {
        return chat(config, face);
      }
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

  private static int chat(SessionConfig config, Face face)
      throws Problem, IOException, InterruptedException {
    Goodbye goodbye = new Goodbye();
    try (ChatSession session = ChatSession.open(config, face::show)) {
      goodbye.to(session);
      int status = face.chat(session);
      goodbye.said();
      return status;
    } catch (RefusedException e) {
      throw Problem.refused(config, e);
    } catch (IOException | ProtocolException e) {
      throw Problem.unreachable(config.server(), e);
    }
  }

  private Username username(Console console) {
    Optional<Username> given = options.name();
    if (given.isPresent()) {
      return given.get();
    }
    Optional<Username> login = loginName();
    if (console.isTerminal()) {
      return ask(console, login);
    }
    return login.orElseThrow(
        () ->
            new ParameterException(
                command.commandLine(), "the login name cannot be used here; give one with --name"));
  }

  private static Username ask(Console console, Optional<Username> login) {
    String question = "Username" + login.map(name -> " [" + name + "]").orElse("") + ": ";
    while (true) {
      String answer = console.ask(question).strip();
      if (answer.isEmpty() && login.isPresent()) {
        return login.get();
      }
      try {
        return new Username(answer);
      } catch (IllegalArgumentException e) {
        console.say(e.getMessage());
      }
    }
  }

  private static Optional<Username> loginName() {
    try {
      return Optional.of(new Username(System.getProperty("user.name", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<Password> password(Console console) {
    if (!options.asksForPassword()) {
      return options.passwordFromFile();
    }
    if (!console.isTerminal()) {
      throw new ParameterException(
          command.commandLine(), "there is no terminal to ask for a password; use --password-file");
    }
    while (true) {
      String answer = console.askSecretly("Password: ");
      // A mistyped password of a new room would lock everybody out.
      if (creates() && !answer.isEmpty() && !console.askSecretly("Again: ").equals(answer)) {
        console.say("these were not the same");
        continue;
      }
      try {
        return Optional.of(new Password(answer));
      } catch (IllegalArgumentException e) {
        console.say(e.getMessage());
      }
    }
  }

  private Face face(SessionConfig config, Console console) {
    if (console.isTerminal()) {
      return console.face(config, options.colors());
    }
    return new PipeFace(
        new Wording(config),
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        options.json(),
        options.stay(),
        Clock.system(ZoneId.systemDefault()));
  }

  /** Programs exchange UTF-8, whatever the locale of this one is. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** Makes a room. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      usageHelpAutoWidth = true,
      description = "Make a room, be its host, and chat. The room closes when you leave.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  chat-client create tea",
        "  chat-client create tea --name ann --password",
        "  chat-client create tea --server chat.example.org"
      })
  static final class Create extends EnterCommand {
    @Override
    boolean creates() {
      return true;
    }
  }

  /** Enters a room. */
  @Command(
      name = "join",
      mixinStandardHelpOptions = true,
      usageHelpAutoWidth = true,
      description = "Enter a room and chat.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  chat-client join tea",
        "  chat-client join tea --name bob --server chat.example.org:7000",
        "  echo 'build 42 is green' | chat-client join tea --name ci",
        "  chat-client join tea --name log --stay </dev/null >>tea.log"
      })
  static final class Join extends EnterCommand {
    @Override
    boolean creates() {
      return false;
    }
  }
}
