package chat.tcrp.server.handshake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** What the server shows clients of itself, so that they know next time that it is the same. */
public final class Identity {
  /** The protocol inside TLS, as its negotiation calls it (RFC 7301). */
  static final String PROTOCOL = "tcrp/1";

  /** The type of a TLS record, its version and its size (RFC 8446, 5.1). */
  static final int RECORD_HEADER_BYTES = 5;

  /** No client of ours says more at first, and nobody shall have more kept. */
  private static final int MAX_HELLO_BYTES = 4096;

  private static final String TLS = "TLSv1.3";

  private final SSLContext context;
  private final String fingerprint;

  /**
   * Makes one.
   *
   * @param chain the server's certificate, and those above it
   * @throws GeneralSecurityException when the parts do not go together
   */
  Identity(PrivateKey key, Certificate... chain) throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    char[] none = {};
    try {
      store.load(null, none);
    } catch (IOException e) {
      throw new IllegalStateException("nothing is read", e);
    }
    store.setKeyEntry("server", key, none, chain);
    // The platform's first choice, "PKIX", decrypts the key anew for each connection, for two and a
    // half times what all the rest of the server's side of a handshake costs. This one keeps it.
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store, none);
    context = SSLContext.getInstance(TLS);
    // Nobody has to show a certificate, so none has to be trusted.
    context.init(keys.getKeyManagers(), new TrustManager[0], null);
    // Each connection is for one request: none is worth remembering.
    context.getServerSessionContext().setSessionCacheSize(1);
    byte[] publicKey = chain[0].getPublicKey().getEncoded();
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(publicKey);
    fingerprint = "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
  }

  /** What people compare: of the key, so that it stays when the certificate is renewed. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Whether a connection that begins with these bytes is TLS. */
  static boolean isTls(byte[] beginning) {
    return beginning.length == RECORD_HEADER_BYTES
        && beginning[0] == 0x16
        && beginning[1] == 3
        && beginning[2] >= 1
        && beginning[2] <= 4;
  }

  /**
   * How much of a connection to read before there is something to do for it: its first record, or
   * as much of it as is to be kept.
   */
  static int helloSize(byte[] beginning) {
    int record = ((beginning[3] & 0xff) << 8) | (beginning[4] & 0xff);
    return Math.min(RECORD_HEADER_BYTES + record, MAX_HELLO_BYTES);
  }

  /**
   * The server's side of TLS over a connection; the handshake is still to be made.
   *
   * @param hello what has been read already
   * @param answered is run when that has been used and answered, and more is wanted
   */
  SSLSocket over(Socket socket, byte[] hello, Runnable answered) throws IOException {
    InputStream beginning =
        new ByteArrayInputStream(hello) {
          @Override
          public synchronized int read(byte[] bytes, int offset, int length) {
            int n = super.read(bytes, offset, length);
            if (n < 0) {
              answered.run();
            }
            return n;
          }
        };
    SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, beginning, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setProtocols(new String[] {TLS});
    parameters.setApplicationProtocols(new String[] {PROTOCOL});
    tls.setSSLParameters(parameters);
    return tls;
  }
}
