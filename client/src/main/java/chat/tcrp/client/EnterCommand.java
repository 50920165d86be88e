package chat.tcrp.client;

import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.RoomWording;
import chat.tcrp.client.face.terminal.Console;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.RoomRules;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Status;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code create} and {@code join} do: find out who, enter the room, chat until it is over. */
abstract class EnterCommand extends ChatCommand {
  @Spec private CommandSpec command;
  @Mixin private ChatOptions options;

  abstract boolean creates();

  /** What the room is made with, if it is made. */
  RoomRules rules() {
    return RoomRules.USUAL;
  }

  @Override
  int chat(FaceOptions faceOptions, Console console) throws Problem, IOException {
    AtomicReference<SessionConfig> config =
        new AtomicReference<>(
            new SessionConfig(
                options.server(),
                options.room(),
                faceOptions.username(console),
                password(console),
                creates(),
                options.trust(news -> say(news, console)),
                rules()));
    return chat(
        listener -> open(config, listener, faceOptions, console),
        () -> faceOptions.face(Place.of(config.get()), new RoomWording(config.get()), console));
  }

  /** Enters; a person at a terminal is asked again where another answer can help. */
  private ChatSession open(
      AtomicReference<SessionConfig> config,
      Consumer<SessionEvent> listener,
      FaceOptions faceOptions,
      Console console)
      throws Problem {
    while (true) {
      SessionConfig tried = config.get();
      try {
        return ChatSession.open(tried, listener);
      } catch (RefusedException e) {
        Problem problem = Problem.refused(tried, e);
        if (!console.isTerminal()) {
          throw problem;
        }
        config.set(better(tried, e.status(), faceOptions, console).orElseThrow(() -> problem));
      } catch (IOException | ProtocolException e) {
        throw Problem.unreachable(tried.server(), e);
      }
    }
  }

  /** What to try after a refusal, if the person can do something about it here and now. */
  private Optional<SessionConfig> better(
      SessionConfig tried, Status status, FaceOptions faceOptions, Console console) {
    return switch (status) {
      case USERNAME_TAKEN -> {
        console.say(
            "The name "
                + tried.username()
                + " is taken in "
                + tried.room()
                + ", or looks like one that is");
        yield Optional.of(tried.as(faceOptions.anotherUsername(console, tried.username())));
      }
      case INVALID_USERNAME -> {
        console.say(tried.server() + " does not accept " + tried.username() + " as a name");
        yield Optional.of(tried.as(faceOptions.anotherUsername(console, tried.username())));
      }
      case WRONG_PASSWORD -> {
        if (options.isPasswordInFile()) {
          yield Optional.empty();
        }
        console.say(
            tried.password().isPresent()
                ? "Wrong password for " + tried.room()
                : tried.room() + " needs a password");
        yield Optional.of(tried.with(askForPassword(console)));
      }
      default -> Optional.empty();
    };
  }

  private Optional<Password> password(Console console) {
    if (!options.asksForPassword()) {
      return options.passwordFromFile();
    }
    if (!console.isTerminal()) {
      throw new ParameterException(
          command.commandLine(), "there is no terminal to ask for a password; use --password-file");
    }
    return Optional.of(askForPassword(console));
  }

  private void say(String news, Console console) {
    if (console.isTerminal()) {
      console.say(news);
    } else {
      Main.complain(command.commandLine(), news);
    }
  }

  private Password askForPassword(Console console) {
    while (true) {
      String answer = console.askSecretly("Password: ");
      // A mistyped password of a new room would lock everybody out.
      if (creates() && !answer.isEmpty() && !console.askSecretly("Again: ").equals(answer)) {
        console.say("these were not the same");
        continue;
      }
      try {
        return new Password(answer);
      } catch (IllegalArgumentException e) {
        console.say(e.getMessage());
      }
    }
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
    @Option(names = "--history", description = "Show newcomers what was said shortly before.")
    private boolean history;

    @Option(names = "--sealed-only", description = "Let nobody in who does not encrypt.")
    private boolean sealedOnly;

    @Option(names = "--stay-open", description = "Have another be the host when you leave.")
    private boolean stayOpen;

    @Override
    boolean creates() {
      return true;
    }

    @Override
    RoomRules rules() {
      return new RoomRules(history, sealedOnly, stayOpen);
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
