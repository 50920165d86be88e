package chat.tcrp.server.top;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How large the terminal is at standard output.
 *
 * @param width in columns
 * @param height in lines
 */
record TerminalSize(int width, int height) {
  /** Where nothing is known. */
  static final TerminalSize USUAL = new TerminalSize(80, 24);

  private static final int STANDARD_OUTPUT = 1;
  private static final long TIOCGWINSZ = isMac() ? 0x40087468L : 0x5413L;

  /** As the system says, or the variables COLUMNS and LINES, or else the usual one. */
  static TerminalSize now(Map<String, String> environment) {
    return ofSystem()
        .orElseGet(
            () ->
                new TerminalSize(
                    number(environment.get("COLUMNS"), USUAL.width),
                    number(environment.get("LINES"), USUAL.height)));
  }

  private static int number(String text, int otherwise) {
    return text != null && text.matches("[1-9]\\d{0,3}") ? Integer.parseInt(text) : otherwise;
  }

  @SuppressWarnings("restricted") // the runtime image allows it
  private static Optional<TerminalSize> ofSystem() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> ioctl = linker.defaultLookup().find("ioctl");
    if (ioctl.isEmpty()) {
      return Optional.empty();
    }
    MethodHandle call =
        linker.downcallHandle(
            ioctl.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(ValueLayout.JAVA_SHORT, 4);
      int result = (int) call.invokeExact(STANDARD_OUTPUT, TIOCGWINSZ, size);
      int height = size.getAtIndex(ValueLayout.JAVA_SHORT, 0);
      int width = size.getAtIndex(ValueLayout.JAVA_SHORT, 1);
      return result == 0 && width > 0 && height > 0
          ? Optional.of(new TerminalSize(width, height))
          : Optional.empty();
    } catch (Throwable e) {
      throw new IllegalStateException("ioctl cannot be called", e);
    }
  }

  private static boolean isMac() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
  }
}
