package chat.tcrp.client.face;

import chat.tcrp.client.session.Conversation;
import java.util.Collection;
import java.util.List;

/** Leaves several rooms in the time that one takes. */
public final class Leaving {
  private Leaving() {}

  /** Returns when all are left. */
  public static void all(Collection<? extends Conversation> conversations) {
    List<Thread> threads =
        conversations.stream()
            .map(each -> Thread.ofVirtual().name("leaving").start(each::close))
            .toList();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
