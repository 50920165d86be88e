package chat.tcrp.client.face.terminal;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the Tab key puts into the line: each time it is pressed the next of what can stand there.
 */
final class TabCycle {
  /**
   * What can stand in a place.
   *
   * @param start where in what was typed it begins
   * @param texts what it can be, the likeliest first
   */
  record Choices(int start, List<String> texts) {
    static final Choices NONE = new Choices(0, List.of());
  }

  private final Function<String, Choices> completion;
  private Choices choices = Choices.NONE;
  private int present;
  private String kept = "";
  private Optional<String> last = Optional.empty();

  /**
   * Has not been pressed yet.
   *
   * @param completion what can be made of what stands before the cursor
   */
  TabCycle(Function<String, Choices> completion) {
    this.completion = completion;
  }

  /**
   * Tab is pressed.
   *
   * @param typed what stands before the cursor
   * @param forth whether it goes on to the next; else back to the one before
   * @return what stands there now; empty when nothing can be made of it
   */
  Optional<String> press(String typed, boolean forth) {
    if (last.filter(typed::equals).isPresent()) {
      present = Math.floorMod(present + (forth ? 1 : -1), choices.texts().size());
    } else {
      choices = completion.apply(typed);
      if (choices.texts().isEmpty()) {
        last = Optional.empty();
        return last;
      }
      kept = typed.substring(0, choices.start());
      present = forth ? 0 : choices.texts().size() - 1;
    }
    last = Optional.of(kept + choices.texts().get(present));
    return last;
  }

  /** Another line begins. */
  void forget() {
    last = Optional.empty();
  }
}
