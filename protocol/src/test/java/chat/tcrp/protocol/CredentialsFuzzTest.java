package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.unlessRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** The payloads of create, join and kick. */
class CredentialsFuzzTest {
  @DictionaryEntries({
    "\"username\":\"",
    "\"user_name\":\"",
    "\"password\":\"",
    "\"token\":\"",
    "\"batch\":true",
    "\\ud83c",
    "1e9"
  })
  @FuzzTest
  void payload(byte[] payload) throws ProtocolException {
    var credentials = unlessRefused(() -> Credentials.decode(payload));
    if (credentials.isPresent()) {
      byte[] again = credentials.get().encode();
      assertThat(Credentials.decode(again)).isEqualTo(credentials.get());
      assertThat(again).hasSizeLessThanOrEqualTo(payload.length);
    }
    var kick = unlessRefused(() -> Json.readHostRequest(payload));
    if (kick.isPresent()) {
      byte[] again = Json.writeHostRequest(kick.get().token(), kick.get().username());
      assertThat(Json.readHostRequest(again)).isEqualTo(kick.get());
      assertThat(again).hasSizeLessThanOrEqualTo(payload.length);
    }
  }
}
