/** Chat server. */
@SuppressWarnings("requires-automatic") // the image holds it with a descriptor of its own
module chat.tcrp.server {
  requires chat.tcrp.protocol;
  requires com.fasterxml.jackson.core;
  requires info.picocli;
  requires io.nats.jnats;
  requires jdk.httpserver;
  requires jdk.jfr;

  provides java.lang.System.LoggerFinder with
      chat.tcrp.server.base.LogLines;

  opens chat.tcrp.server to
      info.picocli;
  opens chat.tcrp.server.top to
      info.picocli;
}
