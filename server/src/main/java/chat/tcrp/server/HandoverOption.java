package chat.tcrp.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Whether a server takes rooms over from the one before it, and leaves them to the one after. */
final class HandoverOption {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--handover",
      paramLabel = "FILE",
      description =
          "When the server stops, it leaves its rooms in this file; when it starts, it takes them from there.")
  private Optional<Path> file = Optional.empty();

  /** The handover, if there is to be one. */
  Optional<Handover> handover() {
    if (file.isPresent()) {
      Path directory = file.get().toAbsolutePath().getParent();
      if (directory == null || !Files.isDirectory(directory)) {
        throw new ParameterException(
            spec.commandLine(), "--handover: there is no directory for " + file.get());
      }
    }
    return file.map(path -> new Handover(path, InstantSource.system()));
  }
}
