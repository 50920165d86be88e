/** The bytes of the chat protocol: TCRP frames over TCP, chat and lobby datagrams over UDP. */
module chat.tcrp.protocol {
  requires com.fasterxml.jackson.core;

  exports chat.tcrp.protocol;
}
