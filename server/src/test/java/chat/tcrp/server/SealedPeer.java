package chat.tcrp.server;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.protocol.Opener;
import chat.tcrp.protocol.SealCipher;
import chat.tcrp.protocol.SealKeys;
import chat.tcrp.protocol.SealedDatagram;
import chat.tcrp.protocol.Sealer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A {@link TestPeer} whose requests go inside TLS, and whose session is sealed. */
public final class SealedPeer extends TestPeer {
  private static final SSLContext CONTEXT = trustingAll();

  private final TestServer server;
  private final InetAddress local;
  private final SealCipher cipher = new SealCipher();
  private SealKeys offered;
  private Sealer sealer;
  private Opener opener;

  SealedPeer(TestServer server, InetAddress local) {
    super(server, local, local);
    this.server = server;
    this.local = local;
  }

  private static SSLContext trustingAll() {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Tests look at what is inside. */
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** TLS over a connection; the handshake is still to be made. */
  public static SSLSocket tls(Socket connection, String... protocols) throws IOException {
    SSLSocket tls =
        (SSLSocket) CONTEXT.getSocketFactory().createSocket(connection, "localhost", 9001, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    tls.setSSLParameters(parameters);
    return tls;
  }

  @Override
  Socket secured(Socket connection) throws IOException {
    SSLSocket tls = tls(connection, "tcrp/1");
    tls.startHandshake();
    ExtendedSSLSession session = (ExtendedSSLSession) tls.getSession();
    offered = SealKeys.of(session.exportKeyingMaterialData(SealKeys.LABEL, null, SealKeys.BYTES));
    return tls;
  }

  @Override
  void entered() {
    sealer = offered.clientSealer();
    opener = offered.serverOpener();
  }

  @Override
  SealedPeer goneTo(TestServer another) {
    return another.sealedPeer(local.getHostAddress()).withTokenOf(this);
  }

  /** The same session at another UDP port of the same address. */
  public SealedPeer atAnotherPort() {
    return at(local);
  }

  /** The same session at another address. */
  public SealedPeer at(String localAddress) {
    return at(TestServer.address(localAddress));
  }

  private SealedPeer at(InetAddress address) {
    SealedPeer other = server.add(new SealedPeer(server, address));
    other.joinAt(this);
    other.take(this);
    other.sealer = sealer;
    other.opener = opener;
    return other;
  }

  @Override
  public SealedPeer withTokenOf(TestPeer other) {
    take(other);
    return this;
  }

  /** The next datagram of the session. */
  public byte[] sealed(String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    byte[] datagram = new byte[content.length + SealedDatagram.OVERHEAD];
    assertThat(sealer.seal(cipher, content, content.length, datagram)).isEqualTo(datagram.length);
    return datagram;
  }

  @Override
  public void send(String text) {
    sendRaw(sealed(text));
  }

  @Override
  public byte[] receive() {
    byte[] datagram = receiveRaw();
    byte[] content = new byte[datagram.length];
    int size = opener.open(cipher, datagram, datagram.length, content);
    assertThat(size).as("opened").isNotEqualTo(Opener.REFUSED);
    return Arrays.copyOf(content, size);
  }
}
