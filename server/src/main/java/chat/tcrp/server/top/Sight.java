package chat.tcrp.server.top;

import chat.tcrp.server.metrics.BusyRooms;
import chat.tcrp.server.metrics.Figure;
import chat.tcrp.server.metrics.Figure.Label;
import chat.tcrp.server.metrics.Interval;
import chat.tcrp.server.metrics.RoomsJson;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is to be seen of a server.
 *
 * @param server where it is
 * @param interval what happened in the last seconds
 * @param rooms the busiest
 */
record Sight(String server, Interval interval, List<BusyRooms.Row> rooms) {
  /** The figures of which a rate is shown, by what they are called. */
  static final Map<String, Figure> RATES =
      Map.of(
          "received", Figure.DATAGRAMS_RECEIVED,
          "sent", Figure.DATAGRAMS_SENT,
          "messages", Figure.MESSAGES,
          "deliveries", Figure.DELIVERIES,
          "handshakes", Figure.HANDSHAKES,
          "refused", Figure.CONNECTIONS_REFUSED,
          "dropped", Figure.DROPS,
          "evicted", Figure.EVICTIONS);

  /** The version that runs; empty when that is not known. */
  String version() {
    return interval.now().sums(Figure.BUILD, Label.VERSION).keySet().stream()
        .findFirst()
        .orElse("");
  }

  /** For how long it has run. */
  Duration age() {
    double started = interval.now().sum(Figure.START_TIME);
    return Duration.ofSeconds(
        started == 0 ? 0 : Math.max(0, Instant.now().getEpochSecond() - (long) started));
  }

  double members(String kind) {
    return interval.now().sums(Figure.MEMBERS, Label.KIND).getOrDefault(kind, 0.0);
  }

  double datagramsPerTurn() {
    return interval
        .since()
        .distribution(Figure.CYCLE_DATAGRAMS)
        .filter(d -> d.count() > 0)
        .map(d -> d.sum() / d.count())
        .orElse(0.0);
  }

  /** All of it for a script, on one line. */
  String json() throws IOException {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = RoomsJson.FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("server", server);
      json.writeStringField("version", version());
      json.writeNumberField("uptimeSeconds", age().toSeconds());
      json.writeNumberField("seconds", RoomsJson.rounded(interval.seconds()));
      json.writeNumberField("rooms", (long) interval.now().sum(Figure.ROOMS));
      json.writeNumberField("members", (long) interval.now().sum(Figure.MEMBERS));
      json.writeNumberField("sealedMembers", (long) members("sealed"));
      json.writeNumberField("lobbyMembers", (long) interval.now().sum(Figure.LOBBY_MEMBERS));
      json.writeObjectFieldStart("perSecond");
      for (String name : RATES.keySet().stream().sorted().toList()) {
        json.writeNumberField(name, RoomsJson.rounded(interval.perSecond(RATES.get(name))));
      }
      json.writeEndObject();
      json.writeObjectFieldStart("droppedPerSecond");
      for (var reason : interval.perSecond(Figure.DROPS, Label.REASON).entrySet()) {
        json.writeNumberField(reason.getKey(), RoomsJson.rounded(reason.getValue()));
      }
      json.writeEndObject();
      json.writeObjectFieldStart("loopSeconds");
      for (int percent : new int[] {50, 90, 99}) {
        json.writeNumberField(
            "p" + percent, interval.quantile(Figure.CYCLE_SECONDS, percent / 100.0));
      }
      json.writeEndObject();
      json.writeNumberField("datagramsPerTurn", RoomsJson.rounded(datagramsPerTurn()));
      RoomsJson.write(json, "busiest", rooms);
      json.writeEndObject();
    }
    return out.toString();
  }
}
