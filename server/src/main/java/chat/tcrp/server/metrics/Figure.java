package chat.tcrp.server.metrics;

import java.util.List;
import java.util.Locale;

/**
 * Everything that the server measures, by the name that it has for Prometheus, without the {@code
 * _total} that counters have behind it there. Times are in seconds, sizes in bytes.
 */
public enum Figure {
  DATAGRAMS_RECEIVED(Type.COUNTER, "chat_datagrams_received", "", "Datagrams received", Label.LOOP),
  DATAGRAMS_SENT(
      Type.COUNTER, "chat_datagrams_sent", "", "Datagrams that the system has taken", Label.LOOP),
  MESSAGES(Type.COUNTER, "chat_messages", "", "Messages taken in to be relayed", Label.LOOP),
  KEEPALIVES(Type.COUNTER, "chat_keepalives", "", "Keepalives answered", Label.LOOP),
  DELIVERIES(
      Type.COUNTER,
      "chat_deliveries",
      "",
      "Messages sent to members, one for each message and receiver",
      Label.LOOP),
  DROPS(
      Type.COUNTER,
      "chat_drops",
      "",
      "Datagrams that went no further, by reason",
      Label.LOOP,
      Label.REASON),
  EVICTIONS(
      Type.COUNTER, "chat_evictions", "", "Members put out, by reason", Label.LOOP, Label.REASON),
  ROOMS(Type.GAUGE, "chat_rooms", "", "Rooms there are", Label.LOOP),
  MEMBERS(
      Type.GAUGE,
      "chat_members",
      "",
      "Members of rooms, by whether their sessions are sealed",
      Label.LOOP,
      Label.KIND),
  GUEST_ROOMS(
      Type.GAUGE,
      "chat_guest_rooms",
      "",
      "Rooms of other nodes of the cluster that have members here",
      Label.LOOP),
  NODE_MESSAGES_SENT(
      Type.COUNTER, "chat_node_messages_sent", "", "Messages sent to other nodes", Label.LOOP),
  NODE_MESSAGES_RECEIVED(
      Type.COUNTER,
      "chat_node_messages_received",
      "",
      "Messages received from other nodes",
      Label.LOOP),
  NODES(
      Type.GAUGE,
      "chat_nodes",
      "",
      "Nodes of the cluster, as this one sees it; 1 for a server that is alone"),
  LEASE_HELD(
      Type.GAUGE, "chat_lease_held", "", "Whether this node may decide about its rooms, 1 or 0"),
  LOBBY_MEMBERS(Type.GAUGE, "chat_lobby_members", "", "Members of the lobby"),
  CYCLE_SECONDS(
      Type.HISTOGRAM,
      "chat_relay_cycle_seconds",
      "seconds",
      "How long a turn of a relay loop took, without the wait before it",
      Label.LOOP),
  CYCLE_DATAGRAMS(
      Type.HISTOGRAM,
      "chat_relay_cycle_datagrams",
      "",
      "Datagrams received in a turn of a relay loop",
      Label.LOOP),
  HANDSHAKES(
      Type.COUNTER,
      "chat_handshakes",
      "",
      "Handshakes ended, by their result",
      Label.KIND,
      Label.RESULT),
  HANDSHAKE_SECONDS(
      Type.HISTOGRAM,
      "chat_handshake_seconds",
      "seconds",
      "How long handshakes took, from the connection to its end",
      Label.KIND),
  CONNECTIONS_REFUSED(
      Type.COUNTER,
      "chat_connections_refused",
      "",
      "Connections closed without an answer, by the limit that was reached",
      Label.REASON),
  BUILD(Type.INFO, "chat_build", "", "What runs", Label.VERSION, Label.JAVA),
  START_TIME(
      Type.GAUGE,
      "process_start_time_seconds",
      "seconds",
      "When the process began, since the beginning of 1970"),
  CPU_SECONDS(
      Type.COUNTER, "process_cpu_seconds", "seconds", "Processor time that the process has used"),
  RESIDENT_BYTES(
      Type.GAUGE, "process_resident_memory_bytes", "bytes", "Memory of the process (Linux)"),
  OPEN_FILES(Type.GAUGE, "process_open_fds", "", "Open descriptors (Linux)"),
  MAX_FILES(Type.GAUGE, "process_max_fds", "", "Descriptors that may be open (Linux)"),
  HEAP_USED(
      Type.GAUGE, "jvm_heap_used_bytes", "bytes", "Heap in use, with what is not collected yet"),
  HEAP_COMMITTED(Type.GAUGE, "jvm_heap_committed_bytes", "bytes", "Heap taken from the system"),
  HEAP_MAX(Type.GAUGE, "jvm_heap_max_bytes", "bytes", "Heap that may be taken, the option -Xmx");

  /** How a figure behaves. */
  public enum Type {
    /** Only grows. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /** How often values were how large. */
    HISTOGRAM,
    /** Says something in its labels, and is always 1. */
    INFO;

    /** As it is written on the page. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** By what a figure is divided. */
  public enum Label {
    LOOP,
    REASON,
    KIND,
    RESULT,
    VERSION,
    JAVA;

    /** As it is written on the page. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Type type;
  private final String text;
  private final String unit;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Label> labels;

  Figure(Type type, String text, String unit, String help, Label... labels) {
    this.type = type;
    this.text = text;
    this.unit = unit;
    this.help = help;
    this.labels = List.of(labels);
  }

  public Type type() {
    return type;
  }

  /** Its name without what a sample's name has behind it. */
  public String text() {
    return text;
  }

  /** The name of its sample, or of a histogram's samples before {@code _bucket} and the like. */
  public String sampleName() {
    return switch (type) {
      case COUNTER -> text + "_total";
      case INFO -> text + "_info";
      case GAUGE, HISTOGRAM -> text;
    };
  }

  /** Its unit, with which its name ends; empty for a number of things. */
  public String unit() {
    return unit;
  }

  public String help() {
    return help;
  }

  /** The labels of its samples, in their order. */
  public List<Label> labels() {
    return labels;
  }
}
