package chat.tcrp.client.bench;

import chat.tcrp.protocol.ServerDatagram;

/**
 * What has arrived, held against what was sent. Knows no socket and no clock. A line of the test is
 * {@code bNNNNNN: } and a message that begins with a {@link Marker}; NNNNNN is the sender's number
 * in hexadecimal. Times are nanoseconds since the run began.
 *
 * <p>For every pair of a sender and a receiver it remembers the highest sequence that came and
 * which of the {@value #WINDOW} before it. So what comes late is told from what comes twice, as
 * long as fewer than that many later ones overtake it.
 */
public final class LoadTally {
  private static final int NAME_AT = 1;
  private static final int MARK_AT = NAME_AT + Marker.SENDER_DIGITS;

  /** Where the message begins in a line. */
  static final int TEXT_AT = MARK_AT + 2;

  private static final int WINDOW = 32;
  private static final long LOWER_HALF = 0xffff_ffffL;

  private final LoadPlan plan;
  private final int run;
  private final long countFrom;
  private final long countUntil;

  /** The highest sequence in the upper half, and a bit for each of those before it in the lower. */
  private final long[] seen;

  private final Marker marker = new Marker();
  private final LatencyHistogram latency = new LatencyHistogram();
  private final LatencyHistogram lateness = new LatencyHistogram();
  private long sent;
  private long unsent;
  private long delivered;
  private long duplicated;
  private long reordered;
  private long misrouted;
  private long foreign;
  private long notices;
  private long ends;
  private long datagrams;
  private long all;
  private long inTime;

  /**
   * Makes an empty tally.
   *
   * @param run distinguishes this run's messages from any other's
   */
  LoadTally(LoadPlan plan, int run) {
    this.plan = plan;
    this.run = run;
    this.countFrom = plan.warmup().toNanos();
    this.countUntil = countFrom + plan.duration().toNanos();
    this.seen = new long[Math.multiplyExact(plan.users(), plan.usersPerRoom())];
  }

  /** The memory that a tally takes, in bytes. */
  public static long bytes(LoadPlan plan) {
    return (long) plan.users() * plan.usersPerRoom() * Long.BYTES;
  }

  /** A message went out, at this time. */
  void sent(long due, long now) {
    if (counts(due)) {
      sent++;
      lateness.add(now - due);
    }
  }

  /** A message could not go out, or there was no time left for it. */
  void unsent(long due) {
    if (counts(due)) {
      unsent++;
    }
  }

  /**
   * A datagram has arrived.
   *
   * @param bytes it, from index 0 on
   * @param size how many bytes of it
   * @param receiver the user that got it
   * @param now when
   */
  void datagram(byte[] bytes, int size, int receiver, long now) {
    datagrams++;
    if (size > 0 && bytes[0] == ServerDatagram.ACK) {
      // Whoever sends keepalives looks for their answers.
      return;
    }
    if (size > 0 && bytes[0] == ServerDatagram.EOT) {
      ends++;
    } else if (!plan.batch()) {
      line(bytes, 0, size, receiver, now);
    } else {
      int start = 0;
      for (int i = 0; i < size; i++) {
        if (bytes[i] == ServerDatagram.LINE_SEPARATOR) {
          line(bytes, start, i, receiver, now);
          start = i + 1;
        }
      }
      line(bytes, start, size, receiver, now);
    }
  }

  private void line(byte[] bytes, int start, int end, int receiver, long now) {
    if (end - start >= 2 && bytes[start] == '*' && bytes[start + 1] == ' ') {
      notices++;
      return;
    }
    if (end - start != plan.lineBytes()
        || bytes[start] != 'b'
        || bytes[start + MARK_AT] != ':'
        || bytes[start + MARK_AT + 1] != ' '
        || !marker.read(bytes, start + TEXT_AT)
        || marker.run() != run
        || marker.sender() >= plan.users()
        || marker.sequence() == 0
        || marker.dueNanos() > now
        || marker.sender() != Marker.readHex(bytes, start + NAME_AT, Marker.SENDER_DIGITS)) {
      foreign++;
      return;
    }
    int sender = marker.sender();
    if (sender == receiver || plan.room(sender) != plan.room(receiver)) {
      misrouted++;
      return;
    }
    arrived(receiver * plan.usersPerRoom() + plan.place(sender), now);
  }

  private void arrived(int pair, long now) {
    long due = marker.dueNanos();
    boolean counts = counts(due);
    int highest = (int) (seen[pair] >>> WINDOW);
    long before = seen[pair] & LOWER_HALF;
    int sequence = marker.sequence();
    int ahead = sequence - highest;
    if (ahead > 0) {
      // The one that was highest takes its place among those before.
      long bits = before << ahead | (highest > 0 ? 1L << (ahead - 1) : 0);
      seen[pair] = (long) sequence << WINDOW | (ahead > WINDOW ? 0 : bits & LOWER_HALF);
    } else {
      long bit = ahead == 0 || -ahead > WINDOW ? 0 : 1L << (-ahead - 1);
      if (bit == 0 || (before & bit) != 0) {
        duplicated += counts ? 1 : 0;
        return;
      }
      seen[pair] |= bit;
      reordered += counts ? 1 : 0;
    }
    all++;
    if (now >= countFrom && now < countUntil) {
      inTime++;
    }
    if (counts) {
      delivered++;
      latency.add(now - due);
    }
  }

  /** Whether a message that is due at this time is one of those that are measured. */
  private boolean counts(long due) {
    return due >= countFrom && due < countUntil;
  }

  long sent() {
    return sent;
  }

  long unsent() {
    return unsent;
  }

  long expected() {
    return sent * (plan.usersPerRoom() - 1);
  }

  /** Every message counts once, however often it came. */
  long delivered() {
    return delivered;
  }

  long duplicated() {
    return duplicated;
  }

  /** Came after a later one of the same sender. */
  long reordered() {
    return reordered;
  }

  /** Came to a user of another room, or back to its sender. */
  long misrouted() {
    return misrouted;
  }

  /** Lines that are not this test's, or not as they were sent. */
  long foreign() {
    return foreign;
  }

  long notices() {
    return notices;
  }

  /** Sessions that the server has ended. */
  long ends() {
    return ends;
  }

  long datagrams() {
    return datagrams;
  }

  /** All that was delivered, also what does not count because it was sent to warm up. */
  long all() {
    return all;
  }

  /** Deliveries in the time that is measured, whenever they were sent. */
  long inTime() {
    return inTime;
  }

  /** From due to delivered. */
  LatencyHistogram latency() {
    return latency;
  }

  /** From due to sent: the generator's own delay, which is part of the latency. */
  LatencyHistogram lateness() {
    return lateness;
  }
}
