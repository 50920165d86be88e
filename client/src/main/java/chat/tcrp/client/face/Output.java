package chat.tcrp.client.face;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Standard output in UTF-8. Java's printing streams keep to themselves why something could not be
 * written, so that a full disk would pass for success; this remembers it.
 */
public final class Output {
  private final OutputStream to;
  private volatile Optional<IOException> failure = Optional.empty();

  public Output(OutputStream to) {
    this.to = to;
  }

  public static Output standard() {
    return new Output(new FileOutputStream(FileDescriptor.out));
  }

  /** Writes a line, unless an earlier one could not be written. */
  public void println(String line) {
    write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** For commands that print a result; flushed at the end of each line. */
  public PrintWriter writer() {
    OutputStream stream =
        new OutputStream() {
          @Override
          public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int size) {
            byte[] part = new byte[size];
            System.arraycopy(bytes, offset, part, 0, size);
            Output.this.write(part);
          }
        };
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  private synchronized void write(byte[] bytes) {
    if (failure.isEmpty()) {
      try {
        to.write(bytes);
        to.flush();
      } catch (IOException e) {
        failure = Optional.of(e);
      }
    }
  }

  /** Whether something could not be written. */
  public boolean hasFailed() {
    return failure.isPresent();
  }

  /**
   * What is to be said of a failure: nothing when there is none, or when the reader has had enough
   * and closed its end, as at the end of a pipe into head.
   */
  public Optional<Problem> problem() {
    return failure.filter(e -> !isClosedByReader(e)).map(Problem::unwritable);
  }

  private static boolean isClosedByReader(IOException e) {
    String reason = String.valueOf(e.getMessage());
    return reason.startsWith("Broken pipe") || reason.startsWith("Connection reset");
  }
}
