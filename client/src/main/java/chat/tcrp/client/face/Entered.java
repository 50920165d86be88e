package chat.tcrp.client.face;

import chat.tcrp.client.session.Conversation;
import chat.tcrp.client.session.SessionEvent;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A room that has been entered, or the lobby.
 *
 * @param place where it is, and as whom one is there
 * @param wording what is said of what happens in it
 * @param conversation whom to talk to
 * @param shown what shows what happens in it; until it is known, events wait
 */
public record Entered(
    Place place,
    Wording wording,
    Conversation conversation,
    CompletableFuture<Consumer<SessionEvent>> shown) {}
