package chat.tcrp.client;

import chat.tcrp.client.bench.LoadPlan;
import chat.tcrp.client.bench.LoadReport;
import chat.tcrp.client.bench.LoadTally;
import chat.tcrp.client.bench.LoadTest;
import chat.tcrp.client.bench.StatusLine;
import chat.tcrp.client.face.Problem;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.Trust;
import chat.tcrp.program.DurationConverter;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts a server under load and tells how it bears it. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = {
      "Put a server under load, with users who chat in rooms of their own, and tell what was"
          + " delivered and how fast. Every message goes to all others in its room.",
      "Of several servers that act as one, each has some of every room."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  chat-client bench",
      "  chat-client bench --rooms 500 --users 10 --rate 2",
      "  chat-client bench --rooms 1 --users 200 --json --server chat.example.org"
    })
final class BenchCommand implements Callable<Integer> {
  /** How long an interrupted test may take to report and to leave. */
  private static final long GOODBYE_SECONDS = 10;

  @Spec private CommandSpec command;
  @Mixin private ServerOptions server;

  @Option(
      names = "--rooms",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many rooms. Default: ${DEFAULT-VALUE}.")
  private int rooms;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many users in each room. Default: ${DEFAULT-VALUE}.")
  private int users;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "1",
      description = "Messages that each user sends in a second. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "Size of a message. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = "How long to measure. Default: ${DEFAULT-VALUE}.")
  private Duration duration;

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      defaultValue = "2s",
      converter = DurationConverter.class,
      description = "How long to send before measuring. Default: ${DEFAULT-VALUE}.")
  private Duration warmup;

  @Option(names = "--batch", description = "Accept several messages in one datagram.")
  private boolean batch;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws Problem, IOException, InterruptedException {
    LoadPlan plan = plan();
    List<ServerAddress> servers = server.addresses();
    StatusLine status = new StatusLine(command.commandLine().getErr(), StatusLine.isTerminal());
    CountDownLatch done = new CountDownLatch(1);
    Optional<Trust> trust =
        server.trust(Optional.empty(), news -> Main.complain(command.commandLine(), news));
    try (LoadTest test = new LoadTest(servers, trust, plan, new SecureRandom().nextInt(), status)) {
      stopOnSignal(test, done);
      print(test.run());
    } finally {
      done.countDown();
    }
    return 0;
  }

  private LoadPlan plan() {
    LoadPlan plan;
    try {
      plan = new LoadPlan(rooms, users, rate, size, warmup, duration, batch);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    long megabytes = LoadTally.bytes(plan) >> 20;
    if (megabytes > Runtime.getRuntime().maxMemory() >> 21) {
      throw new ParameterException(
          command.commandLine(),
          ("to tell who has heard whom in rooms of %d takes %d MB; ask for fewer users, or give"
                  + " the program more memory: CHAT_JAVA_OPTS=-Xmx%dm")
              .formatted(users, megabytes, 2 * megabytes + 64));
    }
    return plan;
  }

  private void print(LoadReport report) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(report.json());
    } else {
      report.lines().forEach(out::println);
    }
    out.flush();
  }

  /**
   * A signal stops the test; what it has seen is still told, and the rooms are left. Only a halt in
   * the hook can set the exit status then.
   */
  private static void stopOnSignal(LoadTest test, CountDownLatch done) {
    Thread hook =
        new Thread(
            () -> {
              if (done.getCount() == 0) {
                return;
              }
              test.stop();
              try {
                done.await(GOODBYE_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(Goodbye.INTERRUPTED);
            },
            "goodbye");
    Runtime.getRuntime().addShutdownHook(hook);
  }
}
