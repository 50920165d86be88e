package chat.tcrp.client.face;

import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.ServerAddress;
import chat.tcrp.client.session.SessionEvent;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A face that shows all there is, and what it shows and sends is written to a file besides. */
public final class LoggedFace implements Face {
  private final Face face;
  private final LogFile.Opened file;
  private final Clock clock;
  private final Consumer<String> news;
  private final List<ConversationLog> logs = new CopyOnWriteArrayList<>();

  /**
   * Writes what a face shows.
   *
   * @param file is closed with the face
   * @param news is told what becomes of the file
   */
  public LoggedFace(Face face, LogFile.Opened file, Clock clock, Consumer<String> news) {
    this.face = face;
    this.file = file;
    this.clock = clock;
    this.news = news;
  }

  @Override
  public int chat(List<Entered> rooms) {
    return face.chat(rooms.stream().map(room -> logged(room, rooms.size() > 1)).toList());
  }

  private Entered logged(Entered room, boolean isOneOfSeveral) {
    String label = isOneOfSeveral ? "[" + Safe.text(room.place().name()) + "] " : "";
    ConversationLog log =
        new ConversationLog(room.place(), room.conversation().server(), clock, news, () -> label);
    try {
      log.begin(logs.isEmpty() ? file : LogFile.again(file));
    } catch (IOException e) {
      news.accept(e.getMessage());
    }
    logs.add(log);
    CompletableFuture<Consumer<SessionEvent>> shown = new CompletableFuture<>();
    // It cannot fail: it only hands on.
    var _ = shown.thenAccept(show -> room.shown().complete(event -> show(event, log, show)));
    return new Entered(
        room.place(),
        room.wording(),
        new Logged(room.conversation(), log, room.place().username().value()),
        shown);
  }

  private static void show(SessionEvent event, ConversationLog log, Consumer<SessionEvent> show) {
    switch (event) {
      case SessionEvent.Message(String from, String text) -> log.message(from, text);
      case SessionEvent.Private(String from, String text) -> log.privateMessage(from, "you", text);
      case SessionEvent.Notice(String text) -> log.notice(text);
      default -> {}
    }
    show.accept(event);
  }

  @Override
  public void close() {
    face.close();
    logs.forEach(ConversationLog::end);
  }

  /** Writes what is sent: what is sent again after a loss is written again. */
  private static final class Logged implements Conversation {
    private final Conversation conversation;
    private final ConversationLog log;
    private final String ownName;

    Logged(Conversation conversation, ConversationLog log, String ownName) {
      this.conversation = conversation;
      this.log = log;
      this.ownName = ownName;
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
    public ServerAddress server() {
      return conversation.server();
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
