package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import chat.tcrp.client.Await;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A terminal that takes nothing for a while: stopped, or at the end of a slow line. */
class TranscriptTest {
  private final CountDownLatch goesOn = new CountDownLatch(1);
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

  @Test
  @Timeout(20)
  void aStoppedTerminalHoldsNobodyUpAndShowsTheNewestLinesWhenItGoesOn() throws Exception {
    try (Terminal terminal = stoppedTerminal()) {
      Transcript transcript = start(terminal);
      transcript.print(line("first"));
      transcript.print(line("second"), "\007");
      for (int i = 0; i < 20_000; i++) {
        transcript.print(line("line " + i));
      }

      goesOn.countDown();
      Await.until("the last line", () -> isShown("line 19999"));
      transcript.close();

      assertThat(shown.toString(StandardCharsets.UTF_8))
          .contains("lines were too many to show")
          .containsSubsequence("line 10000", "line 19999");
    }
  }

  @Test
  @Timeout(20)
  void theEndWaitsForAStoppedTerminalOnlyAMoment() throws Exception {
    Terminal terminal = stoppedTerminal();
    Transcript transcript = start(terminal);
    transcript.print(line("first"));

    long before = System.nanoTime();
    transcript.close();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    goesOn.countDown();
    terminal.close();
  }

  @Test
  @Timeout(20)
  void whatIsStillShownAtTheEndIsTheNewest() throws Exception {
    Terminal terminal = stoppedTerminal();
    Transcript transcript = start(terminal);
    for (int i = 0; i < 200; i++) {
      transcript.print(line("line " + i));
    }
    transcript.print(line("room closed"));

    transcript.close();
    goesOn.countDown();
    Await.until("the reason", () -> isShown("room closed"));

    assertThat(shown.toString(StandardCharsets.UTF_8))
        .contains("lines were too many to show")
        .doesNotContain("line 100");
    terminal.close();
  }

  @Test
  @Timeout(20)
  void nothingComesBetweenLinesThatBelongTogether() throws Exception {
    goesOn.countDown();
    try (Terminal terminal = stoppedTerminal()) {
      Transcript transcript = start(terminal);
      Thread others =
          Thread.ofPlatform()
              .start(() -> IntStream.range(0, 2000).forEach(i -> transcript.print(line("<x>"))));
      for (int i = 0; i < 500; i++) {
        transcript.print(List.of(line("<a" + i + ">"), line("<b" + i + ">")));
      }
      others.join();
      Await.until("the last line", () -> isShown("<b499>"));
      transcript.close();

      List<String> lines =
          Pattern.compile("<\\w+>")
              .matcher(shown.toString(StandardCharsets.UTF_8))
              .results()
              .map(MatchResult::group)
              .toList();
      for (int i = 0; i < 500; i++) {
        assertThat(lines).containsSequence("<a" + i + ">", "<b" + i + ">");
      }
    }
  }

  private static Transcript start(Terminal terminal) {
    return Transcript.start(new Editor(terminal, () -> false), false, List::of);
  }

  private static ScreenLine line(String text) {
    return new ScreenLine(new AttributedString(text), 0);
  }

  private boolean isShown(String text) {
    return shown.toString(StandardCharsets.UTF_8).contains(text);
  }

  private Terminal stoppedTerminal() throws Exception {
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) {
            try {
              goesOn.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            shown.write(b);
          }
        };
    return new LineDisciplineTerminal("test", "xterm", out, StandardCharsets.UTF_8);
  }
}
