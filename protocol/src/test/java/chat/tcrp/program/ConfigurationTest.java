package chat.tcrp.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where a program's options come from when they are not on its command line. */
class ConfigurationTest {
  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private Path file;
  private Run last;

  /** What a run has printed, and its exit status. */
  private record Run(int status, String out, String err) {}

  /** A program with options of several kinds; it prints what they are. */
  @Command(name = "tea-pot", mixinStandardHelpOptions = true)
  static final class Pot implements Runnable {
    @Mixin private final Configuration configuration;

    @Option(
        names = {"-c", "--cups"},
        defaultValue = "4",
        description = "Cups.")
    private int cups;

    @Option(names = "--hot", description = "Hot.")
    private boolean hot;

    @Option(names = "--lid", negatable = true, defaultValue = "true", fallbackValue = "true")
    private boolean lid;

    @Option(
        names = "--draw-time",
        converter = DurationConverter.class,
        description = "Time. Default: as the leaf needs.")
    private Optional<Duration> drawTime = Optional.empty();

    @Option(names = "--leaf")
    private Optional<String> leaf = Optional.empty();

    @Option(names = "--secret")
    @SuppressWarnings("UnusedVariable") // what it is must nowhere be seen
    private Optional<String> secret = Optional.empty();

    private final PrintWriter out;

    Pot(Map<String, String> environment, PrintWriter out) {
      configuration =
          new Configuration("tea-pot", environment)
              .without("secret")
              .apartFrom("clean")
              .alsoFrom("leaf", "LEAF")
              .withFamily("leaf");
      this.out = out;
    }

    @Override
    public void run() {
      out.println(
          cups
              + " "
              + hot
              + " "
              + lid
              + " "
              + drawTime.orElse(Duration.ZERO)
              + " "
              + leaf.orElse("-"));
    }

    @Command(name = "pour")
    void pour(@Option(names = "--to") String guest, @Parameters(paramLabel = "CUP") String cup) {
      out.println(cup + " to " + guest);
    }

    @Command(name = "clean")
    void clean(@Option(names = "--soap") String soap) {
      out.println("with " + soap);
    }
  }

  @BeforeEach
  void name() {
    file = directory.resolve("file");
    environment.put("TEA_POT_CONFIG", file.toString());
  }

  @Test
  void whatIsSaidNowhereIsTheDefault() throws IOException {
    write("# nothing\n\n   # at all");

    assertThat(run().out()).isEqualTo("4 false true PT0S -\n");
  }

  @Test
  void aFileSaysMoreThanADefault() throws IOException {
    write("cups=1\n  hot = true\nlid= false\ndraw-time =3m\nleaf = sencha");

    assertThat(run().out()).isEqualTo("1 true false PT3M sencha\n");
  }

  @Test
  void theEnvironmentSaysMoreThanAFile() throws IOException {
    write("cups = 1\nhot = true\ndraw-time = 3m\n");
    environment.putAll(
        Map.of("TEA_POT_CUPS", "2", "TEA_POT_HOT", "false", "TEA_POT_DRAW_TIME", ""));

    assertThat(run().out()).isEqualTo("2 false true PT3M -\n");
  }

  @Test
  void anOptionSaysMoreThanTheEnvironmentAndAFile() throws IOException {
    write("cups = 1\nhot = true\nlid = false\n");
    environment.put("TEA_POT_CUPS", "2");

    assertThat(run("-c", "3", "--hot=false", "--lid").out()).isEqualTo("3 false true PT0S -\n");
    assertThat(run("--hot").out()).isEqualTo("2 true false PT0S -\n");
    assertThat(run("--no-lid", "--cups=3").out()).isEqualTo("3 true false PT0S -\n");
  }

  @Test
  void theUsersFileSaysMoreThanTheSystemsKeyByKey() throws IOException {
    assumeFalse(Files.exists(Path.of("/etc/tea-pot/config")));
    environment.remove("TEA_POT_CONFIG");
    environment.put("HOME", directory.toString());
    place(".config", "cups = 1\n");
    assertThat(run().out()).startsWith("1 ");

    environment.put("XDG_CONFIG_HOME", directory.resolve("xdg").toString());
    assertThat(run().out()).startsWith("4 ");
    place("xdg", "cups = 2\n");
    assertThat(run().out()).startsWith("2 ");
    assertThat(run("--print-config").out())
        .startsWith(
            "# "
                + directory.resolve("xdg/tea-pot/config")
                + " is read\n# /etc/tea-pot/config is not there\n");

    environment.put("XDG_CONFIG_HOME", "relative");
    assertThat(run().out()).startsWith("1 ");
    environment.remove("HOME");
    assertThat(run().out()).startsWith("4 ");
  }

  @Test
  void aFileThatIsNamedIsTheOnlyOne() throws IOException {
    write("cups = 1\nhot = true\n");
    Path other = Files.writeString(directory.resolve("other"), "cups = 2\n");

    assertThat(run("--config", other.toString()).out()).isEqualTo("2 false true PT0S -\n");
  }

  @Test
  void anotherVariableCountsWhenTheUsualOneIsNotSet() throws IOException {
    write("leaf = sencha\n");
    environment.put("LEAF", "assam");
    assertThat(run().out()).endsWith(" assam\n");

    environment.put("TEA_POT_LEAF", "darjeeling");
    assertThat(run().out()).endsWith(" darjeeling\n");
  }

  @Test
  void aValueIsMeantAsItStands() throws IOException {
    write("leaf = C:\\new\\${HOME} 茶#1  # and not this\n");
    assertThat(run().out()).endsWith(" C:\\new\\${HOME} 茶#1\n");

    write("leaf = \" a #b \"\"c\"\"\" # and not this\n");
    assertThat(run().out()).endsWith("  a #b \"c\"\n");
  }

  @Test
  void whatEditorsLeaveBehindIsNoMistake() throws IOException {
    write("\ufeffcups = 1\r\nhot = true\r\n\r\nleaf = sencha");

    assertThat(run()).isEqualTo(new Run(0, "1 true true PT0S sencha\n", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cup = 1              | 2: unknown key 'cup'; did you mean cups?",
        "--cups = 1           | 2: unknown key '--cups'; did you mean cups?",
        "temperature = 1      | 2: unknown key 'temperature'",
        "= 1                  | 2: this is not of the form KEY = VALUE",
        "leaf. = 1            | 2: unknown key 'leaf.'; did you mean leaf?",
        "soap = 1             | 2: unknown key 'soap'",
        "secret = x           | 2: secret can be given on the command line only",
        "config = x           | 2: config can be given on the command line only",
        "cups = many          | 2: cups must be a whole number up to 2147483647, not 'many'",
        "hot = yes            | 2: hot must be true or false, not 'yes'",
        "lid = yes            | 2: lid must be true or false, not 'yes'",
        "draw-time = 3        | 2: draw-time must be a duration like 500ms, 30s, 5m or 1h, not '3'",
        "hot                  | 2: this is not of the form KEY = VALUE",
        "hot =                | 2: hot has no value; put # before it to have the default",
        "hot = # true         | 2: hot has no value; put # before it to have the default",
        "leaf = \"\"          | 2: leaf has no value; put # before it to have the default",
        "leaf = \"a           | 2: leaf has a quote at its beginning and none at its end; one in it is doubled",
        "leaf = \"a\" b       | 2: leaf has a quote at its beginning and none at its end; one in it is doubled",
        "leaf = a\u001b[2J    | 2: there is a control character in it",
        "leaf = a\rhot = true | 2: there is a control character in it",
      })
  void aMistakeIsToldWithFileAndLine(String line, String message) throws IOException {
    write("# tea\n" + line.replace("\\\"", "\"") + "\n");

    assertThat(run()).isEqualTo(mistake(file + ":" + message));
  }

  @Test
  void aKeyThatStandsTwiceIsAMistake() throws IOException {
    write("cups = 1\nhot = true\ncups = 1\n");

    assertThat(run()).isEqualTo(mistake(file + ":3: cups has a value in line 1 already"));
  }

  @Test
  void textThatIsNotUtf8IsAMistake() throws IOException {
    Files.write(file, "cups = 1\nleaf = th\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(run()).isEqualTo(mistake(file + ":2: this is not text in UTF-8"));
  }

  @Test
  void aMistakeInTheEnvironmentIsToldWithTheVariable() throws IOException {
    write("");
    environment.put("TEA_POT_CUPS", "many");

    assertThat(run())
        .isEqualTo(
            mistake("TEA_POT_CUPS: cups must be a whole number up to 2147483647, not 'many'"));
  }

  @Test
  void aVariableThatWasPerhapsMeantToBeAnotherIsTold() throws IOException {
    write("");
    environment.putAll(Map.of("TEA_POT_CUP", "1", "TEA_POT_SERVICE_HOST", "10.0.0.1"));

    assertThat(run())
        .isEqualTo(
            new Run(
                0,
                "4 false true PT0S -\n",
                "tea-pot: the variable TEA_POT_CUP means nothing; did you mean TEA_POT_CUPS?\n"));
  }

  @Test
  void aFileThatCannotBeReadIsAMistake() throws IOException {
    String missing = directory.resolve("missing").toString();
    assertThat(run("--config", missing))
        .isEqualTo(mistake("--config: cannot read '" + missing + "': there is no such file"));
    assertThat(run("--config", directory.toString()))
        .isEqualTo(mistake("--config: cannot read '" + directory + "': it is a directory"));
    assertThat(run())
        .isEqualTo(mistake("TEA_POT_CONFIG: cannot read '" + file + "': there is no such file"));

    write("");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    if (!Files.isReadable(file)) { // to root everything is
      assertThat(run())
          .isEqualTo(mistake("TEA_POT_CONFIG: cannot read '" + file + "': you may not read it"));
    }
    Files.delete(file);
    write("#".repeat((1 << 20) + 1));
    assertThat(run())
        .isEqualTo(mistake("TEA_POT_CONFIG: cannot read '" + file + "': it has more than 1 MiB"));
  }

  @Test
  void helpNeedsNoConfiguration() {
    assertThat(run("--help").status()).isZero();
    assertThat(last.out())
        .contains("--print-config", " ~/.config/tea-pot/config", " /etc/tea-pot/config");
    assertThat(last.err()).isEmpty();
  }

  @Test
  void commandsShareAFileAndTakeWhatTheyHave() throws IOException {
    write("cups = 1\nto = ann\n");
    assertThat(run("pour", "this").out()).isEqualTo("this to ann\n");
    assertThat(run("pour", "this", "--to", "bob").out()).isEqualTo("this to bob\n");
    assertThat(run("clean").out()).isEqualTo("with null\n");

    write("cups = many\n");
    assertThat(run("pour", "this"))
        .isEqualTo(mistake(file + ":1: cups must be a whole number up to 2147483647, not 'many'"));
  }

  @Test
  void thePrintedConfigurationNamesOrigins() throws IOException {
    write("draw-time = 3m\nleaf.green = sencha\n");
    environment.put("TEA_POT_LEAF", "a #b");

    assertThat(run("--print-config", "--hot", "--secret", "x").out())
        .isEqualTo(
            """
            # FILE is read
            cups = 4             # default
            hot = true           # option
            lid = true           # default
            draw-time = 3m       # file FILE:1
            leaf = "a #b"        # env TEA_POT_LEAF
            # to =               # default
            leaf.green = sencha  # file FILE:2
            """
                .replace("FILE", file.toString()));
  }

  @Test
  void thePrintedConfigurationShowsNoPasswordOfAnAddress() throws IOException {
    write("leaf = nats://ann:secret@one:4222,nats://token@two\n");

    assertThat(run("--print-config").out())
        .contains("# leaf = nats://***@one:4222,nats://***@two  # file ")
        .contains(":1, but for the password\n")
        .doesNotContain("secret", "token");
  }

  @Test
  void thePrintedConfigurationIsPrintedForACommandThatIsIncomplete() throws IOException {
    write("# nothing\n");

    assertThat(run("pour", "--print-config", "--to", "ann").out())
        .contains("to = ann       # option\n", "# leaf =       # default\n")
        .contains("# draw-time =  # default: as the leaf needs\n");
    assertThat(run("pour", "--to", "ann").err()).startsWith("tea-pot: CUP is missing\n");
    assertThat(run("pour", "--print-config", "--to").err())
        .startsWith("tea-pot: --to needs a value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", " #1", "\"", "\"a\" b", "a\"b", "#", "a # b", " ", "\\", "${x}", "'"})
  void thePrintedConfigurationHasTheSameEffect(String leaf) throws IOException {
    write("draw-time = 3m\nhot = true\n");
    environment.put("TEA_POT_CUPS", "2");
    String expected = run("--no-lid", "--leaf", leaf).out();
    String printed = run("--no-lid", "--leaf", leaf, "--print-config").out();

    environment.remove("TEA_POT_CUPS");
    write(printed);
    assertThat(run().out()).isEqualTo(expected);
  }

  @Test
  void whatCannotStandInAFileIsSaidToBeSo() throws IOException {
    write("");

    assertThat(run("--leaf", "a\nhot = true", "--print-config").out())
        .contains("# leaf =       # option, and cannot stand in a file\n")
        .contains("hot = false    # default");
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  private void place(String below, String text) throws IOException {
    Path place = directory.resolve(below).resolve("tea-pot").resolve("config");
    Files.createDirectories(place.getParent());
    Files.writeString(place, text);
  }

  private Run mistake(String message) {
    return new Run(2, "", "tea-pot: " + message + "\nTry: tea-pot --help\n");
  }

  private Run run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    PrintWriter printer = new PrintWriter(out, true);
    Pot pot = new Pot(environment, printer);
    CommandLine program = new CommandLine(pot).setOut(printer).setErr(new PrintWriter(err, true));
    Usage usage =
        new Usage(0, (command, message) -> command.getErr().println("tea-pot: " + message));
    int status = pot.configuration.govern(program, usage, () -> {}).execute(args);
    last = new Run(status, out.toString(), err.toString());
    return last;
  }
}
