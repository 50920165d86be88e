package chat.tcrp.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chat.tcrp.server.TestPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What connections might leave behind in this process, as Linux tells. A handshake holds its
 * connection for as long as its virtual thread lives.
 *
 * @param files how many are open, connections among them
 * @param threads how many threads of the system there are
 */
record Traces(long files, long threads) {
  /** The runtime may open a file, or start a thread, for itself. */
  private static final int SLACK = 5;

  static Traces now() throws IOException {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "this system shows open files");
    return new Traces(entries("/proc/self/fd"), entries("/proc/self/task"));
  }

  private static long entries(String directory) throws IOException {
    try (Stream<Path> entries = Files.list(Path.of(directory))) {
      return entries.count();
    }
  }

  /** Waits until everything is as it was. */
  void awaitReturn() throws IOException {
    long deadline = System.nanoTime() + TestPeer.PATIENCE.toNanos();
    for (Traces now = now();
        now.files > files + SLACK || now.threads > threads + SLACK;
        now = now()) {
      assertThat(System.nanoTime() - deadline).as("%s, but before %s", now, this).isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
