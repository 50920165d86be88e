package chat.tcrp.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the tests of a class once for each way of relaying. */
@ExtendWith(OneServerCondition.class)
@ParameterizedClass(name = "{0}")
@EnumSource(RelayKind.class)
public abstract class EveryRelayTest {
  public @Parameter RelayKind relayKind;

  @BeforeParameterizedClassInvocation
  static void choose(RelayKind kind) {
    assumeTrue(kind.isSupported(), "this system relays that way");
    TestServer.relayBy(kind);
  }

  @AfterParameterizedClassInvocation
  static void chooseNone() {
    TestServer.relayBy(RelayKind.CHANNEL);
  }
}
