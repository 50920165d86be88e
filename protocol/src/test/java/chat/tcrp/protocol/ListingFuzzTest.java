package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.unlessRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** What a foreign server lists. */
class ListingFuzzTest {
  @DictionaryEntries({
    "{\"room\":\"",
    "\"members\":",
    "\"protected\":true",
    "{\"username\":\"",
    "\"host\":false",
    "\"idle\":60",
    "\"away\":\"",
    "{\"topic\":\""
  })
  @FuzzTest
  void listing(byte[] payload) throws ProtocolException {
    var rooms = unlessRefused(() -> RoomInfo.decode(payload));
    if (rooms.isPresent()) {
      assertThat(RoomInfo.decode(RoomInfo.encode(rooms.get()))).isEqualTo(rooms.get());
    }
    var members = unlessRefused(() -> MemberInfo.decode(payload));
    var topic = unlessRefused(() -> RoomTopic.decode(payload));
    if (topic.isPresent()) {
      assertThat(RoomTopic.decode(JsonReplies.writeTopic(topic.get()))).isEqualTo(topic.get());
    }
    if (members.isPresent()) {
      assertThat(MemberInfo.decode(MemberInfo.encode(members.get()))).isEqualTo(members.get());
    }
  }
}
