package chat.tcrp.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The JSON payloads of what a server answers: lists of rooms and members, a topic. */
final class JsonReplies {
  private JsonReplies() {}

  static String readTopic(byte[] payload) throws ProtocolException {
    return Json.read(
        payload,
        json -> {
          Optional<String> topic = Optional.empty();
          Json.enterObject(json);
          for (String key; (key = Json.nextKey(json)) != null; ) {
            switch (key) {
              case "topic" -> topic = Json.string(json, key);
              default -> json.skipChildren();
            }
          }
          return Json.valid(topic.orElse(""));
        });
  }

  static byte[] writeTopic(String topic) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("topic", topic);
          json.writeEndObject();
        });
  }

  static List<RoomInfo> readRooms(byte[] payload) throws ProtocolException {
    return Json.readArray(
        payload,
        json -> {
          Optional<String> room = Optional.empty();
          int members = 0;
          boolean isProtected = false;
          boolean isSealed = false;
          for (String key; (key = Json.nextKey(json)) != null; ) {
            switch (key) {
              case "room" -> room = Json.string(json, key);
              case "members" -> members = Json.integer(json, key);
              case "protected" -> isProtected = Json.bool(json, key);
              case "sealed" -> isSealed = Json.bool(json, key);
              default -> json.skipChildren();
            }
          }
          byte[] name = Utf8.encode(room.orElse("")).orElseGet(() -> new byte[0]);
          if (members < 0) {
            throw Json.malformed("\"members\" is negative");
          }
          return new RoomInfo(RoomName.decode(name), members, isProtected, isSealed);
        });
  }

  static byte[] writeRooms(List<RoomInfo> rooms) {
    return Json.write(
        json -> {
          json.writeStartArray();
          for (RoomInfo room : rooms) {
            json.writeStartObject();
            json.writeStringField("room", room.room().value());
            json.writeNumberField("members", room.members());
            json.writeBooleanField("protected", room.isProtected());
            if (room.isSealed()) {
              json.writeBooleanField("sealed", true);
            }
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  static List<MemberInfo> readMembers(byte[] payload) throws ProtocolException {
    return Json.readArray(
        payload,
        json -> {
          Optional<String> username = Optional.empty();
          boolean host = false;
          boolean isSealed = false;
          OptionalLong idle = OptionalLong.empty();
          Optional<String> away = Optional.empty();
          for (String key; (key = Json.nextKey(json)) != null; ) {
            switch (key) {
              case "username" -> username = Json.string(json, key);
              case "host" -> host = Json.bool(json, key);
              case "sealed" -> isSealed = Json.bool(json, key);
              case "idle" -> idle = Json.number(json, key);
              case "away" -> away = Json.string(json, key);
              default -> json.skipChildren();
            }
          }
          return new MemberInfo(
              Username.ofReceived(username.orElse("")),
              host,
              isSealed,
              idle.isPresent()
                  ? Optional.of(Duration.ofSeconds(idle.getAsLong()))
                  : Optional.empty(),
              away.map(Json::valid));
        });
  }

  static byte[] writeMembers(List<MemberInfo> members) {
    return Json.write(
        json -> {
          json.writeStartArray();
          for (MemberInfo member : members) {
            json.writeStartObject();
            json.writeStringField("username", member.username().value());
            json.writeBooleanField("host", member.host());
            if (member.isSealed()) {
              json.writeBooleanField("sealed", true);
            }
            if (member.idle().isPresent()) {
              json.writeNumberField("idle", member.idle().get().toSeconds());
            }
            if (member.away().isPresent()) {
              json.writeStringField("away", member.away().get());
            }
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
