package chat.tcrp.server.metrics;

import chat.tcrp.server.metrics.Figure.Label;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All figures of the server at a moment, from which everything that shows some is made.
 *
 * @param values of counters, gauges and the like
 * @param spreads of histograms
 */
public record Metrics(List<Value> values, List<Spread> spreads) {
  /** A number, by the values of its figure's labels. */
  public record Value(Figure figure, List<String> labels, double number) {}

  /** A histogram, by the values of its figure's labels. */
  public record Spread(Figure figure, List<String> labels, Distribution distribution) {}

  /** Whatever has figures; asked from any thread. */
  @FunctionalInterface
  public interface Source {
    void addTo(Builder metrics);
  }

  public Metrics {
    values = List.copyOf(values);
    spreads = List.copyOf(spreads);
  }

  /** The figures of several sources, at this moment. */
  public static Metrics of(List<? extends Source> sources) {
    Builder builder = new Builder();
    sources.forEach(source -> source.addTo(builder));
    return builder.build();
  }

  /** The sum of a figure's numbers. */
  public double sum(Figure figure) {
    return values.stream().filter(v -> v.figure() == figure).mapToDouble(Value::number).sum();
  }

  /** The sums of a figure's numbers by what one of its labels says. */
  public SortedMap<String, Double> sums(Figure figure, Label label) {
    int place = figure.labels().indexOf(label);
    SortedMap<String, Double> sums = new TreeMap<>();
    for (Value value : values) {
      if (value.figure() == figure) {
        sums.merge(value.labels().get(place), value.number(), Double::sum);
      }
    }
    return sums;
  }

  /** A histogram, of all its labels together; empty when there is none. */
  public Optional<Distribution> distribution(Figure figure) {
    return spreads.stream()
        .filter(s -> s.figure() == figure)
        .map(Spread::distribution)
        .reduce(Distribution::plus);
  }

  /**
   * What has happened since an earlier moment: counters and histograms less what they were, the
   * others as they are. What has begun anew since, as all does in another process, counts from 0.
   */
  public Metrics since(Metrics earlier) {
    Map<List<Object>, Value> before = new LinkedHashMap<>();
    earlier.values.forEach(v -> before.put(List.of(v.figure(), v.labels()), v));
    Map<List<Object>, Spread> spreadsBefore = new LinkedHashMap<>();
    earlier.spreads.forEach(s -> spreadsBefore.put(List.of(s.figure(), s.labels()), s));
    return new Metrics(
        values.stream()
            .map(v -> since(v, Optional.ofNullable(before.get(List.of(v.figure(), v.labels())))))
            .toList(),
        spreads.stream()
            .map(
                s ->
                    since(
                        s, Optional.ofNullable(spreadsBefore.get(List.of(s.figure(), s.labels())))))
            .toList());
  }

  private static Value since(Value now, Optional<Value> before) {
    double was =
        before
            .filter(v -> now.figure().type() == Figure.Type.COUNTER && v.number() <= now.number())
            .map(Value::number)
            .orElse(0.0);
    return new Value(now.figure(), now.labels(), now.number() - was);
  }

  private static Spread since(Spread now, Optional<Spread> before) {
    return before
        .filter(s -> s.distribution().count() <= now.distribution().count())
        .map(
            s -> new Spread(now.figure(), now.labels(), now.distribution().minus(s.distribution())))
        .orElse(now);
  }

  /** Collects figures. */
  public static final class Builder {
    private final List<Value> values = new ArrayList<>();
    private final List<Spread> spreads = new ArrayList<>();

    /**
     * Adds a number.
     *
     * @param labels what the figure's labels say, in their order
     */
    public Builder add(Figure figure, double number, String... labels) {
      values.add(new Value(figure, checked(figure, labels), number));
      return this;
    }

    /** Adds a histogram. */
    public Builder add(Figure figure, Distribution distribution, String... labels) {
      spreads.add(new Spread(figure, checked(figure, labels), distribution));
      return this;
    }

    private static List<String> checked(Figure figure, String... labels) {
      if (labels.length != figure.labels().size()) {
        throw new IllegalArgumentException(figure + " has the labels " + figure.labels());
      }
      return List.of(labels);
    }

    /** All that was added, each figure's together. */
    public Metrics build() {
      return new Metrics(
          values.stream().sorted(Comparator.comparing(Value::figure)).toList(),
          spreads.stream().sorted(Comparator.comparing(Spread::figure)).toList());
    }
  }
}
