package chat.tcrp.client;

import static java.util.Collections.disjoint;

import chat.tcrp.client.face.Entered;
import chat.tcrp.client.face.Face;
import chat.tcrp.client.face.Invitation;
import chat.tcrp.client.face.Place;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.face.RoomWording;
import chat.tcrp.client.face.terminal.Console;
import chat.tcrp.client.session.ChatSession;
import chat.tcrp.client.session.RefusedException;
import chat.tcrp.client.session.RoomRules;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionConfig;
import chat.tcrp.client.session.SessionEvent;
import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.Status;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
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

  /** Which rooms, as they are named on the command line. */
  abstract List<String> rooms();

  @Override
  int chat(FaceOptions faceOptions, Console console) throws Problem, IOException {
    List<ChatOptions.Destination> destinations =
        rooms().stream()
            .map(room -> options.destination(room, news -> say(news, console)))
            .toList();
    checkThatAllDiffer(destinations);
    Username username = faceOptions.username(console);
    Optional<Password> password = password(console);
    List<SessionConfig> configs =
        destinations.stream().map(to -> config(to, username, password)).toList();
    return chat(
        goodbye -> enter(configs, new Door(faceOptions, console, goodbye)),
        goodbye -> {
          Door door = new Door(faceOptions, console, goodbye);
          return faceOptions.face(console, (room, from) -> enter(room, from, door));
        });
  }

  private void checkThatAllDiffer(List<ChatOptions.Destination> destinations) {
    for (int i = 0; i < destinations.size(); i++) {
      ChatOptions.Destination to = destinations.get(i);
      if (destinations.stream()
          .limit(i)
          .anyMatch(o -> o.room().equals(to.room()) && !disjoint(o.servers(), to.servers()))) {
        throw new ParameterException(command.commandLine(), to.room() + " is named twice");
      }
    }
    if (destinations.size() > Face.MAX_ROOMS) {
      throw new ParameterException(
          command.commandLine(),
          "at most %d rooms at once, not %d".formatted(Face.MAX_ROOMS, destinations.size()));
    }
  }

  private SessionConfig config(
      ChatOptions.Destination to, Username username, Optional<Password> password) {
    return new SessionConfig(
        to.servers(), to.room(), username, password, creates(), to.trust(), rules());
  }

  /** What entering needs: whom to ask, and who leaves in the end. */
  private record Door(FaceOptions faceOptions, Console console, Goodbye goodbye) {}

  /** Enters all rooms that can be entered; those that cannot are said, unless none can. */
  private List<Entered> enter(List<SessionConfig> configs, Door door) throws Problem {
    List<Entered> entered = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    Set<List<ServerAddress>> unreachable = new HashSet<>();
    for (SessionConfig config : configs) {
      // What the other rooms of such servers would say has been said.
      if (!unreachable.contains(config.servers())) {
        try {
          entered.add(enter(config, !options.isPasswordInFile(), door));
        } catch (Problem e) {
          problems.add(e);
          if (e.exitStatus() != Problem.REFUSED) {
            unreachable.add(config.servers());
          }
        }
      }
    }
    Optional<Problem> end =
        entered.isEmpty() ? Optional.of(problems.removeLast()) : Optional.empty();
    problems.forEach(problem -> Main.complain(command.commandLine(), problem.getMessage()));
    if (end.isPresent()) {
      throw end.get();
    }
    return entered;
  }

  /** Enters another room while there is one already. */
  private Entered enter(String room, SessionConfig from, Door door) throws Problem {
    try {
      ChatOptions.Destination to =
          Invitation.isMeant(room)
              ? options.destination(room, news -> say(news, door.console))
              : new ChatOptions.Destination(from.servers(), options.room(room), from.trust());
      SessionConfig config =
          new SessionConfig(
              to.servers(),
              to.room(),
              from.username(),
              Optional.empty(),
              false,
              to.trust(),
              RoomRules.USUAL);
      return enter(config, true, door);
    } catch (ParameterException e) {
      throw new Problem(Problem.USAGE, e.getMessage(), e);
    }
  }

  /** Enters; a person at a terminal is asked again where another answer can help. */
  private Entered enter(SessionConfig config, boolean asksForPassword, Door door) throws Problem {
    CompletableFuture<Consumer<SessionEvent>> shown = new CompletableFuture<>();
    SessionConfig tried = config;
    while (true) {
      try {
        ChatSession session = ChatSession.open(tried, event -> shown.join().accept(event));
        door.goodbye.to(session);
        return new Entered(Place.of(tried), new RoomWording(tried), session, shown);
      } catch (RefusedException e) {
        Problem problem = Problem.refused(tried, e);
        if (!door.console.isTerminal()
            || (e.status() == Status.WRONG_PASSWORD && !asksForPassword)) {
          throw problem;
        }
        tried = better(tried, e, door).orElseThrow(() -> problem);
      } catch (IOException | ProtocolException e) {
        throw Problem.unreachable(tried.servers().getFirst(), e);
      }
    }
  }

  /** What to try after a refusal, if the person can do something about it here and now. */
  private Optional<SessionConfig> better(SessionConfig tried, RefusedException no, Door door) {
    FaceOptions faceOptions = door.faceOptions;
    Console console = door.console;
    return switch (no.status()) {
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
        console.say(
            no.server().orElse(tried.servers().getFirst())
                + " does not accept "
                + tried.username()
                + " as a name");
        yield Optional.of(tried.as(faceOptions.anotherUsername(console, tried.username())));
      }
      case WRONG_PASSWORD -> {
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
    @Parameters(
        paramLabel = "ROOM",
        description = {
          "The room: at most 28 bytes, case matters.",
          "Or an invitation: chat://HOST:PORT/ROOM#SHA256:KEY."
        })
    private String room;

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
    List<String> rooms() {
      return List.of(room);
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
      description = "Enter a room, or several, and chat.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  chat-client join tea",
        "  chat-client join tea coffee",
        "  chat-client join tea --name bob --server chat.example.org:7000",
        "  echo 'build 42 is green' | chat-client join tea --name ci",
        "  chat-client join tea --name log --stay </dev/null >>tea.log"
      })
  static final class Join extends EnterCommand {
    @Parameters(
        paramLabel = "ROOM",
        arity = "1..*",
        description = {
          "The room: at most 28 bytes, case matters; or several, at most "
              + Face.MAX_ROOMS
              + ", of which the first is written to.",
          "Or an invitation: chat://HOST:PORT/ROOM#SHA256:KEY."
        })
    private List<String> rooms;

    @Override
    boolean creates() {
      return false;
    }

    @Override
    List<String> rooms() {
      return rooms;
    }
  }
}
