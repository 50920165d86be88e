package chat.tcrp.server.net;

/**
 * The layout of what {@code recvmmsg} and {@code sendmmsg} want for each datagram.
 *
 * <pre>
 * mmsghdr, 64 bytes:  name* 0  namelen 8  iov* 16  iovlen 24  control* 32  controllen 40  flags 48  | len 56
 * iovec, 16 bytes:    base* 0  len 8
 * </pre>
 */
final class MessageHeader {
  static final int BYTES = 64;
  static final int NAME_AT = 0;
  static final int NAME_SIZE_AT = 8;
  static final int IOV_AT = 16;
  static final int IOV_COUNT_AT = 24;
  static final int CONTROL_AT = 32;
  static final int CONTROL_SIZE_AT = 40;

  /** How many bytes were received. */
  static final int RECEIVED_AT = 56;

  static final int IOVEC_BYTES = 16;
  static final int IOVEC_SIZE_AT = 8;

  private MessageHeader() {}
}
