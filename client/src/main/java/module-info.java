/**
 * The client: a session that survives the network, and its faces in the terminal and through a
 * pipe.
 */
module chat.tcrp.client {
  requires transitive chat.tcrp.protocol;
  requires com.fasterxml.jackson.core;
  requires info.picocli;
  requires java.logging;
  // Not for this module: the line editor hears of signals by it (Ctrl-C, a resized window), where
  // it is.
  requires jdk.unsupported;
  requires org.jline.reader;
  requires org.jline.terminal;

  // For bots in Java; everything else is the program's own.
  exports chat.tcrp.client.session;

  opens chat.tcrp.client to
      info.picocli;
}
