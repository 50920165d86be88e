package chat.tcrp.client.bench;

import chat.tcrp.client.session.ServerAddress;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a load test has found out, for people and for programs.
 *
 * @param setup how long all handshakes together took
 * @param measured how long was really measured: less than planned when the test was stopped
 * @param busy the share of the measured time in which the generator had something to do
 * @param interrupted whether the test was stopped before its end
 */
public record LoadReport(
    List<ServerAddress> servers,
    LoadPlan plan,
    LoadTally tally,
    LatencyHistogram handshakes,
    Duration setup,
    Duration measured,
    double busy,
    boolean interrupted) {
  /** Above these the figures say more of the generator than of the server. */
  private static final double MOST_BUSY = 0.95;

  private static final long MOST_LATE_NANOS = 10_000_000;
  private static final double MOST_UNSENT = 0.01;

  private String shownServers() {
    return servers.stream().map(ServerAddress::toString).collect(Collectors.joining(","));
  }

  /** Messages that did not arrive at one who should have had them. */
  long lost() {
    return tally.expected() - tally.delivered();
  }

  /** Whether a faster generator might have shown a faster server. */
  boolean generatorWasTheLimit() {
    return busy > MOST_BUSY
        || tally.lateness().quantile(0.99) > MOST_LATE_NANOS
        || tally.unsent() > MOST_UNSENT * (tally.sent() + tally.unsent());
  }

  /** The table. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: %s of %s, each sending %s messages/s of %,d bytes%s; %s s measured%s",
            shownServers(),
            counted(plan.rooms(), "room"),
            counted(plan.usersPerRoom(), "user"),
            plain(plan.rate()),
            plan.size(),
            plan.batch() ? ", batched" : "",
            plain(seconds(measured)),
            interrupted ? " (interrupted)" : ""));
    lines.add("");
    lines.add(
        row("sent", tally.sent(), String.format(Locale.ROOT, "%,.0f/s", perSecond(tally.sent()))));
    if (tally.unsent() > 0) {
      lines.add(row("not sent", tally.unsent(), "there was no time left for them, or no way"));
    }
    lines.add(row("expected", tally.expected(), ""));
    lines.add(
        row(
            "delivered",
            tally.delivered(),
            String.format(Locale.ROOT, "%,.0f/s", perSecond(tally.inTime()))
                + (plan.batch()
                    ? String.format(Locale.ROOT, ", in all %,d datagrams", tally.datagrams())
                    : "")));
    lines.add(
        row(
            "lost",
            lost(),
            tally.expected() > 0 ? String.format(Locale.ROOT, "%.4f %%", lostPercent()) : ""));
    lines.add(row("duplicated", tally.duplicated(), ""));
    lines.add(row("reordered", tally.reordered(), ""));
    if (tally.misrouted() > 0) {
      lines.add(row("misrouted", tally.misrouted(), "came to the wrong user"));
    }
    if (tally.foreign() > 0) {
      lines.add(row("foreign", tally.foreign(), "lines that this test did not send so"));
    }
    if (tally.ends() > 0) {
      lines.add(row("ended", tally.ends(), "sessions, by the server"));
    }
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%-12s%10s%10s%10s%10s%10s",
            "latency, ms",
            "p50",
            "p90",
            "p99",
            "p99.9",
            "max"));
    LatencyHistogram latency = tally.latency();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-12s%10.3f%10.3f%10.3f%10.3f%10.3f",
            "",
            millis(latency.quantile(0.5)),
            millis(latency.quantile(0.9)),
            millis(latency.quantile(0.99)),
            millis(latency.quantile(0.999)),
            millis(latency.max())));
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "handshakes  %,d in %.2f s, p50 %.3f ms",
            handshakes.count(),
            seconds(setup),
            millis(handshakes.quantile(0.5))));
    lines.add(
        String.format(
            Locale.ROOT,
            "generator   %.0f %% busy, sends late by %.3f ms (p99): %s",
            100 * busy,
            millis(tally.lateness().quantile(0.99)),
            generatorWasTheLimit()
                ? "held up, so the server may be better than this"
                : "not the limit"));
    return lines;
  }

  /** The same as one JSON object; latencies are in milliseconds. */
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("server", shownServers());
      json.writeNumberField("rooms", plan.rooms());
      json.writeNumberField("users", plan.usersPerRoom());
      json.writeNumberField("rate", plan.rate());
      json.writeNumberField("size", plan.size());
      json.writeBooleanField("batch", plan.batch());
      json.writeBooleanField("interrupted", interrupted);
      number(json, "measured_s", seconds(measured));
      json.writeNumberField("sent", tally.sent());
      json.writeNumberField("not_sent", tally.unsent());
      json.writeNumberField("expected", tally.expected());
      json.writeNumberField("delivered", tally.delivered());
      json.writeNumberField("lost", lost());
      json.writeNumberField("duplicated", tally.duplicated());
      json.writeNumberField("reordered", tally.reordered());
      json.writeNumberField("misrouted", tally.misrouted());
      json.writeNumberField("foreign", tally.foreign());
      json.writeNumberField("ended", tally.ends());
      json.writeNumberField("datagrams", tally.datagrams());
      number(json, "sent_per_s", perSecond(tally.sent()));
      number(json, "deliveries_per_s", perSecond(tally.inTime()));
      json.writeObjectFieldStart("latency_ms");
      LatencyHistogram latency = tally.latency();
      number(json, "p50", millis(latency.quantile(0.5)));
      number(json, "p90", millis(latency.quantile(0.9)));
      number(json, "p99", millis(latency.quantile(0.99)));
      number(json, "p99_9", millis(latency.quantile(0.999)));
      number(json, "max", millis(latency.max()));
      json.writeEndObject();
      json.writeObjectFieldStart("handshakes");
      json.writeNumberField("count", handshakes.count());
      number(json, "p50_ms", millis(handshakes.quantile(0.5)));
      number(json, "total_s", seconds(setup));
      json.writeEndObject();
      json.writeObjectFieldStart("generator");
      number(json, "busy", busy);
      number(json, "late_p99_ms", millis(tally.lateness().quantile(0.99)));
      json.writeBooleanField("was_the_limit", generatorWasTheLimit());
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can always be written to", e);
    }
    return text.toString();
  }

  private double perSecond(long count) {
    return measured.isZero() ? 0 : count / seconds(measured);
  }

  private double lostPercent() {
    return 100.0 * lost() / tally.expected();
  }

  private static String row(String what, long count, String more) {
    return String.format(Locale.ROOT, "%-12s%,14d  %s", what, count, more).stripTrailing();
  }

  private static String counted(int count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }

  private static void number(JsonGenerator json, String key, double value) throws IOException {
    json.writeNumberField(key, BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_UP));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }

  /** A number without a point where it has no need of one. */
  private static String plain(double value) {
    return BigDecimal.valueOf(value)
        .setScale(3, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
