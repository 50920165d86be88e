package chat.tcrp.server.rooms;

/** Hears which sealed sessions there are, by the ids that their datagrams carry. */
public interface SealedIds {
  /** For rooms whose sessions nobody else has to know. */
  SealedIds UNHEARD =
      new SealedIds() {
        @Override
        public void began(long sessionId) {}

        @Override
        public void ended(long sessionId) {}
      };

  /** A session begins. */
  void began(long sessionId);

  /** A session has ended. */
  void ended(long sessionId);
}
