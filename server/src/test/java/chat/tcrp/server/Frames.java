package chat.tcrp.server;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** TCRP frames put together byte by byte, without the codec under test, and with any fault. */
public final class Frames {
  public static final BigInteger GREATEST_SIZE =
      BigInteger.TWO.pow(8 * 29).subtract(BigInteger.ONE);

  private Frames() {}

  /** A request as it should be. */
  public static byte[] request(String room, int operation, String payload) {
    return frame(utf8(room), operation, 0, utf8(payload));
  }

  public static byte[] status(String room, int operation, int code) {
    return frame(utf8(room), operation, 1, new byte[] {(byte) code});
  }

  public static byte[] completion(String room, int operation, String result) {
    return frame(utf8(room), operation, 2, utf8(result));
  }

  public static byte[] frame(byte[] room, int operation, int state, byte[] payload) {
    return concat(
        header(room.length, operation, state, BigInteger.valueOf(payload.length)), room, payload);
  }

  /** A header that may announce anything. */
  public static byte[] header(int roomSize, int operation, int state, BigInteger payloadSize) {
    byte[] header = new byte[32];
    header[0] = (byte) roomSize;
    header[1] = (byte) operation;
    header[2] = (byte) state;
    byte[] size = payloadSize.toByteArray();
    for (int i = 0; i < Math.min(29, size.length); i++) {
      header[31 - i] = size[size.length - 1 - i];
    }
    return header;
  }

  public static byte[] concat(byte[]... parts) {
    int size = 0;
    for (byte[] part : parts) {
      size += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
