package chat.tcrp.client;

/**
 * Makes text from the network harmless to show. What a terminal would act on (C0 and C1 controls,
 * DEL) or what would make a line read differently from what it says (bidirectional overrides and
 * isolates, line separators) is made visible.
 */
final class Safe {
  private static final int CONTROL_PICTURES = 0x2400;
  private static final int PICTURE_OF_DELETE = 0x2421;
  private static final int REPLACEMENT = 0xfffd;

  private Safe() {}

  static String text(String received) {
    StringBuilder safe = new StringBuilder(received.length());
    received.codePoints().map(Safe::safe).forEach(safe::appendCodePoint);
    return safe.toString();
  }

  private static int safe(int c) {
    if (c < 0x20) {
      return CONTROL_PICTURES + c;
    }
    if (c == 0x7f) {
      return PICTURE_OF_DELETE;
    }
    boolean acts =
        (c >= 0x80 && c < 0xa0)
            || (c >= 0x202a && c <= 0x202e)
            || (c >= 0x2066 && c <= 0x2069)
            || c == 0x2028
            || c == 0x2029
            || (c >= 0xd800 && c < 0xe000);
    return acts ? REPLACEMENT : c;
  }
}
