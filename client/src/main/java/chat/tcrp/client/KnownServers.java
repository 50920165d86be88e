package chat.tcrp.client;

import chat.tcrp.client.face.StateFile;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.ServerKey;
import chat.tcrp.client.session.Trust;
import chat.tcrp.client.session.UntrustedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Trust on first use: the key that a server had when it was first met is kept, and another one
 * later is refused. A server whose name the system's certificate authorities vouch for needs no
 * entry.
 *
 * <p>The file has a line for each server: {@code HOST:PORT SHA256:…}.
 */
final class KnownServers implements Trust {
  private final Optional<Path> file;
  private final Consumer<String> news;

  /**
   * Reads nothing yet.
   *
   * @param file where they are kept; empty when there is no place for it
   * @param news is told, in a line, of each server that is new
   */
  KnownServers(Optional<Path> file, Consumer<String> news) {
    this.file = file;
    this.news = news;
  }

  /** Those of the user who runs the program. */
  static KnownServers ofUser(Consumer<String> news) {
    return new KnownServers(StateFile.find(System.getenv(), "known_servers"), news);
  }

  @Override
  public void check(ServerAddress server, ServerKey key, boolean verified) throws IOException {
    if (verified) {
      return;
    }
    Optional<ServerKey> known = known(server);
    if (known.isEmpty()) {
      meet(server, key);
    } else if (!known.get().equals(key)) {
      throw new UntrustedException(server, known.get(), key);
    }
  }

  private void meet(ServerAddress server, ServerKey key) {
    String first = "first contact with " + server + ", whose key is " + key;
    try {
      remember(server, key);
      if (!server.isLocal()) {
        // On one machine nobody is in between.
        news.accept(first);
      }
    } catch (IOException e) {
      news.accept(first + "; it cannot be kept: " + e.getMessage());
    }
  }

  /**
   * The key that a server had so far.
   *
   * @throws IOException when that cannot be read: a server that was known must not pass for a new
   *     one
   */
  Optional<ServerKey> known(ServerAddress server) throws IOException {
    try {
      return Optional.ofNullable(entries().get(name(server))).map(ServerKey::new);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "the entry of " + server + " in " + file.orElseThrow() + " is no key", e);
    }
  }

  /**
   * Keeps a server's key from now on, instead of the one that it had.
   *
   * @throws IOException when there is no place for it
   */
  void remember(ServerAddress server, ServerKey key) throws IOException {
    Path path = file.orElseThrow(() -> new IOException("there is no state directory"));
    StateFile.exclusively(
        path,
        () -> {
          Map<String, String> entries = entries();
          entries.put(name(server), key.text());
          StringBuilder text = new StringBuilder();
          entries.forEach(
              (name, known) -> text.append(name).append(' ').append(known).append('\n'));
          // A whole new file takes the place of the old one: a full disk must not forget anybody.
          Path written = path.resolveSibling(path.getFileName() + ".new");
          Files.deleteIfExists(written);
          Files.createFile(written, StateFile.OWNERS_FILE);
          Files.writeString(written, text);
          Files.move(written, path.toRealPath(), StandardCopyOption.REPLACE_EXISTING);
        });
  }

  private Map<String, String> entries() throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    if (file.isPresent() && Files.exists(file.get())) {
      for (String line : Files.readAllLines(file.get(), StandardCharsets.UTF_8)) {
        int space = line.indexOf(' ');
        if (space > 0) {
          entries.put(line.substring(0, space), line.substring(space + 1));
        }
      }
    }
    return entries;
  }

  private static String name(ServerAddress server) {
    return server.toString().toLowerCase(Locale.ROOT);
  }
}
