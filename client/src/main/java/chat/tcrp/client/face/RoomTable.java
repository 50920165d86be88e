package chat.tcrp.client.face;

import chat.tcrp.protocol.RoomInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jline.utils.AttributedString;

/** The rooms of a server as lines of text, by name. */
public final class RoomTable {
  private RoomTable() {}

  public static List<String> lines(List<RoomInfo> rooms) {
    int width =
        rooms.stream()
            .mapToInt(r -> columns(Safe.text(r.room().value())))
            .reduce("ROOM".length(), Math::max);
    List<String> lines = new ArrayList<>();
    lines.add(pad("ROOM", width) + "  MEMBERS  PASSWORD");
    rooms.stream()
        .sorted(Comparator.comparing(r -> r.room().value()))
        .map(
            room ->
                pad(Safe.text(room.room().value()), width)
                    + "  "
                    + "%7d".formatted(room.members())
                    + (room.isProtected() ? "  yes" : ""))
        .forEach(lines::add);
    return lines;
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - columns(text)));
  }

  /** The width on a screen: wide characters have two columns. */
  private static int columns(String text) {
    return new AttributedString(text).columnLength();
  }
}
