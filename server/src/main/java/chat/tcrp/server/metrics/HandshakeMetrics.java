package chat.tcrp.server.metrics;

import java.util.Map;
import java.util.TreeMap;

/** What became of handshakes. From any thread; there are far fewer of them than of datagrams. */
public final class HandshakeMetrics implements Metrics.Source {
  private static final long MILLI = 1_000_000;

  /** How the connection was made. */
  public enum Kind {
    PLAIN("plain"),
    SEALED("sealed");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** Of one kind. */
  private static final class OfKind {
    private final Map<String, Long> results = new TreeMap<>(Map.of("ok", 0L));
    private final Histogram seconds =
        new Histogram(
            1e-9,
            MILLI,
            5 * MILLI / 2,
            5 * MILLI,
            10 * MILLI,
            25 * MILLI,
            50 * MILLI,
            100 * MILLI,
            250 * MILLI,
            1000 * MILLI,
            2500 * MILLI,
            10_000 * MILLI);
  }

  private final OfKind plain = new OfKind();
  private final OfKind sealed = new OfKind();
  private long tooFrequent;
  private long tooMany;

  private OfKind of(Kind kind) {
    return kind == Kind.SEALED ? sealed : plain;
  }

  /** A handshake that is in progress. */
  public final class Running {
    private final long began = System.nanoTime();
    private final HandshakeDone event = new HandshakeDone();

    private Running() {
      event.begin();
    }

    /**
     * It has ended.
     *
     * @param result one of the few words that there are for it
     */
    public void ended(Kind kind, String result) {
      event.end();
      if (event.shouldCommit()) {
        event.kind = kind.text();
        event.status = result;
        event.commit();
      }
      HandshakeMetrics.this.ended(kind, result, System.nanoTime() - began);
    }
  }

  /** A handshake begins. */
  public Running began() {
    return new Running();
  }

  private synchronized void ended(Kind kind, String result, long nanos) {
    of(kind).results.merge(result, 1L, Long::sum);
    of(kind).seconds.record(nanos);
  }

  /** An address has made more than it may in a minute. */
  public synchronized void tooFrequent() {
    tooFrequent++;
  }

  /** So many were in progress that one had to make way. */
  public synchronized void tooMany() {
    tooMany++;
  }

  @Override
  public synchronized void addTo(Metrics.Builder metrics) {
    for (Kind kind : Kind.values()) {
      of(kind)
          .results
          .forEach((result, n) -> metrics.add(Figure.HANDSHAKES, n, kind.text(), result));
      metrics.add(Figure.HANDSHAKE_SECONDS, of(kind).seconds.distribution(), kind.text());
    }
    metrics.add(Figure.CONNECTIONS_REFUSED, (double) tooFrequent, "too_frequent");
    metrics.add(Figure.CONNECTIONS_REFUSED, (double) tooMany, "too_many");
  }
}
