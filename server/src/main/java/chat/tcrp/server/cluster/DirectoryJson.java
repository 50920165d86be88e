package chat.tcrp.server.cluster;

import chat.tcrp.protocol.RoomName;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.MemberState;
import chat.tcrp.server.rooms.Room;
import chat.tcrp.server.rooms.RoomState;
import chat.tcrp.server.rooms.StateJson;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** How rooms and members stand in the directory: under which keys, and as which JSON. */
final class DirectoryJson {
  private static final char SEPARATOR = '.';

  private DirectoryJson() {}

  /**
   * A room as it stands there.
   *
   * @param home the node that decides about it
   * @param epoch of its reign
   * @param state with its host alone for members; empty when it is only being made
   */
  record RoomEntry(String home, long epoch, Optional<RoomState> state) {}

  /**
   * A member as it stands there.
   *
   * @param epoch in which it was written
   */
  record MemberEntry(long epoch, MemberState state) {}

  /** The key of a room: a name may contain anything. */
  static String key(RoomName room) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(room.encode());
  }

  /** What the keys of a room's members begin with. */
  static String membersOf(String roomKey) {
    return roomKey + SEPARATOR;
  }

  /** The key of a member. */
  static String key(String roomKey, long id) {
    return membersOf(roomKey) + Long.toHexString(id);
  }

  /** The room of a member's key, or of a room's. */
  static String roomOf(String key) {
    int end = key.indexOf(SEPARATOR);
    return end < 0 ? key : key.substring(0, end);
  }

  /** Whether a key is a member's. */
  static boolean isMember(String key) {
    return key.indexOf(SEPARATOR) >= 0;
  }

  /** Whose name a room's key is. */
  static RoomName name(String roomKey) {
    return new RoomName(new String(Base64.getUrlDecoder().decode(roomKey), StandardCharsets.UTF_8));
  }

  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static String object(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = StateJson.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return text.toString();
  }

  /** A name that is taken for a room that is being made, or has ended and is being taken out. */
  static String claim(String home) {
    return object(json -> json.writeStringField("home", home));
  }

  static String room(String home, Room room, long now) {
    return room(home, room.epoch(), room.stateOfHost(now));
  }

  static String room(String home, long epoch, RoomState state) {
    return object(
        json -> {
          json.writeStringField("home", home);
          json.writeNumberField("epoch", epoch);
          json.writeFieldName("room");
          StateJson.write(json, state);
        });
  }

  static String member(Member member, long now) {
    return object(
        json -> {
          json.writeNumberField("epoch", member.room().epoch());
          json.writeFieldName("member");
          StateJson.write(json, member.state(now));
        });
  }

  /**
   * Reads a room.
   *
   * @throws IOException when it is not what this version writes
   */
  static RoomEntry room(String text) throws IOException {
    String home = "";
    long epoch = 0;
    Optional<RoomState> state = Optional.empty();
    try (JsonParser json = StateJson.FACTORY.createParser(text)) {
      json.nextToken();
      for (String key; (key = StateJson.nextKey(json)) != null; ) {
        switch (key) {
          case "home" -> home = json.getText();
          case "epoch" -> epoch = json.getLongValue();
          case "room" -> state = Optional.of(StateJson.room(json));
          default -> json.skipChildren();
        }
      }
      return new RoomEntry(home, epoch, state);
    } catch (RuntimeException e) {
      throw new IOException("a room that this version has not written", e);
    }
  }

  /**
   * Reads of a room only which node is its home.
   *
   * @throws IOException when it is not what this version writes
   */
  static String home(String text) throws IOException {
    try (JsonParser json = StateJson.FACTORY.createParser(text)) {
      json.nextToken();
      for (String key; (key = StateJson.nextKey(json)) != null; ) {
        if (key.equals("home")) {
          return json.getText();
        }
        json.skipChildren();
      }
      throw new IOException("a room without a home");
    } catch (RuntimeException e) {
      throw new IOException("a room that this version has not written", e);
    }
  }

  /**
   * Reads a member.
   *
   * @throws IOException when it is not what this version writes
   */
  static MemberEntry member(String text) throws IOException {
    long epoch = 0;
    Optional<MemberState> state = Optional.empty();
    try (JsonParser json = StateJson.FACTORY.createParser(text)) {
      json.nextToken();
      for (String key; (key = StateJson.nextKey(json)) != null; ) {
        switch (key) {
          case "epoch" -> epoch = json.getLongValue();
          case "member" -> state = Optional.of(StateJson.member(json));
          default -> json.skipChildren();
        }
      }
      return new MemberEntry(epoch, state.orElseThrow());
    } catch (RuntimeException e) {
      throw new IOException("a member that this version has not written", e);
    }
  }
}
