package chat.tcrp.client.bench;

/**
 * What a message of a load test says: who sent it, as which of its messages, and when it was due.
 * Printable ASCII, so that no server changes it. One marker is used for many messages, by one
 * thread; nothing is allocated.
 *
 * <pre>
 *  0    1          9          15         23         35   36
 * +----+----------+----------+----------+----------+----+
 * | <  | run      | sender   | sequence | due      | >  |
 * | 1  | 8 hex    | 6 hex    | 8 hex    | 12 hex   | 1  |
 * +----+----------+----------+----------+----------+----+
 * </pre>
 *
 * <p>The time is that at which the message was <em>due</em>, in nanoseconds since the run began. A
 * generator that was held up, by itself or by the server, cannot make its latencies look better by
 * sending later.
 */
final class Marker {
  private static final int RUN_AT = 1;
  private static final int RUN_DIGITS = 8;
  private static final int SENDER_AT = RUN_AT + RUN_DIGITS;

  /** Hexadecimal digits of a sender. */
  static final int SENDER_DIGITS = 6;

  private static final int SEQUENCE_AT = SENDER_AT + SENDER_DIGITS;
  private static final int SEQUENCE_DIGITS = 8;
  private static final int DUE_AT = SEQUENCE_AT + SEQUENCE_DIGITS;
  private static final int DUE_DIGITS = 12;
  private static final int END_AT = DUE_AT + DUE_DIGITS;

  /** The size of a marker. */
  static final int BYTES = END_AT + 1;

  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private int run;
  private int sender;
  private int sequence;
  private long dueNanos;

  /** Sets all that {@link #write} writes. */
  void set(int run, int sender, int sequence, long dueNanos) {
    this.run = run;
    this.sender = sender;
    this.sequence = sequence;
    this.dueNanos = dueNanos;
  }

  void write(byte[] to, int at) {
    to[at] = '<';
    writeHex(run & 0xffff_ffffL, to, at + RUN_AT, RUN_DIGITS);
    writeHex(sender, to, at + SENDER_AT, SENDER_DIGITS);
    writeHex(sequence, to, at + SEQUENCE_AT, SEQUENCE_DIGITS);
    writeHex(dueNanos, to, at + DUE_AT, DUE_DIGITS);
    to[at + END_AT] = '>';
  }

  /**
   * Reads a marker.
   *
   * @param from at least {@link #BYTES} bytes from {@code at} on
   * @return false, and the fields mean nothing, when there is none
   */
  boolean read(byte[] from, int at) {
    if (from[at] != '<' || from[at + END_AT] != '>') {
      return false;
    }
    long readRun = readHex(from, at + RUN_AT, RUN_DIGITS);
    long readSender = readHex(from, at + SENDER_AT, SENDER_DIGITS);
    long readSequence = readHex(from, at + SEQUENCE_AT, SEQUENCE_DIGITS);
    dueNanos = readHex(from, at + DUE_AT, DUE_DIGITS);
    run = (int) readRun;
    sender = (int) readSender;
    sequence = (int) readSequence;
    return (readRun | readSender | readSequence | dueNanos) >= 0 && sequence >= 0;
  }

  int run() {
    return run;
  }

  int sender() {
    return sender;
  }

  /** Counts a sender's messages from 1. */
  int sequence() {
    return sequence;
  }

  /** When the message was due, in nanoseconds since the run began. */
  long dueNanos() {
    return dueNanos;
  }

  /** Writes the lowest digits of a number, lower case. */
  static void writeHex(long value, byte[] to, int at, int digits) {
    long rest = value;
    for (int i = at + digits - 1; i >= at; i--) {
      to[i] = DIGITS[(int) (rest & 0xf)];
      rest >>>= 4;
    }
  }

  /** Reads digits as {@link #writeHex} writes them; negative when one of them is something else. */
  static long readHex(byte[] from, int at, int digits) {
    long value = 0;
    for (int i = at; i < at + digits; i++) {
      int c = from[i];
      int digit;
      if (c >= '0' && c <= '9') {
        digit = c - '0';
      } else if (c >= 'a' && c <= 'f') {
        digit = c - 'a' + 10;
      } else {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
