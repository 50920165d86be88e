import static java.util.stream.Collectors.joining;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Writes the manual pages of a program: one for it, and one for each of its commands. Everything in them is read from
 * the command line's model, so that they say what --help says.
 *
 * <pre>java -cp CLASSES ManPages.java [MODULE/]MAIN-CLASS DIRECTORY SEE-ALSO...</pre>
 *
 * <p>A line of a footer such as "Files:" begins a section of its own. In a section, a term and what it means are two or
 * more spaces apart; a line that only begins with spaces goes on with what was before. What a command says nothing of,
 * among exit status, environment and files, is what its program says.
 */
public final class ManPages {
  /** Marks of fonts in text that is yet to be escaped. */
  private static final String BOLD = "\u0001";

  private static final String ITALIC = "\u0002";
  private static final String ROMAN = "\u0003";

  /** So wide that picocli breaks no line. */
  private static final int ONE_LINE = 100_000;

  private static final ColorScheme FONTS =
      new ColorScheme.Builder(Ansi.ON)
          .commands(font(BOLD))
          .options(font(BOLD))
          .parameters(font(ITALIC))
          .optionParams(font(ITALIC))
          .build();

  /** A section of a footer: a term, and what it means, which may be nothing. */
  private record Entry(String term, String meaning) {}

  private final Path directory;
  private final List<String> seeAlso;

  private ManPages(Path directory, List<String> seeAlso) {
    this.directory = directory;
    this.seeAlso = seeAlso;
  }

  public static void main(String[] args) throws Exception {
    var commandLine = Class.forName(args[0].replaceFirst(".*/", "")).getDeclaredMethod("commandLine");
    commandLine.setAccessible(true);
    Path directory = Files.createDirectories(Path.of(args[1]));
    List<String> seeAlso = List.of(args).subList(2, args.length);
    new ManPages(directory, seeAlso).write((CommandLine) commandLine.invoke(null));
  }

  private void write(CommandLine program) throws IOException {
    try (var old = Files.newDirectoryStream(directory, "*.1.gz")) {
      for (Path page : old) {
        Files.delete(page); // its command may be no more
      }
    }
    CommandSpec root = program.getCommandSpec();
    List<CommandSpec> commands = commands(root);
    for (CommandSpec spec : Stream.concat(Stream.of(root), commands.stream()).toList()) {
      Stream<String> others =
          spec == root
              ? Stream.concat(commands.stream().map(ManPages::page), seeAlso.stream())
              : Stream.concat(
                  Stream.of(page(root)),
                  commands.stream().filter(other -> other != spec).map(ManPages::page));
      String page = page(spec, root, others.toList());
      Files.write(
          directory.resolve(page(spec) + ".1.gz"), gzip(page.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  /** As Debian wants manual pages: as small as can be, and said to be. There is no time in it. */
  private static byte[] gzip(byte[] page) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out =
        new GZIPOutputStream(bytes) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        }) {
      out.write(page);
    }
    byte[] gzip = bytes.toByteArray();
    gzip[8] = 2; // slowest algorithm, RFC 1952
    return gzip;
  }

  /** Those with a page of their own: not picocli's, which are said all about in a line. */
  private static List<CommandSpec> commands(CommandSpec spec) {
    return spec.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(command -> !command.usageMessage().hidden())
        .filter(command -> !command.userObject().getClass().getName().startsWith("picocli."))
        .flatMap(command -> Stream.concat(Stream.of(command), commands(command).stream()))
        .distinct()
        .toList();
  }

  private static String page(CommandSpec spec) {
    return spec.qualifiedName("-");
  }

  private static String page(CommandSpec spec, CommandSpec root, List<String> others) {
    UsageMessageSpec usage = spec.usageMessage().autoWidth(false).width(ONE_LINE);
    Help help = new Help(spec, FONTS);
    String description = text(usage.description());
    StringBuilder page = new StringBuilder();
    page.append(".\\\" Made from the model of the command line, which --help shows too.\n");
    page.append(".TH ").append(escaped(page(spec).toUpperCase(Locale.ROOT))).append(" 1 \"\" \"");
    page.append(escaped(root.version()[0])).append("\" \"User Commands\"\n");
    // Names of options are not divided, nor lines spread, also where the macros set both anew.
    page.append(".nr HY 0\n.ds AD l\n.nh\n.ad l\n");
    heading(page, "Name").append(escaped(page(spec))).append(" \\- ");
    page.append(escaped(firstSentence(description))).append("\n");
    heading(page, "Synopsis").append(synopsis(help, spec));
    heading(page, "Description").append(line(description));
    List<CommandLine> subcommands =
        spec.subcommands().values().stream()
            .distinct()
            .filter(command -> !command.getCommandSpec().usageMessage().hidden())
            .toList();
    list(page, "Commands", subcommands.stream().map(ManPages::entry).toList());
    list(
        page,
        "Arguments",
        spec.positionalParameters().stream()
            .filter(argument -> !argument.hidden())
            .map(argument -> new Entry(label(help, argument), text(argument.description())))
            .toList());
    list(
        page,
        "Options",
        spec.options().stream()
            .filter(option -> !option.hidden())
            .sorted(order(help, usage))
            .map(option -> new Entry(term(help, option), text(option.description())))
            .toList());
    UsageMessageSpec common = root.usageMessage();
    Map<String, String> statuses =
        usage.exitCodeList().isEmpty() ? common.exitCodeList() : usage.exitCodeList();
    list(
        page,
        "Exit status",
        statuses.entrySet().stream()
            .map(status -> new Entry(BOLD + status.getKey() + ROMAN, text(status.getValue())))
            .toList());
    Map<String, List<Entry>> sections = new LinkedHashMap<>();
    for (String name : List.of("Environment", "Files")) {
      sections.put(name, footer(common).getOrDefault(name, List.of()));
    }
    sections.putAll(footer(usage));
    sections.forEach((name, entries) -> list(page, name, entries));
    heading(page, "See also");
    page.append(
        others.stream()
            .map(other -> BOLD + other + ROMAN + "(1)")
            .map(ManPages::escaped)
            .collect(joining(",\n", "", "\n")));
    return page.toString();
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return end < 0 ? text.replaceFirst("\\.$", "") : text.substring(0, end);
  }

  private static String synopsis(Help help, CommandSpec spec) {
    String name = spec.qualifiedName();
    String all = fonts(help.synopsis(0));
    String arguments = all.substring(all.indexOf(name) + name.length()).replaceFirst("^" + ROMAN, "");
    return ".SY \"" + escaped(name) + "\"\n" + line(arguments.strip()) + ".YS\n";
  }

  private static Comparator<OptionSpec> order(Help help, UsageMessageSpec usage) {
    return usage.sortOptions() ? help.createDefaultOptionSort() : (a, b) -> 0;
  }

  private static String term(Help help, OptionSpec option) {
    return Stream.of(option.names())
            .map(name -> BOLD + name + ROMAN)
            .collect(joining(", "))
        + label(help, option);
  }

  private static String label(Help help, ArgSpec argument) {
    List<IStyle> style =
        argument instanceof PositionalParamSpec ? FONTS.parameterStyles() : FONTS.optionParamStyles();
    return fonts(
        help.parameterLabelRenderer().renderParameterLabel(argument, Ansi.ON, style).toString());
  }

  private static Entry entry(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    String[] words = usage.header().length > 0 ? usage.header() : usage.description();
    return new Entry(BOLD + command.getCommandName() + ROMAN, firstSentence(text(words)) + ".");
  }

  /** The sections of a footer, in their order, by their names without the colon. */
  private static Map<String, List<Entry>> footer(UsageMessageSpec usage) {
    Map<String, List<Entry>> sections = new LinkedHashMap<>();
    List<Entry> section = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    Optional.ofNullable(usage.footerHeading()).ifPresent(lines::add);
    lines.addAll(List.of(usage.footer()));
    for (String line : lines.stream().flatMap(part -> part.formatted().lines()).toList()) {
      if (line.matches("\\S.*:")) {
        section = new ArrayList<>();
        sections.put(line.substring(0, line.length() - 1), section);
      } else if (line.matches(" {8,}\\S.*") && !section.isEmpty()) {
        Entry last = section.removeLast();
        section.add(new Entry(last.term(), (last.meaning() + " " + line.strip()).strip()));
      } else if (!line.isBlank()) {
        String[] parts = line.strip().split(" {2,}", 2);
        section.add(new Entry(BOLD + parts[0] + ROMAN, parts.length == 1 ? "" : parts[1]));
      }
    }
    return sections;
  }

  private static StringBuilder heading(StringBuilder page, String name) {
    return page.append(".SH ").append(escaped(name.toUpperCase(Locale.ROOT))).append("\n");
  }

  private static void list(StringBuilder page, String name, List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    heading(page, name);
    boolean isBare = entries.stream().allMatch(entry -> entry.meaning().isEmpty());
    if (isBare) {
      page.append(".nf\n");
    }
    for (Entry entry : entries) {
      page.append(isBare ? "" : ".TP\n").append(line(entry.term())).append(line(entry.meaning()));
    }
    if (isBare) {
      page.append(".fi\n");
    }
  }

  private static String text(String... lines) {
    return Stream.of(lines).map(line -> line.formatted().strip()).collect(joining(" "));
  }

  private static String line(String text) {
    return text.isEmpty() ? "" : escaped(text) + "\n";
  }

  /** Text as it stands, for roff: its own escapes, no request at the start of a line, and only ASCII. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.matches("[.'].*") ? "\\&" : "");
    text.codePoints()
        .forEach(
            c ->
                escaped.append(
                    switch (c) {
                      case 1 -> "\\fB";
                      case 2 -> "\\fI";
                      case 3 -> "\\fR";
                      case '\\' -> "\\e";
                      case '-' -> "\\-";
                      case '\'' -> "\\(aq";
                      case '"' -> "\\(dq";
                      case '`' -> "\\(ga";
                      case '^' -> "\\(ha";
                      case '~' -> "\\(ti";
                      default -> c < 128 ? Character.toString(c) : "\\[u%04X]".formatted(c);
                    }));
    return escaped.toString();
  }

  /** Without what picocli adds to our marks: the terminal's own end of a style. */
  private static String fonts(String styled) {
    return styled.replace("\u001b[0m", "");
  }

  private static IStyle font(String mark) {
    return new IStyle() {
      @Override
      public String on() {
        return mark;
      }

      @Override
      public String off() {
        return ROMAN;
      }
    };
  }
}
