package chat.tcrp.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private final StringWriter written = new StringWriter();

  @Test
  void aLineCoversTheOneBeforeIt() {
    StatusLine line = new StatusLine(new PrintWriter(written), true);
    line.show("100 of 200");
    line.show("done");
    line.clear();
    assertThat(written.toString()).isEqualTo("\r100 of 200\rdone      \r    \r");
  }

  @Test
  void withoutATerminalNothingIsWritten() {
    StatusLine line = new StatusLine(new PrintWriter(written), false);
    line.show("100 of 200");
    line.clear();
    assertThat(written.toString()).isEmpty();
  }
}
