package chat.tcrp.server.rooms;

import chat.tcrp.server.metrics.BusyRooms;
import java.util.Collection;
import java.util.List;

/** How much is said in a room, as it was found when it was looked at last. */
final class RoomTraffic {
  /** So much of what a rate was stays in it with each look: it is that of the last seconds. */
  private static final double MEMORY = 0.5;

  private long messages;
  private long deliveries;
  private double messageRate;
  private double deliveryRate;

  /**
   * The busiest of some rooms.
   *
   * @param seconds since they were looked at last
   */
  static List<BusyRooms.Row> busiest(Collection<Room> rooms, double seconds) {
    return rooms.stream()
        .map(room -> room.traffic().look(room, seconds))
        .sorted(BusyRooms.BUSIEST_FIRST)
        .limit(BusyRooms.MAX_ROOMS)
        .toList();
  }

  private BusyRooms.Row look(Room room, double seconds) {
    messageRate = rate(messageRate, room.messages() - messages, seconds);
    deliveryRate = rate(deliveryRate, room.deliveries() - deliveries, seconds);
    messages = room.messages();
    deliveries = room.deliveries();
    return new BusyRooms.Row(room.name().value(), room.size(), messages, messageRate, deliveryRate);
  }

  private static double rate(double before, long more, double seconds) {
    return MEMORY * before + (1 - MEMORY) * more / seconds;
  }
}
