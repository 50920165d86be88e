package chat.tcrp.server.metrics;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The busiest rooms as JSON. They are not among the figures for Prometheus, which keeps a series
 * for every name that there ever was, and these names are chosen by strangers.
 */
public final class RoomsJson {
  /** In ASCII alone, so that a name can do nothing to whatever shows it. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private RoomsJson() {}

  /** A page with some rooms. */
  public static String page(List<BusyRooms.Row> rooms) {
    StringWriter page = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(page)) {
      json.writeStartObject();
      write(json, "rooms", rooms);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return page + "\n";
  }

  /** Writes rooms as an array, into the object that is being written. */
  public static void write(JsonGenerator json, String field, List<BusyRooms.Row> rooms)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (BusyRooms.Row room : rooms) {
      json.writeStartObject();
      json.writeStringField("name", room.name());
      json.writeNumberField("members", room.members());
      json.writeNumberField("messages", room.messages());
      json.writeNumberField("messagesPerSecond", rounded(room.messagesPerSecond()));
      json.writeNumberField("deliveriesPerSecond", rounded(room.deliveriesPerSecond()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /**
   * The rooms on a page.
   *
   * @throws IOException when it is no such page
   */
  public static List<BusyRooms.Row> read(String page) throws IOException {
    List<BusyRooms.Row> rooms = new ArrayList<>();
    try (JsonParser json = FACTORY.createParser(page)) {
      for (JsonToken token; (token = json.nextToken()) != null; ) {
        // The page is an object, and its rooms are objects in an array of it.
        if (token == JsonToken.START_OBJECT && json.getParsingContext().getParent().inArray()) {
          rooms.add(room(json));
        }
      }
    }
    return rooms;
  }

  private static BusyRooms.Row room(JsonParser json) throws IOException {
    String name = "";
    int members = 0;
    long messages = 0;
    double messageRate = 0;
    double deliveryRate = 0;
    for (String key; (key = json.nextFieldName()) != null; ) {
      json.nextToken();
      switch (key) {
        case "name" -> name = json.getText();
        case "members" -> members = json.getIntValue();
        case "messages" -> messages = json.getLongValue();
        case "messagesPerSecond" -> messageRate = json.getDoubleValue();
        case "deliveriesPerSecond" -> deliveryRate = json.getDoubleValue();
        default -> json.skipChildren();
      }
    }
    return new BusyRooms.Row(name, members, messages, messageRate, deliveryRate);
  }

  /** Three digits behind the point are enough of a rate. */
  public static double rounded(double rate) {
    return Math.round(rate * 1e3) / 1e3;
  }
}
