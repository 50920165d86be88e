package chat.tcrp.client.face;

import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.SessionEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A face that shows all there is, and what it shows and sends is written to a log besides. */
public final class LoggedFace implements Face {
  private final Face face;
  private final ConversationLog log;
  private final String ownName;

  /**
   * Writes what a face shows.
   *
   * @param log is ended with the face
   * @param ownName under which what is sent is written
   */
  public LoggedFace(Face face, ConversationLog log, String ownName) {
    this.face = face;
    this.log = log;
    this.ownName = ownName;
  }

  @Override
  public void show(SessionEvent event) {
    switch (event) {
      case SessionEvent.Message(String from, String text) -> log.message(from, text);
      case SessionEvent.Private(String from, String text) -> log.privateMessage(from, "you", text);
      case SessionEvent.Notice(String text) -> log.notice(text);
      default -> {}
    }
    face.show(event);
  }

  @Override
  public int chat(Conversation conversation) {
    return face.chat(new Logged(conversation));
  }

  @Override
  public void close() {
    face.close();
    log.end();
  }

  /** Writes what is sent: what is sent again after a loss is written again. */
  private final class Logged implements Conversation {
    private final Conversation conversation;

    Logged(Conversation conversation) {
      this.conversation = conversation;
    }

    @Override
    public boolean send(String text) {
      boolean isSent = conversation.send(text);
      if (isSent && !text.isEmpty()) {
        log.message(ownName, text);
      }
      return isSent;
    }

    @Override
    public boolean live() {
      return conversation.live();
    }

    @Override
    public boolean over() {
      return conversation.over();
    }

    @Override
    public boolean isHost() {
      return conversation.isHost();
    }

    @Override
    public int losses() {
      return conversation.losses();
    }

    @Override
    public boolean flush(Duration patience) throws InterruptedException {
      return conversation.flush(patience);
    }

    @Override
    public CompletableFuture<SessionEvent.Ended> ended() {
      return conversation.ended();
    }

    @Override
    public void close() {
      conversation.close();
    }
  }
}
