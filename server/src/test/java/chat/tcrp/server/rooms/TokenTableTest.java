package chat.tcrp.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Credentials;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.Token;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.TestServer;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTableTest {
  private final Room room =
      new Room(
          new RoomName("tea"),
          Optional.empty(),
          Credentials.of(new Username("ann")),
          InetAddress.getLoopbackAddress(),
          0);
  private final TokenTable table = new TokenTable();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void doesWhatAHashMapDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Token, Member> model = new HashMap<>();
    List<Token> everUsed = new ArrayList<>();
    // Growing, then shrinking, so that runs of slots form and are closed again.
    for (int step = 0; step < 20_000; step++) {
      if (random.nextInt(10) < (step < 10_000 ? 6 : 3)) {
        Member member = member(Token.random(random));
        table.put(member);
        model.put(member.token(), member);
        everUsed.add(member.token());
      } else if (!everUsed.isEmpty()) {
        Token token = everUsed.get(random.nextInt(everUsed.size()));
        table.remove(token);
        model.remove(token);
      }
      if (!everUsed.isEmpty()) {
        Token token = everUsed.get(random.nextInt(everUsed.size()));
        assertThat(table.get(token)).isSameAs(model.get(token));
      }
    }

    assertThat(table.size()).isEqualTo(model.size()).isPositive();
    for (Token token : everUsed) {
      assertThat(table.get(token)).isSameAs(model.get(token));
    }
  }

  @Test
  void findsATokenAnywhereInABuffer() {
    Member member = member(Token.random(new SplittableRandom(1)));
    table.put(member);
    ByteBuffer buffer = ByteBuffer.allocateDirect(100).put(37, member.token().encode());

    assertThat(table.get(buffer, 37, Token.RANDOM_BYTES)).isSameAs(member);
    assertThat(table.get(buffer, 36, Token.RANDOM_BYTES)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 16, 23, 25, 32, 255})
  void tokensOfAnotherSizeAreUnknown(int size) {
    Member member = member(Token.random(new SplittableRandom(1)));
    table.put(member);
    ByteBuffer buffer = ByteBuffer.allocate(300).put(0, member.token().encode());

    assertThat(table.get(buffer, 0, size)).isNull();
  }

  @Test
  void aForeignTokenMayBeAskedFor() throws ProtocolException {
    for (int size : new int[] {1, 23, 25, 255}) {
      Token foreign = Token.decode(new byte[size]);

      assertThat(table.get(foreign)).isNull();
    }
  }

  private Member member(Token token) {
    Member member = room.enter(new Username("user" + room.size()));
    member.begin(token, Caller.plain(TestServer.address("127.0.0.1")), false, 0);
    return member;
  }
}
