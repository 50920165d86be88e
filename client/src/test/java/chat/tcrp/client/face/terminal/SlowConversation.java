package chat.tcrp.client.face.terminal;

import chat.tcrp.client.TestClient;
import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionEvent;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A conversation without a network, in which sending may take long. */
final class SlowConversation implements Conversation {
  final CountDownLatch isSending = new CountDownLatch(1);
  final CountDownLatch mayGoOn;
  final Queue<String> sent;
  private final CompletableFuture<SessionEvent.Ended> ended = new CompletableFuture<>();

  /** One that does not get on with the first line before it may. */
  SlowConversation() {
    mayGoOn = new CountDownLatch(1);
    sent = new ConcurrentLinkedQueue<>();
  }

  /** One that collects what is sent, and takes no time. */
  SlowConversation(Queue<String> sent) {
    mayGoOn = new CountDownLatch(0);
    this.sent = sent;
  }

  @Override
  public boolean send(String text) {
    isSending.countDown();
    sent.add(text);
    try {
      return mayGoOn.await(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public boolean live() {
    return !over();
  }

  @Override
  public ServerAddress server() {
    return ServerAddress.parse("chat.example.org");
  }

  @Override
  public boolean over() {
    return ended.isDone();
  }

  /** The room that it stands for was made by the person who types. */
  @Override
  public boolean isHost() {
    return true;
  }

  @Override
  public int losses() {
    return 0;
  }

  @Override
  public boolean flush(Duration patience) {
    return true;
  }

  @Override
  public CompletableFuture<SessionEvent.Ended> ended() {
    return ended;
  }

  @Override
  public void close() {
    ended.complete(new SessionEvent.Ended("you left", SessionEvent.Cause.LEFT));
  }
}
