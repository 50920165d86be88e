package chat.tcrp.client.session;

import chat.tcrp.protocol.ClientDatagram;
import chat.tcrp.protocol.Opener;
import chat.tcrp.protocol.ProtocolException;
import chat.tcrp.protocol.SealCipher;
import chat.tcrp.protocol.SealKeys;
import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.protocol.Sealer;
import chat.tcrp.protocol.ServerDatagram;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The form of a session's datagrams on the wire: sealed, or plain when there are no keys. */
final class DatagramSeal {
  /** The greatest datagram from a server, in bytes. */
  static final int MAX_BYTES = ServerDatagram.MAX_BYTES + SealedDatagram.OVERHEAD;

  private final Optional<Sealer> sealer;
  private final Optional<Opener> opener;
  private final SealCipher sending = new SealCipher();
  private final SealCipher receiving = new SealCipher();

  DatagramSeal(Optional<SealKeys> keys) {
    sealer = keys.map(SealKeys::clientSealer);
    opener = keys.map(SealKeys::serverOpener);
  }

  /**
   * What is sent for a datagram.
   *
   * @throws ProtocolException when it is too long, which is measured in its plain form
   */
  byte[] seal(ClientDatagram datagram) throws ProtocolException {
    byte[] plain = datagram.encode();
    if (sealer.isEmpty()) {
      return plain;
    }
    byte[] message = datagram.message().getBytes(StandardCharsets.UTF_8);
    byte[] sealed = new byte[message.length + SealedDatagram.OVERHEAD];
    sealer.get().seal(sending, message, message.length, sealed);
    return sealed;
  }

  /** What a datagram from the server says; empty when it is not the server's. */
  Optional<byte[]> open(byte[] bytes) {
    if (opener.isEmpty()) {
      return Optional.of(bytes);
    }
    byte[] content = new byte[bytes.length];
    int size = opener.get().open(receiving, bytes, bytes.length, content);
    return size == Opener.REFUSED ? Optional.empty() : Optional.of(Arrays.copyOf(content, size));
  }
}
