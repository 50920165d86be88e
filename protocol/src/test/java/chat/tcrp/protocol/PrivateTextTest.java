package chat.tcrp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrivateTextTest {
  private static final Username ANN = new Username("ann");
  private static final Username BOB = new Username("\u5c71");
  private static final Token TOKEN = Token.ofText("t".repeat(24)).orElseThrow();

  @Test
  void standsInThePlaceOfAMessage() throws ProtocolException {
    assertThat(new PrivateText(new Username("bob"), "hi").message()).isEqualTo("\002bob: hi");
  }

  @Test
  void cleanTextNeverBeginsAsOne() {
    assertThat(CleanText.of(new PrivateText(ANN, "hi").message())).isEqualTo(" ann: hi");
  }

  @Test
  void theGreatestTextFitsBothWays() throws ProtocolException {
    RoomName room = new RoomName("tea");
    int max = PrivateText.maxTextBytes(ANN, BOB, ClientDatagram.maxMessageBytes(room, TOKEN));
    String text = "m".repeat(max);

    int up = new ClientDatagram(room, TOKEN, new PrivateText(BOB, text).message()).encode().length;
    int down = new ServerDatagram.Private("ann", text).encode().length;

    assertThat(up == ClientDatagram.MAX_BYTES || down == ServerDatagram.MAX_BYTES).isTrue();
    assertThat(PrivateText.maxTextBytes(ANN, BOB, 5000))
        .as("what goes to the recipient counts too")
        .isEqualTo(ServerDatagram.MAX_BYTES - "\002* privately from ann: ".length());
  }
}
