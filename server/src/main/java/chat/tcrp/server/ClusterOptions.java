package chat.tcrp.server;

import chat.tcrp.server.cluster.nats.EngineConfig;
import chat.tcrp.server.cluster.nats.NatsEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Whether a server is a node of a cluster, and of which. */
final class ClusterOptions {
  private static final int MIN_KEY_BYTES = 32;
  private static final int MAX_KEY_BYTES = 4096;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--cluster",
      paramLabel = "URL[,URL...]",
      description =
          "Act as one with the other servers that share these NATS servers, nats://host:4222; needs --cluster-key.")
  private Optional<String> servers = Optional.empty();

  @Option(
      names = "--cluster-key",
      paramLabel = "FILE",
      description =
          "The secret that all servers of the cluster share: any file of 32 bytes or more.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--cluster-ca",
      paramLabel = "FILE",
      description = "Trust NATS servers (tls://) whose certificates these sign, in PEM.")
  private Optional<Path> ca = Optional.empty();

  @Option(
      names = "--cluster-creds",
      paramLabel = "FILE",
      description = "Show NATS the credentials in this file, as nsc writes it, or an nkey's seed.")
  private Optional<Path> credentials = Optional.empty();

  /** The cluster to be in, if there is to be one. */
  Optional<ClusterJoin> join(HandoverOption handover) {
    if (servers.isEmpty()) {
      refuse("--cluster-key", key);
      refuse("--cluster-ca", ca);
      refuse("--cluster-creds", credentials);
      return Optional.empty();
    }
    if (handover.handover().isPresent()) {
      throw wrong("--handover: rooms of a cluster are left to its other servers; leave it out");
    }
    try {
      EngineConfig config = EngineConfig.parse(servers.get(), ca, credentials);
      return Optional.of(
          new ClusterJoin(
              log -> NatsEngine.connect(config, log),
              new ClusterJoin.Key(readKey()),
              "{\"version\":\"" + Main.VERSION + "\"}"));
    } catch (IllegalArgumentException e) {
      throw wrong("--cluster: " + e.getMessage());
    }
  }

  private void refuse(String name, Optional<Path> value) {
    if (value.isPresent()) {
      throw wrong(name + " means nothing without --cluster");
    }
  }

  private byte[] readKey() {
    Path file =
        key.orElseThrow(
            () ->
                wrong(
                    "--cluster needs --cluster-key FILE, the same for all servers; make one with:"
                        + " head -c 32 /dev/urandom > FILE"));
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length < MIN_KEY_BYTES || bytes.length > MAX_KEY_BYTES) {
        throw wrong(
            "--cluster-key: %s has %d bytes; a key has %d to %d"
                .formatted(file, bytes.length, MIN_KEY_BYTES, MAX_KEY_BYTES));
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw wrong(
          "--cluster-key: there is no "
              + file
              + "; make it with: head -c 32 /dev/urandom > "
              + file);
    } catch (IOException e) {
      throw wrong("--cluster-key: cannot read " + file + ": " + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
