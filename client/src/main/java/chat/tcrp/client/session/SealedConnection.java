package chat.tcrp.client.session;

import chat.tcrp.protocol.SealKeys;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS 1.3 over a connection to a server, whose key a {@link Trust} has accepted. */
final class SealedConnection {
  private static final String TLS = "TLSv1.3";
  private static final String ALPN = "tcrp/1";

  private SealedConnection() {}

  /**
   * Makes the TLS handshake. Nothing has been sent before it.
   *
   * @param socket the connection; closed with the one that is returned
   * @throws UntrustedException when the trust refuses the server's key, or the server speaks no TLS
   * @throws IOException when the connection is lost, or the time of its reads is over
   */
  static SSLSocket over(Socket socket, ServerAddress server, Trust trust) throws IOException {
    Witness witness = new Witness();
    SSLSocket sealed =
        (SSLSocket)
            context(witness)
                .getSocketFactory()
                .createSocket(socket, server.host(), server.port(), true);
    SSLParameters parameters = sealed.getSSLParameters();
    parameters.setProtocols(new String[] {TLS});
    parameters.setApplicationProtocols(new String[] {ALPN});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    sealed.setSSLParameters(parameters);
    try {
      sealed.startHandshake();
    } catch (SSLException e) {
      // A server that is being stopped looks like that too, and is no other one.
      if (e.getCause() instanceof EOFException || e.getCause() instanceof SocketException) {
        throw (IOException) e.getCause();
      }
      throw new UntrustedException(server, e);
    }
    trust.check(server, witness.key(), witness.verified);
    return sealed;
  }

  /** What both ends of the connection know and nobody else. */
  static SealKeys keys(SSLSocket sealed) throws IOException {
    try {
      ExtendedSSLSession session = (ExtendedSSLSession) sealed.getSession();
      return SealKeys.of(session.exportKeyingMaterialData(SealKeys.LABEL, null, SealKeys.BYTES));
    } catch (SSLException e) {
      throw new IOException("the connection gives no keys", e);
    }
  }

  /** What the server is known by. */
  static ServerKey serverKey(SSLSocket sealed) throws IOException {
    return ServerKey.of(sealed.getSession().getPeerCertificates()[0].getPublicKey());
  }

  private static SSLContext context(TrustManager witness) {
    try {
      SSLContext context = SSLContext.getInstance(TLS);
      context.init(null, new TrustManager[] {witness}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /**
   * Lets every certificate pass, and remembers whose it was and whether the system would have: who
   * is to be trusted is decided afterwards.
   */
  private static final class Witness extends X509ExtendedTrustManager {
    private X509Certificate certificate;
    private boolean verified;

    ServerKey key() {
      return ServerKey.of(certificate.getPublicKey());
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      certificate = chain[0];
      // Nobody vouches for who signs for himself; the authorities take a moment to load.
      if (!certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
        try {
          Authorities.OF_THE_SYSTEM.checkServerTrusted(chain, type, socket);
          verified = true;
        } catch (CertificateException e) {
          verified = false;
        }
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("only connections are looked at");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** The certificate authorities that the system trusts. */
  private static final class Authorities {
    private static final X509ExtendedTrustManager OF_THE_SYSTEM = load();

    private static X509ExtendedTrustManager load() {
      try {
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return Arrays.stream(factory.getTrustManagers())
            .filter(X509ExtendedTrustManager.class::isInstance)
            .map(X509ExtendedTrustManager.class::cast)
            .findFirst()
            .orElseThrow();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has certificate authorities", e);
      }
    }
  }
}
