package chat.tcrp.server.top;

import chat.tcrp.server.metrics.Distribution;
import chat.tcrp.server.metrics.Figure;
import chat.tcrp.server.metrics.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the page with a server's figures. What this version does not know is passed over, since the
 * server may be of another.
 */
final class PageReader {
  private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)\\})? (\\S+)(?: .*)?");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  /** A histogram whose samples are being collected. */
  private static final class Collected {
    private final List<Distribution.Bucket> buckets = new ArrayList<>();
    private double sum;
  }

  private record Series(Figure figure, List<String> labels) {}

  private final Map<String, Figure> figures = new HashMap<>();
  private final Metrics.Builder metrics = new Metrics.Builder();
  private final Map<Series, Collected> histograms = new LinkedHashMap<>();

  private PageReader() {
    for (Figure figure : Figure.values()) {
      figures.put(figure.sampleName(), figure);
    }
  }

  /**
   * The figures on a page.
   *
   * @throws IOException when it is no such page
   */
  static Metrics read(String page) throws IOException {
    PageReader reader = new PageReader();
    try {
      page.lines().filter(line -> !line.startsWith("#")).forEach(reader::sample);
      reader.histograms.forEach(
          (series, collected) ->
              reader.metrics.add(
                  series.figure(),
                  new Distribution(collected.buckets, collected.sum),
                  series.labels().toArray(String[]::new)));
    } catch (IllegalArgumentException e) {
      throw new IOException("what answers there is no chat-server", e);
    }
    Metrics metrics = reader.metrics.build();
    if (metrics.values().stream().noneMatch(value -> value.figure() == Figure.BUILD)) {
      throw new IOException("what answers there is no chat-server");
    }
    return metrics;
  }

  private void sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new IllegalArgumentException(line);
    }
    String name = sample.group(1);
    Map<String, String> labels = labels(Optional.ofNullable(sample.group(2)).orElse(""));
    double number = number(sample.group(3));
    Figure figure = figures.get(name);
    if (figure != null) {
      metrics.add(figure, number, values(figure, labels).toArray(String[]::new));
    } else if (name.endsWith("_bucket")) {
      collected(name, "_bucket", labels)
          .ifPresent(
              c -> c.buckets.add(new Distribution.Bucket(number(labels.get("le")), (long) number)));
    } else if (name.endsWith("_sum")) {
      collected(name, "_sum", labels).ifPresent(c -> c.sum = number);
    }
  }

  private Optional<Collected> collected(String name, String ending, Map<String, String> labels) {
    return Optional.ofNullable(figures.get(name.substring(0, name.length() - ending.length())))
        .map(figure -> new Series(figure, values(figure, labels)))
        .map(series -> histograms.computeIfAbsent(series, s -> new Collected()));
  }

  private static List<String> values(Figure figure, Map<String, String> labels) {
    return figure.labels().stream().map(label -> labels.getOrDefault(label.text(), "")).toList();
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new HashMap<>();
    Matcher label = LABEL.matcher(text);
    while (label.find()) {
      labels.put(
          label.group(1),
          label.group(2).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\"));
    }
    return labels;
  }

  private static double number(String text) {
    return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }
}
