package chat.tcrp.server.metrics;

import chat.tcrp.server.metrics.Figure.Label;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happened between two moments.
 *
 * @param now all figures at the end
 * @param since what has been added to them
 * @param seconds how long it was
 */
public record Interval(Metrics now, Metrics since, double seconds) {
  /** From one moment to another. */
  public static Interval between(Metrics before, Metrics now, double seconds) {
    return new Interval(now, now.since(before), seconds);
  }

  /** How much more of something there was each second. */
  public double perSecond(Figure figure) {
    return since.sum(figure) / seconds;
  }

  /** The same by what a label says, without what there was none of. */
  public SortedMap<String, Double> perSecond(Figure figure, Label label) {
    SortedMap<String, Double> rates = new TreeMap<>();
    since
        .sums(figure, label)
        .forEach(
            (text, number) -> {
              if (number > 0) {
                rates.put(text, number / seconds);
              }
            });
    return rates;
  }

  /** Below what a share of the values of a histogram lay; 0 when there were none. */
  public double quantile(Figure figure, double share) {
    return since.distribution(figure).map(d -> d.quantile(share)).orElse(0.0);
  }
}
