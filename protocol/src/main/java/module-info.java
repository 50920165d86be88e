/**
 * What both programs share: the bytes of the chat protocol, which are TCRP frames over TCP and chat
 * and lobby datagrams over UDP, and how a command line is read.
 */
@SuppressWarnings("module") // the programs are compiled after it
module chat.tcrp.protocol {
  requires com.fasterxml.jackson.core;
  requires transitive info.picocli;

  exports chat.tcrp.protocol;
  exports chat.tcrp.program to
      chat.tcrp.client,
      chat.tcrp.server;

  opens chat.tcrp.program to
      info.picocli;
}
