package chat.tcrp.protocol;

import static chat.tcrp.protocol.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import chat.tcrp.protocol.ProtocolException.Reason;
import chat.tcrp.protocol.ServerDatagram.Ack;
import chat.tcrp.protocol.ServerDatagram.End;
import chat.tcrp.protocol.ServerDatagram.Notice;
import chat.tcrp.protocol.ServerDatagram.Private;
import chat.tcrp.protocol.ServerDatagram.Progress;
import chat.tcrp.protocol.ServerDatagram.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerDatagramTest {
  static final Arguments[] DATAGRAMS = {
    arguments(
        new Text("ann", "hi\u00e9"),
        """
        61 6e 6e     # ann
        3a 20        # colon, space
        68 69 c3 a9  # hi\u00e9
        """),
    arguments(
        new Text("ann", ""),
        """
        61 6e 6e     # ann
        3a 20        # colon, space
        """),
    arguments(
        new Text("", "hi"),
        """
        68 69        # hi, from nobody
        """),
    arguments(
        new Notice("bob joined"),
        """
        2a 20                          # asterisk, space
        62 6f 62 20 6a 6f 69 6e 65 64  # bob joined
        """),
    arguments(
        new Ack(),
        """
        06           # ACK
        """),
    arguments(
        new Progress(41, 43),
        """
        06                       # ACK
        00 00 00 00 00 00 00 29  # sent up to line 41
        00 00 00 00 00 00 00 2b  # the last line is 43
        """),
    arguments(
        new End("bye"),
        """
        04           # EOT
        2a 20        # asterisk, space
        62 79 65     # bye
        """),
  };

  static final Arguments[] LINES = {
    arguments("", List.of()),
    arguments("\n\n", List.of()),
    arguments("ann: hi\n* bob joined\nbob: ho", lines("ann", "hi", "bob", "ho")),
    arguments("ann: hi\n", List.of(new Text("ann", "hi"))),
    arguments("\nann: hi", List.of(new Text("ann", "hi"))),
    arguments("ann: a: b", List.of(new Text("ann", "a: b"))),
    arguments("ann:hi", List.of(new Text("", "ann:hi"))),
    arguments(": hi", List.of(new Text("", ": hi"))),
    arguments("*", List.of(new Text("", "*"))),
    arguments("*hi", List.of(new Text("", "*hi"))),
    arguments("* ", List.of(new Notice(""))),
    arguments("* ann: hi", List.of(new Notice("ann: hi"))),
    arguments("ann: hi\n\u0006", List.of(new Text("ann", "hi"), new Text("", "\u0006"))),
    arguments("\u0004", List.of(new End(""))),
    arguments("\u0004bye", List.of(new End("bye"))),
    arguments("\u0004* ", List.of(new End("")))
  };

  private static List<ServerDatagram> lines(String a, String hi, String b, String ho) {
    return List.of(new Text(a, hi), new Notice("bob joined"), new Text(b, ho));
  }

  @ParameterizedTest
  @FieldSource("DATAGRAMS")
  void writesADatagram(ServerDatagram datagram, String hex) throws ProtocolException {
    assertThat(datagram.encode()).isEqualTo(Hex.bytes(hex));
  }

  @ParameterizedTest
  @FieldSource("DATAGRAMS")
  void readsADatagram(ServerDatagram datagram, String hex) {
    assertThat(ServerDatagram.decode(Hex.bytes(hex))).containsExactly(datagram);
  }

  @ParameterizedTest
  @FieldSource("LINES")
  void readsTheLinesOfADatagram(String datagram, List<ServerDatagram> expected) {
    assertThat(ServerDatagram.decode(utf8(datagram))).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("chat.tcrp.protocol.Hex#invalidUtf8")
  void replacesInvalidUtf8(String hex) {
    byte[] bytes = Hex.join(utf8("ann: <"), Hex.bytes(hex), utf8(">\n* bob joined"));

    assertThat(ServerDatagram.decode(bytes))
        .satisfiesExactly(
            text ->
                assertThat(text)
                    .isInstanceOfSatisfying(
                        Text.class,
                        t ->
                            assertThat(t.message())
                                .startsWith("<")
                                .endsWith(">")
                                .contains("\ufffd")),
            notice -> assertThat(notice).isEqualTo(new Notice("bob joined")));
  }

  static Stream<Arguments> greatest() {
    return Stream.of(
        arguments(new Text("ann", "m".repeat(4089)), new Text("ann", "m".repeat(4090))),
        arguments(
            new Text("\u5c71", "\u00e9".repeat(2044) + "m"),
            new Text("\u5c71", "\u00e9".repeat(2045))),
        arguments(new Notice("m".repeat(4092)), new Notice("m".repeat(4093))),
        arguments(new End("m".repeat(4091)), new End("m".repeat(4092))));
  }

  @ParameterizedTest
  @MethodSource("greatest")
  void writes4094BytesAndRefuses4095(ServerDatagram greatest, ServerDatagram tooGreat)
      throws ProtocolException {
    assertThat(greatest.encode()).hasSize(4094);
    assertRefused(Reason.OVERSIZED_DATAGRAM, tooGreat::encode)
        .withMessageContaining("this one has 4095");
  }

  @Test
  void readsAPrivateMessageThatAnybodyCanReadInPlain() throws ProtocolException {
    ServerDatagram hello = new Private("ann", "hello: you");

    assertThat(hello.encode()).isEqualTo(utf8("\002* privately from ann: hello: you"));
    assertThat(ServerDatagram.decode(hello.encode())).containsExactly(hello);
    assertThat(Hex.join(ServerDatagram.privatePrefix(new Username("ann")), utf8("hello: you")))
        .isEqualTo(hello.encode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "hello", "* privately from : hello", "* privately from ann", "a: b\nc: d"})
  void takesWhatAForeignServerMarksAsPrivateForThatAlone(String text) throws ProtocolException {
    byte[] bytes = utf8("\002" + text);

    assertThat(ServerDatagram.decode(bytes)).containsExactly(new Private("", text));
    assertThat(new Private("", text).encode()).isEqualTo(bytes);
  }

  @Test
  void noLineOfABatchIsPrivate() {
    assertThat(ServerDatagram.decode(utf8("ann: hi\n\002* privately from bob: hi")))
        .noneMatch(Private.class::isInstance);
  }

  @Test
  void anAcknowledgementOfAnotherSizeIsOneWithoutNumbers() {
    for (int size : new int[] {2, 9, 16, 18}) {
      assertThat(ServerDatagram.decode(Arrays.copyOf(new byte[] {6}, size)))
          .containsExactly(new Ack());
    }
  }

  @Test
  void readsADatagramOfAForeignServerThatIsOver4094Bytes() {
    assertThat(ServerDatagram.decode(utf8("ann: " + "m".repeat(60_000))))
        .containsExactly(new Text("ann", "m".repeat(60_000)));
  }

  @Test
  void writesThePrefixThatATextHas() throws ProtocolException {
    Username name = new Username("\u5c71 ann");

    assertThat(Hex.join(ServerDatagram.textPrefix(name), utf8("hi")))
        .isEqualTo(new Text(name.value(), "hi").encode());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
