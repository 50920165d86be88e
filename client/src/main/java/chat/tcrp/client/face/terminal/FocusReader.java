package chat.tcrp.client.face.terminal;

import java.util.HashMap;
import java.util.Optional;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Terminal;

/**
 * A line reader that takes out of the keys what the terminal reports of its focus, wherever it
 * stands: in a line, a search, a question.
 */
abstract class FocusReader extends LineReaderImpl {
  /** One character, and the whole of what the terminal may say in between. */
  private static final KeyMap<Boolean> CHARACTER = new KeyMap<>();

  static {
    CHARACTER.bind(true, KeyMap.esc(), Focus.GOT, Focus.LOST);
    CHARACTER.setNomatch(true);
    CHARACTER.setUnicode(true);
  }

  /** Whoever wants to know whether the person looks, if anybody does. */
  private Optional<Focus> focus = Optional.empty();

  FocusReader(Terminal terminal) {
    super(terminal, "chat-client", new HashMap<>());
  }

  /**
   * From now on the terminal reports whether it has the focus, and none of it is taken for a key.
   */
  void watch(Focus newFocus) {
    focus = Optional.of(newFocus);
    sendFocusMode(Focus.REPORT);
  }

  /** After an end of it that was only for a while. */
  void watchAgain() {
    focus.ifPresent(Focus::isBack);
    sendFocusMode(Focus.REPORT);
  }

  /** The end of it. */
  void stopWatching() {
    sendFocusMode(Focus.DO_NOT_REPORT);
  }

  private void sendFocusMode(String mode) {
    if (focus.isPresent() && !Transcript.isDumb(terminal)) {
      terminal.writer().write(mode);
      terminal.flush();
    }
  }

  /** Reads a key; what the terminal reports in between is nobody else's affair. */
  @Override
  protected <T> T doReadBinding(KeyMap<T> keys, KeyMap<T> local) {
    T binding;
    do {
      binding = super.doReadBinding(keys, local);
    } while (binding != null && isReport(getLastBinding()));
    return binding;
  }

  private boolean isReport(String key) {
    return focus.map(f -> f.isReport(key)).orElse(false);
  }

  /**
   * Reads a key with others before the usual ones. Where Escape is one of these, as in a search,
   * that must not cut off the beginning of a longer key.
   */
  @Override
  public Binding readBinding(KeyMap<Binding> keys, KeyMap<Binding> local) {
    if (local != null && local.getBound(KeyMap.esc(), new int[1]) != null) {
      keys.getBoundKeys()
          .forEach(
              (key, binding) -> {
                if (key.length() > 1 && key.startsWith(KeyMap.esc())) {
                  local.bind(binding, key);
                }
              });
    }
    return super.readBinding(keys, local);
  }

  @Override
  public int readCharacter() {
    return doReadBinding(CHARACTER, null) == null ? -1 : getLastBinding().codePointAt(0);
  }

  /** Reads a character as it comes, whatever it belongs to. */
  int readAnyCharacter() {
    return super.readCharacter();
  }
}
