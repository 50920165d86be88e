package chat.tcrp.server.hostile;

import chat.tcrp.server.Frames;
import chat.tcrp.server.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lists may have megabytes, and nobody need read the one that they have asked for: hundreds of
 * those who do not are no danger to a server with little memory.
 */
class ListingsTest {
  private static final int ROOMS = Scale.of(1, 4);
  private static final int MEMBERS = Scale.of(300, 5_000 - 200);
  private static final int MORE_ROOMS = Scale.of(100, 3_000);
  private static final int SECONDS = Scale.of(1, 14);

  /** So many ask for each list each second, each from an address of its own. */
  private static final int ASKERS = 8;

  @TempDir private Path directory;
  private final List<Socket> unread = new ArrayList<>();

  @Test
  void listsThatNobodyReadsDoNotUseUpTheMemory() throws Exception {
    try (ServerProcess server = new ServerProcess(directory, Scale.isFull() ? "64m" : "24m")) {
      Door door = server.door();
      List<byte[]> tokens = crowdedRooms(door);
      together(MORE_ROOMS, i -> door.enter(address(i), Door.CREATE, quoted(28, i), "host"));

      attack(server, tokens);

      server.assertRuns();
      long memory = server.memory();
      long files = server.files();
      door.enter(Door.HERE, Door.JOIN, "crowded0", "afterwards");
      try (Chatters people = new Chatters(door, "tea", 1, 2)) {
        people.talk(50, Duration.ofMillis(200)).assertAllHeard();
      }
      Scale.report(
          "listings: %d rooms of %,d, %,d rooms, %,d lists not read in %d s, of which the process, with %d MiB, still had %d open files"
              .formatted(ROOMS, MEMBERS, MORE_ROOMS, unread.size(), SECONDS, memory, files));
      server.stop();
    } finally {
      for (Socket socket : unread) {
        socket.close();
      }
    }
  }

  private void attack(ServerProcess server, List<byte[]> tokens) throws IOException {
    Door door = server.door();
    try {
      for (int second = 0; second < SECONDS; second++) {
        long start = System.nanoTime();
        for (int room = 0; room < ROOMS; room++) {
          // So that the list is another one each second.
          door.enter(Door.HERE, Door.JOIN, "crowded" + room, "late" + second);
          for (int i = 0; i < ASKERS; i++) {
            int asker = (second * ROOMS + room) * ASKERS + i;
            ask(
                door,
                asker,
                Frames.frame(Frames.utf8("crowded" + room), Door.MEMBERS, 0, tokens.get(asker)));
          }
        }
        for (int i = 0; i < ASKERS; i++) {
          ask(door, i, Frames.request("", Door.ROOMS, ""));
        }
        LockSupport.parkNanos(1_000_000_000L - (System.nanoTime() - start));
      }
    } catch (IOException e) {
      server.assertRuns();
      throw e;
    }
  }

  /** Makes rooms of members whose names are as large as they can be; tokens of those who ask. */
  private static List<byte[]> crowdedRooms(Door door) throws Exception {
    for (int room = 0; room < ROOMS; room++) {
      String name = "crowded" + room;
      door.enter(Door.HERE, Door.CREATE, name, "host");
      together(MEMBERS, i -> door.enter(address(i), Door.JOIN, name, quoted(255, i)));
    }
    List<byte[]> tokens = new ArrayList<>();
    for (int i = 0; i < SECONDS * ROOMS * ASKERS; i++) {
      String name = "crowded" + i / ASKERS % ROOMS;
      tokens.add(door.enter(asker(i), Door.JOIN, name, "asker" + i));
    }
    return tokens;
  }

  private interface Attempt {
    byte[] make(int number) throws IOException;
  }

  private static void together(int count, Attempt attempt) throws Exception {
    try (ExecutorService hands = Executors.newFixedThreadPool(16)) {
      List<Future<byte[]>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        all.add(hands.submit(() -> attempt.make(number)));
      }
      for (Future<byte[]> one : all) {
        one.get();
      }
    }
  }

  /** A name of so many bytes that takes twice as many in JSON. */
  private static String quoted(int size, int number) {
    String end = Integer.toString(number);
    return "\"".repeat(size - end.length()) + end;
  }

  private static String address(int number) {
    return "127.0.7." + (1 + number % 200);
  }

  private static String asker(int number) {
    return "127.0." + (8 + number / 250) + "." + (1 + number % 250);
  }

  /** Asks for a list, and takes next to nothing of the answer. */
  private void ask(Door door, int number, byte[] request) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1024);
    socket.bind(new InetSocketAddress(TestServer.address(asker(number)), 0));
    socket.connect(door.tcp());
    socket.getOutputStream().write(request);
    unread.add(socket);
  }
}
