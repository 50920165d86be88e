package chat.tcrp.server.metrics;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the process takes of the machine; where the system does not tell, a figure is missing. */
public final class ProcessMetrics implements Metrics.Source {
  private static final Path SELF = Path.of("/proc/self");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern MAX_FILES = Pattern.compile("Max open files\\s+(\\d+)");
  private static final int KIB = 1024;

  private final String version;

  /** The process that runs a version of the program. */
  public ProcessMetrics(String version) {
    this.version = version;
  }

  @Override
  public void addTo(Metrics.Builder metrics) {
    metrics.add(Figure.BUILD, 1, version, Runtime.version().toString());
    ProcessHandle.Info info = ProcessHandle.current().info();
    info.startInstant().ifPresent(start -> metrics.add(Figure.START_TIME, seconds(start)));
    info.totalCpuDuration().ifPresent(used -> metrics.add(Figure.CPU_SECONDS, seconds(used)));
    number("status", RESIDENT).ifPresent(kib -> metrics.add(Figure.RESIDENT_BYTES, kib * KIB));
    openFiles().ifPresent(files -> metrics.add(Figure.OPEN_FILES, files));
    number("limits", MAX_FILES).ifPresent(files -> metrics.add(Figure.MAX_FILES, files));
    Runtime runtime = Runtime.getRuntime();
    metrics.add(Figure.HEAP_USED, (double) (runtime.totalMemory() - runtime.freeMemory()));
    metrics.add(Figure.HEAP_COMMITTED, (double) runtime.totalMemory());
    metrics.add(Figure.HEAP_MAX, (double) runtime.maxMemory());
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1e3;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1e3;
  }

  /** A number that one of the system's files about the process tells. */
  private static OptionalDouble number(String file, Pattern pattern) {
    try {
      Matcher matcher = pattern.matcher(Files.readString(SELF.resolve(file)));
      return matcher.find()
          ? OptionalDouble.of(Double.parseDouble(matcher.group(1)))
          : OptionalDouble.empty();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  private static OptionalDouble openFiles() {
    int files = 0;
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(SELF.resolve("fd"))) {
      for (Path _ : descriptors) {
        files++;
      }
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
    // Not the one that this directory is read through.
    return OptionalDouble.of(files - 1);
  }
}
