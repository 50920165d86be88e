package chat.tcrp.server.monitor;

import chat.tcrp.server.metrics.Distribution;
import chat.tcrp.server.metrics.Figure;
import chat.tcrp.server.metrics.Metrics;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** All figures as text for Prometheus, in one of its two formats. */
public enum MetricsPage {
  /** OpenMetrics 1.0. */
  OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8"),

  /** The format before it, which everything understands. */
  PLAIN("text/plain; version=0.0.4; charset=utf-8");

  private final String contentType;

  MetricsPage(String contentType) {
    this.contentType = contentType;
  }

  /** What goes into the header of that name. */
  public String contentType() {
    return contentType;
  }

  /** The one to answer with to what a request's header {@code Accept} says. */
  public static MetricsPage accepted(String accept) {
    return accept.contains("application/openmetrics-text") ? OPEN_METRICS : PLAIN;
  }

  /** The page. */
  public String of(Metrics metrics) {
    StringBuilder page = new StringBuilder();
    Set<Figure> figures = new TreeSet<>();
    metrics.values().forEach(value -> figures.add(value.figure()));
    metrics.spreads().forEach(spread -> figures.add(spread.figure()));
    for (Figure figure : figures) {
      head(page, figure);
      metrics.values().stream()
          .filter(value -> value.figure() == figure)
          .forEach(
              value ->
                  sample(
                      page,
                      figure.sampleName(),
                      labels(figure, value.labels()),
                      number(value.number())));
      metrics.spreads().stream()
          .filter(spread -> spread.figure() == figure)
          .forEach(spread -> histogram(page, spread));
    }
    if (this == OPEN_METRICS) {
      page.append("# EOF\n");
    }
    return page.toString();
  }

  private void head(StringBuilder page, Figure figure) {
    boolean open = this == OPEN_METRICS;
    String name = open ? figure.text() : figure.sampleName();
    String type = open || figure.type() != Figure.Type.INFO ? figure.type().text() : "gauge";
    page.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    if (open && !figure.unit().isEmpty()) {
      page.append("# UNIT ").append(name).append(' ').append(figure.unit()).append('\n');
    }
    page.append("# HELP ").append(name).append(' ').append(figure.help()).append(".\n");
  }

  private static void histogram(StringBuilder page, Metrics.Spread spread) {
    String name = spread.figure().sampleName();
    List<String> labels = labels(spread.figure(), spread.labels());
    for (Distribution.Bucket bucket : spread.distribution().buckets()) {
      List<String> withBound = new ArrayList<>(labels);
      withBound.add("le=\"" + bound(bucket.atMost()) + '"');
      sample(page, name + "_bucket", withBound, number((double) bucket.count()));
    }
    sample(page, name + "_sum", labels, number(spread.distribution().sum()));
    sample(page, name + "_count", labels, number((double) spread.distribution().count()));
  }

  private static List<String> labels(Figure figure, List<String> values) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      labels.add(figure.labels().get(i).text() + "=\"" + escaped(values.get(i)) + '"');
    }
    return labels;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static void sample(StringBuilder page, String name, List<String> labels, String number) {
    page.append(name)
        .append(labels.isEmpty() ? "" : labels.stream().collect(Collectors.joining(",", "{", "}")))
        .append(' ')
        .append(number)
        .append('\n');
  }

  private static String bound(double atMost) {
    return atMost == Double.POSITIVE_INFINITY ? "+Inf" : BigDecimal.valueOf(atMost).toPlainString();
  }

  private static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1L << 53
        ? String.valueOf((long) number)
        : String.valueOf(number);
  }
}
