package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.server.base.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

/** What docs/operating.md says of the program is so. */
class OperatingPageTest {
  private static final Path PAGE = Path.of("..", "docs", "operating.md");
  private static final Path SOURCE = Path.of("src", "main", "java");

  /** An event in the source, after its level if it has one, up to the facts that may follow. */
  private static final Pattern EVENT =
      Pattern.compile(
          "(?:\\.event\\(\\s*Level\\.\\w+,|\\.failure\\(|Level\\.WARNING,)\\s*\"([a-z]+(?:-[a-z]+)+)");

  @Test
  void everyOptionIsInTheTableWithItsDefault() throws IOException {
    List<String> rows = Files.readAllLines(PAGE);

    for (OptionSpec option : Main.commandLine(Ticker.SYSTEM, Map.of()).getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        String name = option.longestName();
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        String row = "| `" + name + value + "` | " + Objects.toString(option.defaultValue(), "");
        assertThat(rows).as(name).anyMatch(line -> line.startsWith(row));
      }
    }
  }

  @Test
  void everyEventOfTheLogIsExplained() throws IOException {
    String page = Files.readString(PAGE);

    List<String> events = events();
    assertThat(events).contains("room-closed", "relay-failed", "log-lines-lost");
    assertThat(events).allSatisfy(event -> assertThat(page).contains("`" + event + "`"));
  }

  private static List<String> events() throws IOException {
    List<String> events = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCE)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        EVENT.matcher(Files.readString(file)).results().forEach(e -> events.add(e.group(1)));
      }
    }
    return events;
  }
}
