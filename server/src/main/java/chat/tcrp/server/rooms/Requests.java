package chat.tcrp.server.rooms;

import chat.tcrp.protocol.Request;
import chat.tcrp.protocol.RoomName;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Who carries requests out. */
public interface Requests {
  /**
   * Has a request carried out. From any thread.
   *
   * @return completes with what it leads to; is cancelled when the server is stopping
   */
  CompletableFuture<Reply> submit(Request request, Caller caller);

  /** The room that a request is about; empty when it is about none. */
  static Optional<RoomName> room(Request request) {
    return switch (request) {
      case Request.Create r -> Optional.of(r.room());
      case Request.Join r -> Optional.of(r.room());
      case Request.Leave r -> Optional.of(r.room());
      case Request.Members r -> Optional.of(r.room());
      case Request.Kick r -> Optional.of(r.room());
      case Request.Ban r -> Optional.of(r.room());
      case Request.Unban r -> Optional.of(r.room());
      case Request.Topic r -> Optional.of(r.room());
      case Request.Host r -> Optional.of(r.room());
      case Request.Away r -> Optional.of(r.room());
      case Request.Rooms r -> Optional.empty();
    };
  }
}
