package chat.tcrp.client.face.terminal;

import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;

/**
 * The rows that the line being typed takes, drawn so that a terminal whose window becomes wider or
 * narrower breaks them anew as is expected here: rows that are full belong together, others do not.
 */
final class LineDisplay extends Display {
  private static final AttributedString NEWLINE = new AttributedString("\n");
  private static final AttributedString CURSOR = new AttributedString("_");

  private List<AttributedString> drawn = List.of();

  LineDisplay(Terminal terminal, Size size) {
    super(terminal, false);
    setDelayLineWrap(true);
    resize(size);
  }

  @Override
  public void update(List<AttributedString> rows, int cursor, boolean flush) {
    if (terminal.getGraphemeClusterMode() && drawn.size() > 1) {
      // A row would be erased before it is drawn again, and a terminal takes one that was erased
      // for the beginning of something else.
      super.update(List.of(), 0, false);
    }
    drawn = withEnds(rows);
    super.update(drawn, cursor, flush);
  }

  /** A row that is not full, for a wide character had no place at its end, ends in a newline. */
  private List<AttributedString> withEnds(List<AttributedString> rows) {
    List<AttributedString> ended = new ArrayList<>(rows);
    for (int i = 0; i + 1 < rows.size(); i++) {
      AttributedString row = rows.get(i);
      boolean ends = !row.isEmpty() && row.charAt(row.length() - 1) == '\n';
      if (!ends && row.columnLength(terminal) < getColumns()) {
        ended.set(i, AttributedString.join(AttributedString.EMPTY, row, NEWLINE));
      }
    }
    return ended;
  }

  /** Whether a screen has place for what is drawn, and for the cursor behind it. */
  boolean fits(Size screen) {
    List<AttributedString> line = new ArrayList<>(drawn);
    line.add(CURSOR);
    return AttributedString.join(AttributedString.EMPTY, line)
            .columnSplitLength(terminal, screen.getColumns(), true, true)
            .size()
        <= screen.getRows();
  }
}
