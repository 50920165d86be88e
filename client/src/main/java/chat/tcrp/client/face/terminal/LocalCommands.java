package chat.tcrp.client.face.terminal;

import chat.tcrp.client.face.ConversationLog;
import chat.tcrp.client.face.LogFile;
import chat.tcrp.client.face.SlashCommand;
import chat.tcrp.protocol.Username;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The commands that nobody but this client hears of: what is shown, found again, and kept. */
final class LocalCommands {
  /** So many lines that were found are shown. */
  static final int MAX_FOUND = 20;

  private static final Set<String> NO_LOG = Set.of("off", "-");

  private final Company company;
  private final Screen screen;
  private final ConversationLog log;

  LocalCommands(Company company, Screen screen, ConversationLog log) {
    this.company = company;
    this.screen = screen;
    this.log = log;
  }

  /**
   * Hides what somebody says, or tells whom one ignores.
   *
   * @param name may be empty
   * @param inRoom where only those names are there that the protocol allows
   */
  void ignore(String name, boolean inRoom) {
    if (name.isEmpty()) {
      List<String> names = company.ignored().names();
      screen.info(
          names.isEmpty()
              ? "you ignore nobody; " + SlashCommand.IGNORE.word() + " NAME hides what they say"
              : "you ignore " + String.join(", ", names));
      return;
    }
    if (Ignored.key(name).equals(Ignored.key(company.ownName()))) {
      screen.warn("you cannot ignore yourself");
      return;
    }
    if (inRoom) {
      try {
        new Username(name);
      } catch (IllegalArgumentException e) {
        screen.warn("nobody can be called " + name + ": " + e.getMessage());
        return;
      }
    }
    if (!company.ignored().add(name)) {
      screen.info("you ignore " + name + " already; /unignore " + name + " ends that");
      return;
    }
    boolean isAbsent = inRoom && !company.isHere(name);
    screen.info(
        "you ignore "
            + name
            + " from now on"
            + (isAbsent ? ", who is not here at the moment" : "")
            + "; /unignore "
            + name
            + " ends that");
  }

  void unignore(String name) {
    if (name.isEmpty()) {
      screen.warn("whom? " + SlashCommand.UNIGNORE.usage());
    } else if (company.ignored().remove(name)) {
      screen.info("what " + name + " says is shown again");
    } else {
      screen.warn("you do not ignore " + name + "; /ignore lists whom you do");
    }
  }

  void quiet() {
    screen.info(
        company.quiet().toggle()
            ? "comings and goings are hidden; /quiet shows them"
            : "comings and goings are shown; /quiet hides them");
  }

  /** There may be so many here now that it is not shown any more who comes and goes. */
  void heedCrowd() {
    if (company.quiet().setsIn(company.roster().names().size())) {
      screen.info(
          "more than " + Quiet.CROWD + " here: comings and goings are hidden; /quiet shows them");
    }
  }

  void search(String text) {
    if (text.isEmpty()) {
      screen.warn("what? " + SlashCommand.SEARCH.usage());
      return;
    }
    ShownLines.Found found = screen.find(text, MAX_FOUND);
    int count = found.lines().size() + found.earlier();
    if (count == 0) {
      screen.info("nothing with \"" + text + "\" was said here since you came");
      return;
    }
    List<String> lines = new ArrayList<>();
    if (found.earlier() > 0) {
      lines.add("(" + found.earlier() + " earlier ones not shown)");
    }
    lines.addAll(found.lines());
    screen.info((count == 1 ? "1 line" : count + " lines") + " with \"" + text + "\":", lines);
  }

  /** Begins to write a file, ends it, or tells which one it is. */
  void log(String argument) {
    String present = log.path().map(Path::toString).orElse("");
    if (argument.isEmpty()) {
      screen.info(
          present.isEmpty()
              ? "nothing is written; /log FILE writes what is said from now on"
              : "what is said is written to " + present + "; /log off ends that");
    } else if (!NO_LOG.contains(argument)) {
      // The disk may not answer, and nobody shall wait for it.
      Thread.ofVirtual().name("open log").start(() -> begin(argument));
    } else if (present.isEmpty()) {
      screen.info("nothing is written");
    } else {
      log.end();
      screen.info("nothing is written to " + present + " any more");
    }
  }

  private void begin(String typed) {
    try {
      LogFile.Opened opened = LogFile.open(typed);
      log.begin(opened);
      screen.answer(
          () ->
              screen.info(
                  "what is said is written to "
                      + opened.path()
                      + " from now on; /log off ends that"));
    } catch (IOException e) {
      screen.answer(() -> screen.warn(e.getMessage()));
    }
  }
}
