/** Chat client. */
module chat.tcrp.client {
  requires chat.tcrp.protocol;
  requires info.picocli;
  requires org.jline.reader;
  requires org.jline.terminal;

  opens chat.tcrp.client to
      info.picocli;
}
