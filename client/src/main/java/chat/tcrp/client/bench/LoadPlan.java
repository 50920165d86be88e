package chat.tcrp.client.bench;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a load test is to do. Users are numbered so that consecutive ones are in different rooms;
 * message k of all is due k/rate after the start, and is sent by user k modulo their number.
 *
 * @param rooms how many rooms
 * @param usersPerRoom how many users each room has, its host included
 * @param rate messages that each user sends in a second
 * @param size bytes of a message
 * @param warmup how long messages are sent before they count
 * @param duration how long messages are sent that count
 * @param batch whether the users ask for several lines in one datagram
 */
public record LoadPlan(
    int rooms,
    int usersPerRoom,
    double rate,
    int size,
    Duration warmup,
    Duration duration,
    boolean batch) {
  /** What fits, however long the server's tokens are. */
  static final int MAX_SIZE = ClientDatagram.MAX_BYTES - 2 - RoomName.MAX_BYTES - Token.MAX_BYTES;

  private static final int MAX_USERS = 1 << 20;
  private static final double MAX_RATE = 10_000;
  private static final Duration LONGEST = Duration.ofHours(24);

  public LoadPlan {
    check(rooms >= 1, "--rooms must be at least 1");
    check(usersPerRoom >= 2, "--users must be at least 2: nobody hears a user that is alone");
    check(
        (long) rooms * usersPerRoom <= MAX_USERS,
        "there may be at most " + MAX_USERS + " users in all rooms together");
    check(
        rate > 0 && rate <= MAX_RATE,
        "--rate must be more than 0 and at most %.0f".formatted(MAX_RATE));
    check(
        size >= Marker.BYTES && size <= MAX_SIZE,
        "--size must be %d to %d".formatted(Marker.BYTES, MAX_SIZE));
    check(!duration.isZero(), "--duration must be more than nothing");
    check(
        warmup.plus(duration).compareTo(LONGEST) <= 0,
        "--warmup and --duration must be at most 24h together");
  }

  int users() {
    return rooms * usersPerRoom;
  }

  int room(int user) {
    return user % rooms;
  }

  /** Where in its room a user stands; 0 is the host. */
  int place(int user) {
    return user / rooms;
  }

  /** A name of a fixed size, in which the number can be found. */
  static Username username(int user) {
    byte[] name = new byte[1 + Marker.SENDER_DIGITS];
    name[0] = 'b';
    Marker.writeHex(user, name, 1, Marker.SENDER_DIGITS);
    return new Username(new String(name, StandardCharsets.US_ASCII));
  }

  /** When message k of all is due, in nanoseconds since the start. */
  long dueNanos(long k) {
    return (long) (k * (1e9 / (rate * users())));
  }

  /** How many messages are due before a time, in nanoseconds since the start. */
  long dueBefore(long nanos) {
    long k = (long) (nanos / 1e9 * rate * users());
    while (k > 0 && dueNanos(k - 1) >= nanos) {
      k--;
    }
    while (dueNanos(k) < nanos) {
      k++;
    }
    return k;
  }

  /** The size of a line that carries a message of this test. */
  int lineBytes() {
    return LoadTally.TEXT_AT + size;
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
