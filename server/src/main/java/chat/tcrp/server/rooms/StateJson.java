package chat.tcrp.server.rooms;

import chat.tcrp.protocol.AwayText;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Username;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Rooms and members as JSON, for another server. What a key means stands at {@link RoomState} and
 * {@link MemberState}; a key whose value is usual is left out. Addresses are 4 or 16 bytes in
 * hexadecimal.
 */
public final class StateJson {
  /** Makes what reads and writes it. */
  public static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private StateJson() {}

  /** Writes a room as an object. */
  public static void write(JsonGenerator json, RoomState room) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", room.name().value());
    if (room.password().isPresent()) {
      json.writeStringField("password", room.password().get().text());
    }
    json.writeStringField("placeOf", hex(room.placeOf()));
    writeIf(json, "history", room.history());
    writeIf(json, "sealed", room.sealed());
    writeIf(json, "stays", room.stays());
    writeIf(json, "spokenIn", room.spokenIn());
    json.writeStringField("topic", room.topic().text());
    if (room.lastLine().isPresent()) {
      json.writeNumberField("lastLine", room.lastLine().getAsLong());
    }
    json.writeNumberField("host", room.host());
    json.writeArrayFieldStart("bans");
    for (RoomState.Ban ban : room.bans()) {
      json.writeStartObject();
      json.writeStringField("key", ban.key());
      if (ban.network().isPresent()) {
        json.writeStringField("network", hex(ban.network().get()));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("members");
    for (MemberState member : room.members()) {
      write(json, member);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /**
   * Reads a room, whose object has begun.
   *
   * @throws IOException when it is broken
   * @throws RuntimeException when a value is none that it can have
   */
  public static RoomState room(JsonParser json) throws IOException {
    String name = "";
    Optional<PasswordHash> password = Optional.empty();
    InetAddress placeOf = InetAddress.getLoopbackAddress();
    boolean history = false;
    boolean sealed = false;
    boolean stays = false;
    boolean spokenIn = false;
    RoomTopic topic = RoomTopic.NONE;
    OptionalLong lastLine = OptionalLong.empty();
    int host = -1;
    List<RoomState.Ban> bans = new ArrayList<>();
    List<MemberState> members = new ArrayList<>();
    for (String key; (key = nextKey(json)) != null; ) {
      switch (key) {
        case "name" -> name = json.getText();
        case "password" -> password = Optional.of(PasswordHash.ofText(json.getText()));
        case "placeOf" -> placeOf = address(json);
        case "history" -> history = json.getBooleanValue();
        case "sealed" -> sealed = json.getBooleanValue();
        case "stays" -> stays = json.getBooleanValue();
        case "spokenIn" -> spokenIn = json.getBooleanValue();
        case "topic" -> topic = new RoomTopic(json.getText());
        case "lastLine" -> lastLine = OptionalLong.of(count(json));
        case "host" -> host = json.getIntValue();
        case "bans" -> {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            bans.add(ban(json));
          }
        }
        case "members" -> {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            members.add(member(json));
          }
        }
        default -> json.skipChildren();
      }
    }
    return new RoomState(
        new RoomName(name),
        password,
        placeOf,
        history,
        sealed,
        stays,
        spokenIn,
        topic,
        lastLine,
        bans,
        members,
        host);
  }

  private static RoomState.Ban ban(JsonParser json) throws IOException {
    String name = "";
    Optional<InetAddress> network = Optional.empty();
    for (String key; (key = nextKey(json)) != null; ) {
      switch (key) {
        case "key" -> name = json.getText();
        case "network" -> network = Optional.of(address(json));
        default -> json.skipChildren();
      }
    }
    return new RoomState.Ban(name, network);
  }

  /** Writes a member as an object. */
  public static void write(JsonGenerator json, MemberState member) throws IOException {
    json.writeStartObject();
    if (member.id() != 0) {
      json.writeNumberField("id", member.id());
    }
    if (member.edge().isPresent()) {
      json.writeStringField("edge", member.edge().get());
    }
    json.writeStringField("username", member.username().value());
    json.writeStringField("ip", hex(member.ip()));
    json.writeStringField("placeOf", hex(member.placeOf()));
    json.writeStringField("token", member.token().hex());
    writeBefore(json, "plainBefore", member, false);
    writeBefore(json, "sealedBefore", member, true);
    writeIf(json, "sealed", member.sealed());
    writeIf(json, "heard", member.heard());
    writeIf(json, "batch", member.batch());
    writeIf(json, "follows", member.follows());
    json.writeNumberField("idle", member.idle().toMillis());
    if (member.away().isPresent()) {
      json.writeStringField("away", member.away().get().text());
    }
    json.writeEndObject();
  }

  /**
   * Reads a member, whose object has begun.
   *
   * @throws IOException when it is broken
   * @throws RuntimeException when a value is none that it can have
   */
  public static MemberState member(JsonParser json) throws IOException {
    long id = 0;
    Optional<String> edge = Optional.empty();
    String username = "";
    InetAddress ip = InetAddress.getLoopbackAddress();
    InetAddress placeOf = ip;
    String token = "";
    List<MemberState.Earlier> earlier = new ArrayList<>();
    boolean sealed = false;
    boolean heard = false;
    boolean batch = false;
    boolean follows = false;
    Duration idle = Duration.ZERO;
    Optional<AwayText> away = Optional.empty();
    for (String key; (key = nextKey(json)) != null; ) {
      switch (key) {
        case "id" -> id = json.getLongValue();
        case "edge" -> edge = Optional.of(json.getText());
        case "username" -> username = json.getText();
        case "ip" -> ip = address(json);
        case "placeOf" -> placeOf = address(json);
        case "token" -> token = json.getText();
        case "plainBefore" -> readBefore(json, false, earlier);
        case "sealedBefore" -> readBefore(json, true, earlier);
        case "sealed" -> sealed = json.getBooleanValue();
        case "heard" -> heard = json.getBooleanValue();
        case "batch" -> batch = json.getBooleanValue();
        case "follows" -> follows = json.getBooleanValue();
        case "idle" -> idle = Duration.ofMillis(count(json));
        case "away" -> away = Optional.of(new AwayText(json.getText()));
        default -> json.skipChildren();
      }
    }
    return new MemberState(
        id,
        edge,
        new Username(username),
        ip,
        placeOf,
        new TokenHash(token),
        earlier,
        sealed,
        heard,
        batch,
        follows,
        idle,
        away);
  }

  private static void writeBefore(
      JsonGenerator json, String key, MemberState member, boolean sealed) throws IOException {
    if (member.earlier().stream().anyMatch(earlier -> earlier.sealed() == sealed)) {
      json.writeArrayFieldStart(key);
      for (MemberState.Earlier earlier : member.earlier()) {
        if (earlier.sealed() == sealed) {
          json.writeString(earlier.token().hex());
        }
      }
      json.writeEndArray();
    }
  }

  private static void readBefore(JsonParser json, boolean sealed, List<MemberState.Earlier> earlier)
      throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      earlier.add(new MemberState.Earlier(new TokenHash(json.getText()), sealed));
    }
  }

  /** Moves to the next key and on to its value; null at the end of the object. */
  public static String nextKey(JsonParser json) throws IOException {
    String key = json.nextFieldName();
    if (key != null) {
      json.nextToken();
    }
    return key;
  }

  private static void writeIf(JsonGenerator json, String key, boolean value) throws IOException {
    if (value) {
      json.writeBooleanField(key, true);
    }
  }

  private static long count(JsonParser json) throws IOException {
    long count = json.getLongValue();
    if (count < 0) {
      throw new IOException("a negative count");
    }
    return count;
  }

  private static String hex(InetAddress address) {
    return HexFormat.of().formatHex(address.getAddress());
  }

  private static InetAddress address(JsonParser json) throws IOException {
    return InetAddress.getByAddress(HexFormat.of().parseHex(json.getText()));
  }
}
