package chat.tcrp.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @TempDir private Path directory;

  @Test
  void theStateDirectoryIsUsedAndItsFileIsTheOwnersAlone() throws Exception {
    Path state = directory.resolve("state");

    History history = History.ofUser(Map.of("XDG_STATE_HOME", state.toString())).orElseThrow();

    assertThat(history.file()).isEqualTo(state.resolve("chat-client/history"));
    assertThat(permissions(history.file())).isEqualTo("rw-------");
    assertThat(permissions(history.file().getParent())).isEqualTo("rwx------");
  }

  @Test
  void withoutAStateDirectoryItIsBelowHome() {
    assertThat(History.ofUser(Map.of("HOME", directory.toString())))
        .contains(new History(directory.resolve(".local/state/chat-client/history")));
  }

  @Test
  void aRelativeStateDirectoryIsIgnored() {
    assertThat(History.ofUser(Map.of("XDG_STATE_HOME", "here", "HOME", directory.toString())))
        .contains(new History(directory.resolve(".local/state/chat-client/history")));
    assertThat(History.ofUser(Map.of("XDG_STATE_HOME", "here"))).isEmpty();
  }

  @Test
  void aFileThatOthersCouldReadIsClosedToThem() throws Exception {
    Path file = directory.resolve("chat-client/history");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(History.ofUser(Map.of("XDG_STATE_HOME", directory.toString()))).isPresent();

    assertThat(permissions(file)).isEqualTo("rw-------");
  }

  @Test
  void whatCannotBeReadIsPutAside() throws Exception {
    Map<String, String> environment = Map.of("XDG_STATE_HOME", directory.toString());
    Path file = History.ofUser(environment).orElseThrow().file();
    Path aside = file.resolveSibling("history.damaged");
    for (byte[] damaged :
        List.of(new byte[] {'1', ':', (byte) 0xff, '\n'}, "tea\n".getBytes(UTF_8))) {
      Files.write(file, damaged);

      assertThat(History.ofUser(environment)).isPresent();

      assertThat(file).isEmptyFile();
      assertThat(aside).hasBinaryContent(damaged);
    }
    Files.delete(aside);
    Files.writeString(file, "1:tea\n2:two\u2028lines\n");
    assertThat(History.ofUser(environment)).isPresent();
    assertThat(aside).doesNotExist();
  }

  @Test
  void whereNothingCanBeKeptNothingIs() throws Exception {
    assertThat(History.ofUser(Map.of())).isEmpty();
    Path inTheWay = Files.createFile(directory.resolve("file"));
    assertThat(History.ofUser(Map.of("XDG_STATE_HOME", inTheWay.toString()))).isEmpty();
  }

  @Test
  void aLinkToTheNullDeviceIsLeftAlone() throws Exception {
    Path file = directory.resolve("chat-client/history");
    Files.createDirectories(file.getParent());
    Path nullDevice = Path.of("/dev/null");
    String before = permissions(nullDevice);
    Files.createSymbolicLink(file, nullDevice);

    assertThat(History.ofUser(Map.of("XDG_STATE_HOME", directory.toString()))).isEmpty();

    assertThat(permissions(nullDevice)).isEqualTo(before);
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
