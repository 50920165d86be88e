package chat.tcrp.server.handshake;

import chat.tcrp.server.base.EventLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads identities, and makes one where there is none yet. */
public final class Identities {
  /** No secret: what protects the file is that nobody else may read it. */
  private static final String PASSWORD = "chat-server";

  private static final String ALIAS = "chat-server";
  private static final int KEYTOOL_PATIENCE_SECONDS = 60;
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

  private final Path keytool;
  private final EventLog log;

  /** Identities made by the keytool of the running Java. */
  public Identities(EventLog log) {
    this(Path.of(System.getProperty("java.home"), "bin", "keytool"), log);
  }

  Identities(Path keytool, EventLog log) {
    this.keytool = keytool;
    this.log = log;
  }

  /**
   * Opens what a configuration asks for.
   *
   * @throws IOException when a file is there and cannot be used; the message names it
   */
  public Sealing open(SealingConfig config) throws IOException {
    Optional<Identity> identity = Optional.empty();
    if (config.identity().isPresent()) {
      identity =
          switch (config.identity().get()) {
            case IdentitySource.Kept(Path file) -> kept(file);
            case IdentitySource.Pem(Path certificate, Path key) ->
                Optional.of(ofPem(certificate, key));
          };
    }
    if (identity.isEmpty() && config.plain() == PlainPolicy.REFUSE) {
      throw new IOException("plain connections are refused, and without a key there are no others");
    }
    return new Sealing(identity, config.plain());
  }

  private Optional<Identity> kept(Path file) throws IOException {
    if (!Files.exists(file)) {
      if (!Files.isExecutable(keytool)) {
        return none("there is no " + keytool + " to make a key with");
      }
      try {
        make(file);
      } catch (IOException e) {
        return passing(file, reason(e));
      }
    }
    return Optional.of(read(file));
  }

  private Optional<Identity> none(String why) {
    log.event(Level.WARNING, "identity-missing", "sealed", "no", "reason", why);
    return Optional.empty();
  }

  /** One for the life of the process. */
  private Optional<Identity> passing(Path file, String why) {
    log.event(Level.WARNING, "identity-not-kept", "file", file, "reason", why);
    try {
      Path directory = Files.createTempDirectory("chat-server");
      Path made = directory.resolve("identity.p12");
      try {
        generate(made);
        return Optional.of(read(made));
      } finally {
        Files.deleteIfExists(made);
        Files.delete(directory);
      }
    } catch (IOException e) {
      return none(reason(e));
    }
  }

  /** Makes an identity; the file is there either whole or not at all. */
  private void make(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    // For its owner only, as the system makes such directories.
    Path directory = Files.createTempDirectory(parent, ".identity");
    Path made = directory.resolve("identity.p12");
    try {
      generate(made);
      if (Files.getFileStore(made).supportsFileAttributeView(PosixFileAttributeView.class)) {
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
      }
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
      Files.delete(directory);
    }
    log.event(Level.INFO, "identity-made", "file", file);
  }

  private void generate(Path file) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    keytool.toString(),
                    "-J-XX:TieredStopAtLevel=1",
                    "-J-XX:+UseSerialGC",
                    "-J-Xmx64m",
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=chat-server",
                    // Nobody is asked who it is: clients compare the key.
                    "-validity",
                    "36500",
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD,
                    "-keystore",
                    file.toString()))
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(KEYTOOL_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("keytool does not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      throw new IOException("keytool: " + said.strip());
    }
  }

  private static Identity read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      if (store.getKey(ALIAS, PASSWORD.toCharArray()) instanceof PrivateKey key) {
        return new Identity(key, store.getCertificateChain(ALIAS));
      }
      throw new IOException("there is no key of ours in it");
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException("cannot use the identity " + file + ": " + reason(e), e);
    }
  }

  private static Identity ofPem(Path certificateFile, Path keyFile) throws IOException {
    Certificate[] chain;
    try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(certificateFile))) {
      chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new IOException("there is no certificate in it");
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException("cannot use the certificate " + certificateFile + ": " + reason(e), e);
    }
    try {
      PublicKey publicKey = chain[0].getPublicKey();
      PrivateKey key = privateKey(Files.readString(keyFile), publicKey.getAlgorithm());
      checkPair(key, publicKey);
      return new Identity(key, chain);
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException("cannot use the key " + keyFile + ": " + reason(e), e);
    }
  }

  private static PrivateKey privateKey(String pem, String algorithm)
      throws IOException, GeneralSecurityException {
    Matcher found = PKCS8.matcher(pem);
    if (!found.find()) {
      throw new IOException(
          "it is not PKCS #8 in PEM, unencrypted; openssl pkcs8 -topk8 -nocrypt makes it so");
    }
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(found.group(1));
    } catch (IllegalArgumentException e) {
      throw new IOException("it is not base64", e);
    }
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
  }

  private static void checkPair(PrivateKey key, PublicKey publicKey)
      throws IOException, GeneralSecurityException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> throw new IOException("it is neither EC nor RSA");
        };
    byte[] text = {1};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(text);
    if (!signature.verify(signed)) {
      throw new IOException("it is not the key of the certificate");
    }
  }

  /** Of a file's exception the message is but its name. */
  private static String reason(Exception e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException file when file.getReason() == null ->
          file.getClass().getSimpleName();
      case FileSystemException file -> file.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
