package chat.tcrp.client.face.terminal;

import java.util.ArrayList;
import java.util.List;

/** What the program itself says above the line being typed. */
class Announcements {
  private final ScreenLines lines;
  private final Transcript transcript;

  Announcements(ScreenLines lines, Transcript transcript) {
    this.lines = lines;
    this.transcript = transcript;
  }

  /** The program says something. */
  final void info(String text) {
    transcript.print(lines.info(text));
  }

  /** The program says something with lines below it, which nothing comes between. */
  final void info(String text, List<String> below) {
    print(lines.info(text), below);
  }

  final void warn(String text) {
    transcript.print(lines.warning(text));
  }

  /** The same with lines below it. */
  final void warn(String text, List<String> below) {
    print(lines.warning(text), below);
  }

  private void print(ScreenLine first, List<String> below) {
    List<ScreenLine> block = new ArrayList<>(List.of(first));
    below.forEach(text -> block.add(lines.more(text)));
    transcript.print(block);
  }
}
