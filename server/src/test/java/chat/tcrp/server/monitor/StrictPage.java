package chat.tcrp.server.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An OpenMetrics page, read as strictly as the format may be. */
final class StrictPage {
  private static final Pattern HEAD = Pattern.compile("# (TYPE|UNIT|HELP) ([a-z][a-z0-9_]*) (.+)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-z][a-z0-9_]*)(\\{[a-z]+=\"[^\"\\\\\n]*\"(?:,[a-z]+=\"[^\"\\\\\n]*\")*\\})?"
              + " (-?\\d+(?:\\.\\d+)?(?:E-?\\d+)?)");
  private static final Map<String, List<String>> ENDINGS =
      Map.of(
          "counter", List.of("_total"),
          "gauge", List.of(""),
          "info", List.of("_info"),
          "histogram", List.of("_bucket", "_sum", "_count"));

  /** By name and labels, as they are written. */
  private final Map<String, Double> samples = new LinkedHashMap<>();

  private final Set<String> families = new HashSet<>();

  StrictPage(String page) {
    assertThat(page).endsWith("\n# EOF\n").doesNotContain("\r");
    List<String> lines = new ArrayList<>(page.lines().toList());
    lines.removeLast();
    String family = "";
    String type = "";
    Set<String> heads = new HashSet<>();
    for (String line : lines) {
      Matcher head = HEAD.matcher(line);
      if (head.matches()) {
        if (head.group(1).equals("TYPE")) {
          family = head.group(2);
          type = head.group(3);
          heads.clear();
          assertThat(families.add(family)).as(family + " is in one place").isTrue();
          assertThat(ENDINGS).containsKey(type);
        }
        assertThat(head.group(2)).isEqualTo(family);
        assertThat(heads.add(head.group(1))).as(line).isTrue();
        if (head.group(1).equals("UNIT")) {
          assertThat(family).endsWith("_" + head.group(3));
        }
      } else {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        String start = family;
        assertThat(ENDINGS.get(type)).as(line).anyMatch(e -> sample.group(1).equals(start + e));
        assertThat(heads).as(family).contains("TYPE", "HELP");
        String labels = sample.group(2) == null ? "" : sample.group(2);
        double number = Double.parseDouble(sample.group(3));
        assertThat(number).as(line).isNotNegative();
        assertThat(samples.put(sample.group(1) + labels, number)).as(line).isNull();
      }
    }
    assertHistogramsAreWhole();
  }

  private void assertHistogramsAreWhole() {
    Map<String, Double> last = new LinkedHashMap<>();
    samples.forEach(
        (name, number) -> {
          if (name.contains("_bucket{")) {
            String series = name.replaceFirst(",?le=\"[^\"]*\"", "");
            assertThat(number).as(name).isGreaterThanOrEqualTo(last.getOrDefault(series, 0.0));
            last.put(series, number);
            if (name.contains("le=\"+Inf\"")) {
              assertThat(samples.get(series.replace("_bucket", "_count"))).isEqualTo(number);
            }
          }
        });
    assertThat(last).isNotEmpty();
  }

  /** What a sample says, by its name and labels as they are written. */
  double get(String sample) {
    assertThat(samples).containsKey(sample);
    return samples.get(sample);
  }

  Set<String> families() {
    return families;
  }
}
