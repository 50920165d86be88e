package chat.tcrp.server;

import chat.tcrp.server.base.EventLog;
import chat.tcrp.server.relay.RoomRelays;
import chat.tcrp.server.rooms.RoomState;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The file by which a server that stops leaves its rooms to the one that takes its place. It is for
 * its owner only, there either whole or not at all, and gone when it has been read; whatever is
 * wrong with it, the server starts.
 */
final class Handover {
  /** Whoever was in a room so long ago has done something else since. */
  static final Duration MAX_AGE = Duration.ofMinutes(10);

  /** A server of the greatest size leaves less. */
  private static final long MAX_BYTES = 256 << 20;

  private final Path file;
  private final InstantSource clock;

  /**
   * Does nothing yet.
   *
   * @param file where; its directory must be there when the server stops
   * @param clock the one on the wall, which two processes share
   */
  Handover(Path file, InstantSource clock) {
    this.file = file.toAbsolutePath();
    this.clock = clock;
  }

  /**
   * Leaves the rooms.
   *
   * @return false when that is not possible, which the log says
   */
  boolean write(List<RoomState> rooms, EventLog log) {
    try {
      byte[] bytes = HandoverFormat.encode(new HandoverFormat.Content(clock.instant(), rooms));
      // For its owner only from the beginning, as the system makes such files.
      Path made = Files.createTempFile(file.getParent(), ".handover", null);
      try {
        try (FileChannel out = FileChannel.open(made, StandardOpenOption.WRITE)) {
          ByteBuffer left = ByteBuffer.wrap(bytes);
          while (left.hasRemaining()) {
            out.write(left);
          }
          out.force(true);
        }
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(made);
      }
      log.event(Level.INFO, "handover-written", "rooms", rooms.size(), "members", members(rooms));
      return true;
    } catch (IOException e) {
      log.event(Level.WARNING, "handover-failed", "file", file, "reason", e.toString());
      return false;
    }
  }

  private static int members(List<RoomState> rooms) {
    return rooms.stream().mapToInt(room -> room.members().size()).sum();
  }

  /** Takes the rooms over that another server has left, if it has. */
  void take(RoomRelays relays, EventLog log) {
    List<RoomState> rooms = read(log);
    if (rooms.isEmpty()) {
      return;
    }
    int taken = 0;
    int members = 0;
    for (RoomState room : rooms) {
      try {
        int entered = relays.restore(room);
        taken += entered > 0 ? 1 : 0;
        members += entered;
      } catch (RuntimeException e) {
        log.failure("handover-failed", e);
      }
    }
    log.event(
        Level.INFO,
        "handover-taken",
        "rooms",
        taken,
        "members",
        members,
        "left-out",
        members == members(rooms) ? "" : members(rooms) - members);
  }

  private List<RoomState> read(EventLog log) {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try {
      Optional<String> fault = faultOfAccess();
      if (fault.isPresent()) {
        refused(fault.get(), log);
        return List.of();
      }
      byte[] bytes = Files.readAllBytes(file);
      HandoverFormat.Content content;
      try {
        content = HandoverFormat.decode(bytes);
      } catch (IOException e) {
        Path aside = file.resolveSibling(file.getFileName() + ".bad");
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        refused(e.getMessage() + "; it is " + aside + " now", log);
        return List.of();
      }
      Files.delete(file);
      Instant now = clock.instant();
      if (Duration.between(content.written(), now).abs().compareTo(MAX_AGE) > 0) {
        refused("it was written at " + content.written() + ", too long ago; deleted", log);
        return List.of();
      }
      return content.rooms();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      refused(e.toString(), log);
      return List.of();
    }
  }

  /** Why the file must not be trusted, if there is a reason; there is none where nothing tells. */
  private Optional<String> faultOfAccess() throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return Optional.empty();
    }
    PosixFileAttributes attributes = view.readAttributes();
    if (!attributes.isRegularFile()) {
      return Optional.of("it is no file");
    }
    if (attributes.size() > MAX_BYTES) {
      return Optional.of("it is too large");
    }
    String owner = attributes.owner().getName();
    String us = ProcessHandle.current().info().user().orElse(owner);
    if (!owner.equals(us)) {
      return Optional.of("it belongs to " + owner + ", not to " + us);
    }
    if (!PosixFilePermissions.fromString("rw-------").containsAll(attributes.permissions())) {
      return Optional.of(
          "others may read or write it ("
              + PosixFilePermissions.toString(attributes.permissions())
              + "); it must be for its owner only, or be deleted");
    }
    return Optional.empty();
  }

  private void refused(String reason, EventLog log) {
    log.event(Level.WARNING, "handover-refused", "file", file, "reason", reason);
  }
}
