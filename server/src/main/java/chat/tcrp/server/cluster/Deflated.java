package chat.tcrp.server.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** Lists are long, and repeat themselves: between nodes they are compressed (RFC 1950). */
final class Deflated {
  private Deflated() {}

  static byte[] of(byte[] bytes) {
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(to)) {
      deflater.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return to.toByteArray();
  }

  /**
   * The bytes before.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static byte[] inflate(byte[] bytes) {
    try (InflaterInputStream from = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
      return from.readAllBytes();
    } catch (IOException e) {
      throw new IllegalArgumentException("not compressed", e);
    }
  }
}
