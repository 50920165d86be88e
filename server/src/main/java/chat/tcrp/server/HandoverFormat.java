package chat.tcrp.server;

import chat.tcrp.server.rooms.RoomState;
import chat.tcrp.server.rooms.StateJson;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The bytes of a handover: a line of JSON, and a line with its SHA-256, so that what was cut off is
 * not taken for the whole. The rooms are written as {@link StateJson} says.
 */
final class HandoverFormat {
  /** Another number, and the file is of a server that means something else by it. */
  private static final int VERSION = 1;

  private static final int DIGEST_LINE = 1 + 64 + 1;

  private HandoverFormat() {}

  /**
   * What is in a file.
   *
   * @param written when it was, by the clock on the wall
   */
  record Content(Instant written, List<RoomState> rooms) {}

  static byte[] encode(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = StateJson.FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("handover", VERSION);
      json.writeNumberField("written", content.written().toEpochMilli());
      json.writeArrayFieldStart("rooms");
      for (RoomState room : content.rooms()) {
        StateJson.write(json, room);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    String digest = digest(bytes.toByteArray());
    bytes.write(("\n" + digest + "\n").getBytes(StandardCharsets.US_ASCII));
    return bytes.toByteArray();
  }

  /**
   * Reads a file.
   *
   * @throws IOException when it is not whole, or not what this version writes; in words for the
   *     operator, that quote nothing of it
   */
  static Content decode(byte[] bytes) throws IOException {
    int end = bytes.length - DIGEST_LINE;
    if (end < 0) {
      throw new IOException("it is cut off");
    }
    byte[] body = Arrays.copyOf(bytes, end);
    byte[] line = ("\n" + digest(body) + "\n").getBytes(StandardCharsets.US_ASCII);
    if (!Arrays.equals(bytes, end, bytes.length, line, 0, line.length)) {
      throw new IOException("it is cut off, or was changed");
    }
    try (JsonParser json = StateJson.FACTORY.createParser(body)) {
      return read(json);
    } catch (RuntimeException | IOException e) {
      // The values check themselves; the parser's message may quote the content.
      throw new IOException("it is not what this version writes", e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private static Content read(JsonParser json) throws IOException {
    long version = 0;
    long written = 0;
    List<RoomState> rooms = new ArrayList<>();
    json.nextToken();
    for (String key; (key = StateJson.nextKey(json)) != null; ) {
      switch (key) {
        case "handover" -> version = json.getLongValue();
        case "written" -> written = json.getLongValue();
        case "rooms" -> {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            rooms.add(StateJson.room(json));
          }
        }
        default -> json.skipChildren();
      }
    }
    if (version != VERSION) {
      throw new IOException("another version");
    }
    return new Content(Instant.ofEpochMilli(written), rooms);
  }
}
