package chat.tcrp.server.cluster;

import chat.tcrp.protocol.Password;
import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.RoomTopic;
import chat.tcrp.protocol.Username;
import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.cluster.DirectoryJson.MemberEntry;
import chat.tcrp.server.cluster.DirectoryJson.RoomEntry;
import chat.tcrp.server.cluster.Engine.Bucket;
import chat.tcrp.server.cluster.Engine.Entry;
import chat.tcrp.server.rooms.Member;
import chat.tcrp.server.rooms.MemberState;
import chat.tcrp.server.rooms.Reply;
import chat.tcrp.server.rooms.Room;
import chat.tcrp.server.rooms.TokenHash;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A cluster in one process and one thread, with the users of its rooms, faults, and a time of its
 * own: all that happens follows from a seed. It ends with the first thing that must not be.
 */
final class Simulation {
  /**
   * How much there is.
   *
   * @param users that come in the course of the time
   * @param time in which they come and things fail; a calm follows
   */
  record Size(int nodes, int users, Duration time) {}

  /** A room has had no home since then, and nobody has written its entry. */
  private record Homeless(long revision, long since) {}

  /** Something is as it must not be. */
  static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String what) {
      super(what);
    }
  }

  /**
   * Members at a node that is cut off for longer may come back too late: they are waited for 30 s,
   * and need some to notice, and the node to find out what has become of their room.
   */
  static final Duration LONG_CUT = Duration.ofSeconds(18);

  /** A node that can reach the others again has found out within this what is still its own. */
  static final Duration BACK = Duration.ofSeconds(4);

  /** A request that is not answered is not carried out later than that either. */
  private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(40);

  /** Something happens to a node about so often. */
  private static final Duration BETWEEN_FAULTS = Duration.ofSeconds(80);

  private static final Duration CALM = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration LOOK_FOR_HOMES = Duration.ofSeconds(2);

  /**
   * A room is without a home for no longer than this where half of the nodes are there: a lease
   * ends after 8.5 s, and who it falls to may fail as well.
   */
  private static final Duration HOMELESS = Duration.ofSeconds(25);

  private static final int USERS_OF_A_ROOM = 25;

  /** What is told of what happens besides the faults: all, or what concerns one room. */
  private static final Optional<String> TOLD =
      Optional.ofNullable(System.getProperty("cluster.told"));

  private final Size size;
  private final SplittableRandom random;
  private final SplittableRandom network;
  private final VirtualTime time = new VirtualTime();
  private final MemoryHub hub;
  private final EventLog log;
  private final List<String> defects = new ArrayList<>();
  private final SimulatedNode[] nodes;
  private final List<SimulatedRoom> rooms = new ArrayList<>();
  private final List<SimulatedUser> users = new ArrayList<>();
  private final Map<InetSocketAddress, SimulatedUser> byAddress = new HashMap<>();
  private final Map<String, Integer> faults = new TreeMap<>();
  private double clientLoss = 0.01;
  private boolean calm;
  private int started;
  private long admissions;
  private long deliveries;
  private long trace;
  private long mostSubjects;

  /** Rooms whose homes are not there, by their keys. */
  private Map<String, Homeless> homeless = new HashMap<>();

  private Violation violation;

  Simulation(Size size, long seed) {
    this.size = size;
    this.random = new SplittableRandom(seed);
    this.network = random.split();
    this.hub = new MemoryHub(time, random.split());
    this.log = new EventLog(new Defects(), time);
    this.nodes = new SimulatedNode[size.nodes()];
    hub.disturb(Duration.ofMillis(5), 0);
    TOLD.ifPresent(
        what ->
            hub.onChange(
                change -> {
                  if (what.equals("all") || change.contains(" of " + what + " by ")) {
                    tell(change);
                  }
                }));
    int count = Math.max(1, size.users() / USERS_OF_A_ROOM);
    for (int i = 0; i < count; i++) {
      Optional<Password> password =
          random.nextInt(4) == 0 ? Optional.of(new Password("secret" + i)) : Optional.empty();
      rooms.add(new SimulatedRoom(i, password, random.nextInt(3) > 0));
    }
    for (int i = 0; i < size.users(); i++) {
      // Some rooms are wanted by many.
      double share = random.nextDouble();
      SimulatedRoom room = rooms.get((int) (share * share * count));
      SimulatedUser.Plan plan =
          switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> SimulatedUser.Plan.STAY;
            case 4, 5, 6, 7, 8 -> SimulatedUser.Plan.LEAVE;
            default -> SimulatedUser.Plan.VANISH;
          };
      users.add(new SimulatedUser(this, i, room, plan));
    }
  }

  /** The log, of which only defects are looked at. */
  private final class Defects implements System.Logger {
    @Override
    public String getName() {
      return "simulation";
    }

    @Override
    public boolean isLoggable(Level level) {
      return level == Level.ERROR;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
      java.io.StringWriter trace = new java.io.StringWriter();
      thrown.printStackTrace(new java.io.PrintWriter(trace));
      defects.add(text + " " + trace);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... params) {
      if (level == Level.ERROR) {
        defects.add(format);
      }
    }
  }

  VirtualTime time() {
    return time;
  }

  boolean isCalm() {
    return calm;
  }

  long random(long from, long to) {
    return random.nextLong(from, to + 1);
  }

  /** Ends the simulation, also when what calls it catches everything, as futures do. */
  void fail(String what) {
    if (violation == null) {
      violation = new Violation("at " + time + ": " + what);
    }
    throw violation;
  }

  private void runUntil(long end) {
    time.runUntil(
        end,
        () -> {
          if (violation != null) {
            throw violation;
          }
        });
  }

  /** Tells what happens, for whoever looks for the cause of a failure. */
  private void tell(String what) {
    if (TOLD.isPresent()) {
      System.out.println(time + " " + what);
    }
  }

  void trace(SimulatedUser user, int who, Object what) {
    if (TOLD.isPresent()
        && (TOLD.get().equals("all") || TOLD.get().equals(user.room().name.value()))) {
      tell(user + ": " + what);
    }
    trace = 31 * (31 * (31 * trace + time.nanos()) + who) + what.toString().hashCode();
  }

  void admitted() {
    admissions++;
  }

  void delivered() {
    deliveries++;
  }

  // The network between clients and nodes.

  void register(SimulatedUser user) {
    byAddress.put(user.address(), user);
  }

  void unregister(SimulatedUser user) {
    byAddress.remove(user.address());
  }

  void toNode(SimulatedNode node, SimulatedUser user, byte[] datagram) {
    if (network.nextDouble() >= clientLoss) {
      InetSocketAddress from = user.address();
      time.later(network.nextLong(1_000_000), () -> node.arrive(from, datagram));
    }
  }

  private void toUser(SimulatedNode node, InetSocketAddress to, byte[] datagram) {
    SimulatedUser user = byAddress.get(to);
    if (user != null && network.nextDouble() >= clientLoss) {
      user.received(node, datagram);
    }
  }

  /** A node that a client finds behind the name of the cluster, if it listens. */
  Optional<SimulatedNode> pick() {
    SimulatedNode node = nodes[random.nextInt(nodes.length)];
    return Optional.ofNullable(node).filter(SimulatedNode::listens);
  }

  // What happens.

  /** Has everything happen, and looks at it. */
  String run() {
    try {
      for (int i = 0; i < nodes.length; i++) {
        start(i);
      }
      runUntil(Duration.ofSeconds(10).toNanos());
      time.later(0, this::look);
      time.later(0, this::lookForHomes);
      time.later(0, this::fault);
      long end = time.nanos() + size.time().toNanos();
      long between = size.time().minusSeconds(20).toNanos() / size.users();
      come(between);
      rooms.forEach(this::live);
      runUntil(end);
      beCalm();
      runUntil(time.nanos() + CALM.toNanos());
      checkAll();
      users.stream().filter(SimulatedUser::isMember).forEach(SimulatedUser::leave);
      runUntil(time.nanos() + CALM.toNanos());
      checkNothingIsLeft();
    } finally {
      log.start();
      log.close();
    }
    if (!defects.isEmpty()) {
      throw new Violation(defects.size() + " defects; the first: " + defects.getFirst());
    }
    return figures();
  }

  /** Whether the directory has a user as a member, who can come back with its token. */
  boolean knows(SimulatedUser user) {
    String roomKey = DirectoryJson.key(user.room().name);
    Optional<Entry> room = hub.entry(Bucket.ROOMS, roomKey);
    Optional<Entry> entry = hub.entry(Bucket.MEMBERS, DirectoryJson.key(roomKey, user.memberId()));
    if (entry.isEmpty() || room.filter(there -> entryOf(there).state().isPresent()).isEmpty()) {
      return false;
    }
    try {
      MemberState there = DirectoryJson.member(entry.get().value()).state();
      TokenHash token = TokenHash.of(user.token());
      return there.token().equals(token)
          || there.earlier().stream().anyMatch(earlier -> earlier.token().equals(token));
    } catch (IOException e) {
      throw new IllegalStateException("what we have written", e);
    }
  }

  /** Whether a user has a home that could have written that down. */
  boolean couldKnow(SimulatedUser user) {
    return Arrays.stream(nodes)
        .filter(node -> node.connectedNanos() > 2 * BACK.toNanos())
        .anyMatch(
            node ->
                node.member(user.room().name, user.name())
                    .filter(member -> member.tokenHash().equals(TokenHash.of(user.token())))
                    .map(Member::room)
                    .filter(room -> !room.isGuest() && node.decides(room))
                    .isPresent());
  }

  /** How many nodes have heard subjects of rooms' own at one time, at most. */
  long mostSubjects() {
    return mostSubjects;
  }

  /** What was seen; the same for the same seed. */
  String figures() {
    return "nodes %d, users %d of whom %d excused, admissions %d, lines delivered %d, messages between nodes %d, events %d, rooms with a subject %d at most, faults %s, trace %016x"
        .formatted(
            nodes.length,
            started,
            users.stream().filter(SimulatedUser::isExcused).count(),
            admissions,
            deliveries,
            hub.messages(),
            time.events(),
            mostSubjects,
            faults,
            trace);
  }

  private void come(long between) {
    if (started < users.size()) {
      users.get(started).start();
      started++;
      time.later(random.nextLong(2 * between), () -> come(between));
    }
  }

  private void start(int place) {
    nodes[place] =
        new SimulatedNode(
            "place" + place + "-" + time.nanos(), time, hub, random.split(), log, this::toUser);
  }

  private void fault() {
    if (calm) {
      return;
    }
    int place = random.nextInt(nodes.length);
    SimulatedNode node = nodes[place];
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4 -> {
        if (isSpare(node)) {
          count("kill", node);
          node.kill();
          restart(place);
        }
      }
      case 5, 6 -> {
        if (isSpare(node)) {
          count("stop", node);
          node.stop();
          restart(place);
        }
      }
      case 7, 8, 9, 10 -> {
        if (node.isUp()) {
          count("pause", node);
          node.pause();
          boolean lost = random.nextBoolean();
          time.later(
              Duration.ofMillis(random(100, 12_000)),
              () -> {
                if (!node.isRunning()) {
                  tell("goes on " + node.name());
                  node.goOn(lost);
                }
              });
        }
      }
      case 11, 12, 13, 14, 15 -> {
        int longest = random.nextInt(5) == 0 ? 45_000 : 20_000;
        Duration length = Duration.ofMillis(random(500, longest));
        for (int i = random.nextInt(3); i >= 0; i--) {
          SimulatedNode cut = nodes[random.nextInt(nodes.length)];
          if (cut.isUp() && cut.cutOffNanos() == 0) {
            count("cut off", cut);
            cut.cutOff(true);
            time.later(
                length,
                () -> {
                  tell("reaches others again " + cut.name());
                  cut.cutOff(false);
                });
          }
        }
      }
      case 16 -> {
        if (random.nextBoolean()) {
          cutAllOff();
        } else {
          loseLeader();
        }
      }
      default -> {
        count("disturb");
        hub.disturb(Duration.ofMillis(random(1, 50)), random.nextDouble() * 0.05);
        clientLoss = random.nextDouble() * 0.03;
      }
    }
    time.later(random(0, 2 * BETWEEN_FAULTS.toNanos() / nodes.length), this::fault);
  }

  private void cutAllOff() {
    count("all cut off");
    for (SimulatedNode each : nodes) {
      if (!each.isGone() && each.cutOffNanos() == 0) {
        each.cutOff(true);
      }
    }
    time.later(
        Duration.ofMillis(random(500, 20_000)),
        () -> {
          tell("all reach each other again");
          for (SimulatedNode each : nodes) {
            if (each.cutOffNanos() > 0) {
              each.cutOff(false);
            }
          }
        });
  }

  private void loseLeader() {
    if (hub.ledNanos() >= 0) {
      count("no leader");
      beLeaderless(true);
      time.later(Duration.ofMillis(random(500, 9_000)), () -> beLeaderless(false));
    }
  }

  private void beLeaderless(boolean now) {
    tell("leaderless " + now);
    hub.beLeaderless(now);
  }

  private void count(String fault, SimulatedNode... concerned) {
    if (TOLD.isPresent()) {
      tell(fault + " " + Arrays.stream(concerned).map(SimulatedNode::name).toList());
    }
    faults.merge(fault, 1, Integer::sum);
  }

  /** Whether so many others are there that one can be done without. */
  private boolean isSpare(SimulatedNode node) {
    int up = 0;
    for (SimulatedNode each : nodes) {
      up += each.isUp() ? 1 : 0;
    }
    return node.isUp() && up > nodes.length * 2 / 3;
  }

  private void restart(int place) {
    SimulatedNode before = nodes[place];
    time.later(
        Duration.ofSeconds(random(3, 40)),
        () -> {
          if (nodes[place] == before) {
            start(place);
          }
        });
  }

  private void beCalm() {
    calm = true;
    beLeaderless(false);
    clientLoss = 0;
    hub.disturb(Duration.ofMillis(5), 0);
    for (int i = 0; i < nodes.length; i++) {
      SimulatedNode node = nodes[i];
      if (node.isGone()) {
        start(i);
      } else {
        if (!node.isRunning()) {
          node.goOn(false);
        }
        node.cutOff(false);
      }
    }
  }

  /** What hosts do. */
  private void live(SimulatedRoom room) {
    time.later(
        Duration.ofMillis(random(1000, 60_000)),
        () -> {
          if (!calm) {
            room.host
                .filter(SimulatedUser::isLive)
                .filter(host -> host.node().cutOffNanos() == 0)
                .ifPresent(host -> host(room, host));
            live(room);
          }
        });
  }

  private void host(SimulatedRoom room, SimulatedUser host) {
    List<SimulatedUser> others =
        room.users.stream().filter(user -> user.isLive() && user != host).toList();
    Username target =
        others.isEmpty()
            ? new Username("nobody")
            : new Username(others.get(random.nextInt(others.size())).name());
    SimulatedUser other = room.names.get(target.value());
    switch (random.nextInt(4)) {
      case 0 -> {
        if (time.nanos() < room.topicAskedUntil) {
          return;
        }
        room.topicAskedUntil = time.nanos() + REQUEST_PATIENCE.toNanos();
        String topic = "topic " + time.nanos();
        room.topic = Optional.empty();
        host.request(
            new Request.Topic(room.name, host.token(), Optional.of(new RoomTopic(topic))),
            reply -> {
              if (reply instanceof Reply.Topic) {
                room.topicAskedUntil = time.nanos();
              }
              if (reply instanceof Reply.Topic
                  && room.host.equals(Optional.of(host))
                  && host.isSure()) {
                room.topic = Optional.of(topic);
              }
            });
      }
      case 1 -> {
        if (other != null && other.plan() != SimulatedUser.Plan.STAY) {
          other.vanish();
          host.request(new Request.Kick(room.name, host.token(), target), reply -> {});
        }
      }
      case 2 -> {
        if (other != null && other.plan() != SimulatedUser.Plan.STAY) {
          other.vanish();
          host.request(
              new Request.Ban(room.name, host.token(), target),
              reply -> {
                if (reply instanceof Reply.Done
                    && room.host.equals(Optional.of(host))
                    && host.isSure()) {
                  room.banned.add(target.key());
                }
              });
        }
      }
      default -> {
        if (other != null && other.plan() == SimulatedUser.Plan.STAY) {
          room.host = Optional.empty();
          host.request(
              new Request.Host(room.name, host.token(), target),
              reply -> {
                if (reply instanceof Reply.Done && host.isSure() && other.behaves(target.value())) {
                  room.host = Optional.of(other);
                }
              });
        }
      }
    }
  }

  // What must be.

  /** What must be at every moment. */
  private void look() {
    Map<Object, SimulatedNode> homes = new HashMap<>();
    for (SimulatedNode node : nodes) {
      if (node.isBack()) {
        for (Room room : node.rooms().rooms()) {
          if (node.decides(room)) {
            SimulatedNode other = homes.put(room.name(), node);
            if (other != null) {
              fail(room.name() + " has two homes: " + node.name() + " and " + other.name());
            }
          }
        }
      }
    }
    boolean canDecide = Arrays.stream(nodes).anyMatch(SimulatedNode::isBack);
    for (SimulatedNode node : nodes) {
      node.passed(LOOK, canDecide);
    }
    for (int i = 0; i < started; i++) {
      users.get(i).look();
    }
    long subjects = 0;
    for (SimulatedNode node : nodes) {
      subjects += node.roomSubjects();
    }
    mostSubjects = Math.max(mostSubjects, subjects);
    time.later(LOOK, this::look);
  }

  /** Whether each room of the directory has a home, or gets one in time. */
  private void lookForHomes() {
    if (Arrays.stream(nodes).filter(SimulatedNode::isBack).count() < nodes.length / 2) {
      homeless.clear();
    }
    Map<String, SimulatedNode> connected = new HashMap<>();
    for (SimulatedNode node : nodes) {
      if (node.connectedNanos() >= 0) {
        connected.put(node.name(), node);
      }
    }
    Map<String, Homeless> now = new HashMap<>();
    for (Entry entry : hub.entries(Bucket.ROOMS)) {
      RoomName name = DirectoryJson.name(entry.key());
      Optional<SimulatedNode> home = Optional.ofNullable(connected.get(entryOf(entry).home()));
      if (home.filter(node -> node.rooms().room(name).filter(node::decides).isPresent())
          .isEmpty()) {
        Homeless before = homeless.get(entry.key());
        boolean isSame = before != null && before.revision() == entry.revision();
        now.put(entry.key(), isSame ? before : new Homeless(entry.revision(), time.nanos()));
        if (isSame && time.nanos() - before.since() > HOMELESS.toNanos()) {
          fail(name + " has no home, and gets none: " + entry.value());
        }
      }
    }
    homeless = now;
    time.later(LOOK_FOR_HOMES, this::lookForHomes);
  }

  private static RoomEntry entryOf(Entry entry) {
    try {
      return DirectoryJson.room(entry.value());
    } catch (IOException e) {
      throw new IllegalStateException("what we have written", e);
    }
  }

  private void checkAll() {
    Map<String, SimulatedNode> homes = new HashMap<>();
    for (SimulatedNode node : nodes) {
      for (Room room : node.rooms().rooms()) {
        if (homes.put(DirectoryJson.key(room.name()), node) != null) {
          fail(room.name() + " has two homes in the end");
        }
        checkRoom(node, room);
      }
    }
    for (SimulatedNode node : nodes) {
      for (Room room : node.rooms().guests().rooms()) {
        if (!homes.containsKey(DirectoryJson.key(room.name()))) {
          fail(room.name() + " has guests at " + node.name() + " and no home");
        }
      }
    }
    checkDirectory(homes);
    for (SimulatedRoom room : rooms) {
      checkUsers(room, homes.get(DirectoryJson.key(room.name)));
      room.disorder().ifPresent(this::fail);
    }
  }

  /** Who is in a room by its home's reckoning, and by that of the nodes where they are. */
  private void checkRoom(SimulatedNode home, Room room) {
    Map<String, Set<Long>> edges = new HashMap<>();
    Set<String> keys = new HashSet<>();
    for (Member member : room.members()) {
      if (!keys.add(member.username().key())) {
        fail(room.name() + " has two members of the name " + member.username());
      }
      if (member.isElsewhere()) {
        edges.computeIfAbsent(member.edge(), edge -> new HashSet<>()).add(member.id());
      }
    }
    for (SimulatedNode node : nodes) {
      Set<Long> guests = new HashSet<>();
      node.rooms()
          .guests()
          .room(room.name())
          .ifPresent(there -> there.members().forEach(guest -> guests.add(guest.id())));
      Set<Long> expected = edges.getOrDefault(node.name(), Set.of());
      if (!guests.equals(expected)) {
        fail(
            "%s of %s has at %s the guests %s, and by its home's reckoning %s"
                .formatted(room.name(), home.name(), node.name(), guests, expected));
      }
      edges.remove(node.name());
    }
    if (!edges.isEmpty()) {
      fail(room.name() + " has members at nodes that are no more: " + edges);
    }
  }

  private void checkDirectory(Map<String, SimulatedNode> homes) {
    Map<String, SimulatedNode> missing = new HashMap<>(homes);
    Map<String, RoomEntry> entries = new HashMap<>();
    try {
      for (Entry entry : hub.entries(Bucket.ROOMS)) {
        RoomEntry room = DirectoryJson.room(entry.value());
        entries.put(entry.key(), room);
        SimulatedNode home = missing.remove(entry.key());
        if (home == null || !home.name().equals(room.home()) || room.state().isEmpty()) {
          fail(
              "the directory has %s at %s, it is at %s"
                  .formatted(
                      DirectoryJson.name(entry.key()),
                      room.home(),
                      home == null ? "none" : home.name()));
        }
      }
      if (!missing.isEmpty()) {
        fail("the directory has no " + missing.keySet());
      }
      Map<String, Member> members = new HashMap<>();
      homes.forEach(
          (key, node) ->
              node.rooms()
                  .room(DirectoryJson.name(key))
                  .orElseThrow()
                  .members()
                  .forEach(member -> members.put(DirectoryJson.key(key, member.id()), member)));
      for (Entry entry : hub.entries(Bucket.MEMBERS)) {
        MemberEntry there = DirectoryJson.member(entry.value());
        Member member = members.remove(entry.key());
        if (member == null
            || !there.state().username().equals(member.username())
            || !(member.edge() == null || there.state().edge().equals(Optional.of(member.edge())))
            || !there.state().token().equals(member.tokenHash())) {
          fail(
              "the directory has in %s %s, who is %s there"
                  .formatted(
                      DirectoryJson.name(DirectoryJson.roomOf(entry.key())),
                      there,
                      member == null ? "not" : "another: " + member.state(time.nanos())));
        }
      }
      if (!members.isEmpty()) {
        fail("the directory does not have the members " + members.keySet());
      }
    } catch (IOException e) {
      throw new IllegalStateException("what we have written", e);
    }
    for (SimulatedRoom room : rooms) {
      Optional.ofNullable(entries.get(DirectoryJson.key(room.name)))
          .flatMap(RoomEntry::state)
          .ifPresent(
              state -> {
                room.topic.ifPresent(
                    topic -> {
                      if (!state.topic().text().equals(topic)) {
                        fail(room.name + " has the topic " + state.topic() + ", not " + topic);
                      }
                    });
                Set<String> bans = new HashSet<>();
                state.bans().forEach(ban -> bans.add(ban.key()));
                if (!bans.containsAll(room.banned)) {
                  fail(room.name + " has the bans " + bans + ", not " + room.banned);
                }
                if (state.password().isPresent() != room.password.isPresent()
                    || state.stays() != room.stays) {
                  fail(room.name + " is not what it was made: " + state);
                }
              });
    }
  }

  /** Whether all are members of a room who believe it, and nobody else. */
  private void checkUsers(SimulatedRoom room, SimulatedNode home) {
    Map<String, Member> members = new HashMap<>();
    if (home != null) {
      Room there = home.rooms().room(room.name).orElseThrow();
      there.members().forEach(member -> members.put(member.username().value(), member));
      room.host
          .filter(host -> host.behaves(host.name()) && host.plan() == SimulatedUser.Plan.STAY)
          .ifPresent(
              host -> {
                if (!there.host().username().value().equals(host.name())) {
                  fail(room.name + " has the host " + there.host().username() + ", not " + host);
                }
              });
    }
    for (SimulatedUser user : room.users) {
      Member member = members.remove(user.name());
      if (user.isMember()) {
        if (user.isExcused()) {
          continue;
        }
        if (member == null) {
          fail(user + " is no member of its room in the end");
        }
        if (member.id() != user.memberId()) {
          fail(user + " is " + member.id() + " in the end, and was " + user.memberId());
        }
        if (!user.isLive()) {
          fail(user + " has no session in the end");
        }
      } else if (member != null) {
        fail(user + " is a member in the end, and has gone");
      }
    }
    if (!members.isEmpty()) {
      fail(room.name + " has members in the end whom nobody is: " + members.keySet());
    }
  }

  private void checkNothingIsLeft() {
    for (SimulatedNode node : nodes) {
      if (node.size() > 0 || node.roomSubjects() > 0) {
        fail(node.name() + " keeps " + node.size() + " and hears " + node.roomSubjects());
      }
    }
    for (Bucket bucket : List.of(Bucket.ROOMS, Bucket.MEMBERS)) {
      if (!hub.entries(bucket).isEmpty()) {
        fail("the directory keeps " + hub.entries(bucket));
      }
    }
    if (!byAddress.isEmpty()) {
      fail("there are users left: " + byAddress.values());
    }
  }
}
