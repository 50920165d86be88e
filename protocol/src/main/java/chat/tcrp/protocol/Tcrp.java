package chat.tcrp.protocol;

import chat.tcrp.protocol.ProtocolException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The codec of TCRP, the chat room protocol over TCP. Every message is one frame:
 *
 * <pre>
 *  0              1              2              3                                   32
 * +--------------+--------------+--------------+-----------------------------------+-----------+---------+
 * | RoomNameSize | Operation    | State        | OperationPayloadSize              | room name | payload |
 * | 1 byte       | 1 byte       | 1 byte       | 29 bytes, unsigned, big-endian    | UTF-8     |         |
 * +--------------+--------------+--------------+-----------------------------------+-----------+---------+
 * </pre>
 *
 * <p>The client speaks first, in state 0 ({@link Request}). The server answers in state 1 with a
 * {@link Status} of one byte and, when that is {@link Status#OK}, in state 2 with the result; then
 * it closes the connection. Source: stage 2 specification, "TCP - Chat Room Protocol".
 */
public final class Tcrp {
  private static final int OPERATION_AT = 1;
  private static final int STATE_AT = OPERATION_AT + 1;
  private static final int PAYLOAD_SIZE_AT = STATE_AT + 1;
  private static final int PAYLOAD_SIZE_BYTES = 29;

  /** The size of the header in bytes. */
  public static final int HEADER_BYTES = PAYLOAD_SIZE_AT + PAYLOAD_SIZE_BYTES;

  /**
   * The greatest payload of a request, in bytes: what this implementation reads from a client. The
   * protocol allows 2^29.
   */
  public static final int MAX_REQUEST_PAYLOAD = 4096;

  /** The greatest payload of a reply, in bytes: what this implementation reads from a server. */
  public static final int MAX_REPLY_PAYLOAD = 16 << 20;

  /** The state of a request. */
  public static final int STATE_REQUEST = 0;

  /** The state of the status that answers a request. */
  public static final int STATE_STATUS = 1;

  /** The state of the result that follows {@link Status#OK}. */
  public static final int STATE_COMPLETION = 2;

  private Tcrp() {}

  /**
   * The header of a frame, its fields as they stand on the wire.
   *
   * @param roomNameSize bytes of room name that follow, 0 to 255 (a valid name has at most 28)
   * @param operation the operation's code, 0 to 255
   * @param state the state, 0 to 255
   * @param payloadSize bytes of payload after the room name; {@link Long#MAX_VALUE} when the field
   *     holds more
   */
  public record Header(int roomNameSize, int operation, int state, long payloadSize) {
    /**
     * Reads a header. Every 32 bytes are one; whether its values are acceptable is for the frame's
     * readers to say.
     *
     * @param bytes at least {@link #HEADER_BYTES} bytes, read from the start
     * @return the header
     */
    public static Header decode(byte[] bytes) {
      long size = 0;
      for (int i = PAYLOAD_SIZE_AT; i < HEADER_BYTES; i++) {
        size = size >= 1L << 55 ? Long.MAX_VALUE : size << 8 | (bytes[i] & 0xff);
      }
      return new Header(bytes[0] & 0xff, bytes[OPERATION_AT] & 0xff, bytes[STATE_AT] & 0xff, size);
    }

    /**
     * Checks what can be known of a request before its body is read, so that nothing has to be read
     * or allocated for one that will be refused.
     *
     * @throws ProtocolException with the first rule that is broken, in this order: the operation,
     *     the state, the size of the room name, the size of the payload ({@link
     *     #MAX_REQUEST_PAYLOAD})
     */
    public void checkRequest() throws ProtocolException {
      Operation op = knownOperation(operation);
      if (state != STATE_REQUEST) {
        throw new ProtocolException(
            Reason.UNEXPECTED_STATE, "a request has state 0, this frame has " + state);
      }
      if (roomNameSize > RoomName.MAX_BYTES || (roomNameSize == 0) != (op == Operation.ROOMS)) {
        throw new ProtocolException(
            Reason.INVALID_ROOM_NAME, "a room name of " + roomNameSize + " bytes");
      }
      checkPayloadSize(MAX_REQUEST_PAYLOAD);
    }

    /**
     * Checks what can be known of a reply before its body is read.
     *
     * @throws ProtocolException when the state is neither 1 nor 2, or the payload is larger than
     *     {@link #MAX_REPLY_PAYLOAD}
     */
    public void checkReply() throws ProtocolException {
      if (state != STATE_STATUS && state != STATE_COMPLETION) {
        throw new ProtocolException(
            Reason.UNEXPECTED_STATE, "a reply has state 1 or 2, this frame has " + state);
      }
      checkPayloadSize(MAX_REPLY_PAYLOAD);
    }

    /**
     * How many bytes follow the header. Only for a header that {@link #checkRequest} or {@link
     * #checkReply} has let pass.
     *
     * @return room name and payload together, in bytes
     */
    public int bodySize() {
      return Math.toIntExact(roomNameSize + payloadSize);
    }

    private void checkPayloadSize(int limit) throws ProtocolException {
      if (payloadSize > limit) {
        throw new ProtocolException(
            Reason.PAYLOAD_TOO_LARGE, "the payload may have at most " + limit + " bytes");
      }
    }
  }

  /**
   * Writes a request.
   *
   * @param request what to ask for
   * @return the frame
   */
  public static byte[] encode(Request request) {
    return switch (request) {
      case Request.Create(RoomName room, Credentials credentials) ->
          requestFrame(room.encode(), Operation.CREATE, credentials.encode());
      case Request.Join(RoomName room, Credentials credentials) ->
          requestFrame(room.encode(), Operation.JOIN, credentials.encode());
      case Request.Leave(RoomName room, Token token) ->
          requestFrame(room.encode(), Operation.LEAVE, token.encode());
      case Request.Rooms() -> requestFrame(new byte[0], Operation.ROOMS, new byte[0]);
      case Request.Members(RoomName room, Token token) ->
          requestFrame(room.encode(), Operation.MEMBERS, token.encode());
      case Request.Kick(RoomName room, Token token, Username username) ->
          requestFrame(room.encode(), Operation.KICK, Json.writeHostRequest(token, username));
      case Request.Ban(RoomName room, Token token, Username username) ->
          requestFrame(room.encode(), Operation.BAN, Json.writeHostRequest(token, username));
      case Request.Unban(RoomName room, Token token, Username username) ->
          requestFrame(room.encode(), Operation.UNBAN, Json.writeHostRequest(token, username));
      case Request.Topic(RoomName room, Token token, Optional<RoomTopic> topic) ->
          requestFrame(
              room.encode(),
              Operation.TOPIC,
              Json.writeTextRequest(token, "topic", topic.map(RoomTopic::text)));
      case Request.Host(RoomName room, Token token, Username username) ->
          requestFrame(room.encode(), Operation.HOST, Json.writeHostRequest(token, username));
      case Request.Away(RoomName room, Token token, Optional<AwayText> text) ->
          requestFrame(
              room.encode(),
              Operation.AWAY,
              Json.writeTextRequest(token, "away", text.map(AwayText::text)));
    };
  }

  /**
   * Reads a request.
   *
   * @param header its header
   * @param body the bytes after the header, exactly {@link Header#bodySize} of them
   * @return the request
   * @throws ProtocolException with the first rule that is broken
   */
  public static Request decodeRequest(Header header, byte[] body) throws ProtocolException {
    header.checkRequest();
    byte[] payload = payload(header, body);
    Operation operation = knownOperation(header.operation());
    if (operation == Operation.ROOMS) {
      if (payload.length > 0) {
        throw new ProtocolException(Reason.TRAILING_BYTES, "this operation has no payload");
      }
      return new Request.Rooms();
    }
    RoomName room = RoomName.decode(roomName(header, body));
    return switch (operation) {
      case CREATE -> new Request.Create(room, Credentials.decode(payload));
      case JOIN -> new Request.Join(room, Credentials.decode(payload));
      case LEAVE -> new Request.Leave(room, Token.decode(payload));
      case MEMBERS -> new Request.Members(room, Token.decode(payload));
      case KICK -> {
        Json.HostRequest about = Json.readHostRequest(payload);
        yield new Request.Kick(room, about.token(), about.username());
      }
      case BAN -> {
        Json.HostRequest about = Json.readHostRequest(payload);
        yield new Request.Ban(room, about.token(), about.username());
      }
      case UNBAN -> {
        Json.HostRequest about = Json.readHostRequest(payload);
        yield new Request.Unban(room, about.token(), about.username());
      }
      case TOPIC -> {
        Json.TextRequest request = Json.readTextRequest(payload, "topic");
        yield new Request.Topic(
            room,
            request.token(),
            request.text().isPresent()
                ? Optional.of(RoomTopic.ofReceived(request.text().get()))
                : Optional.empty());
      }
      case HOST -> {
        Json.HostRequest about = Json.readHostRequest(payload);
        yield new Request.Host(room, about.token(), about.username());
      }
      case AWAY -> {
        Json.TextRequest request = Json.readTextRequest(payload, "away");
        String text = request.text().orElse("");
        yield new Request.Away(
            room,
            request.token(),
            text.isBlank() ? Optional.empty() : Optional.of(AwayText.ofReceived(text)));
      }
      case ROOMS -> throw new AssertionError(operation);
    };
  }

  /**
   * Writes the state 1 frame that answers a request.
   *
   * @param roomName the request's room name as it was received; at most 255 bytes
   * @param operation the request's operation code as it was received
   * @param status the answer
   * @return the frame
   */
  public static byte[] encodeStatus(byte[] roomName, int operation, Status status) {
    return frame(roomName, operation, STATE_STATUS, new byte[] {(byte) status.code()});
  }

  /**
   * Reads the payload of a state 1 frame.
   *
   * @param header its header
   * @param body the bytes after the header
   * @return the status
   * @throws ProtocolException when the frame is not a status, or its code is not of this protocol
   */
  public static Status decodeStatus(Header header, byte[] body) throws ProtocolException {
    byte[] payload = replyPayload(header, body, STATE_STATUS);
    if (payload.length != 1) {
      throw new ProtocolException(
          Reason.MALFORMED_PAYLOAD, "a status has 1 byte, this one has " + payload.length);
    }
    int code = payload[0] & 0xff;
    return Status.ofCode(code)
        .orElseThrow(
            () -> new ProtocolException(Reason.MALFORMED_PAYLOAD, "unknown status " + code));
  }

  /**
   * Writes the state 2 frame that completes a request.
   *
   * @param roomName the request's room name as it was received
   * @param operation the request's operation code
   * @param result the token, the JSON, or nothing, as the operation has it
   * @return the frame
   */
  public static byte[] encodeCompletion(byte[] roomName, int operation, byte[] result) {
    return frame(roomName, operation, STATE_COMPLETION, result);
  }

  /**
   * Writes the beginning of the state 2 frame that completes a request, for a result that is
   * written by itself behind it.
   *
   * @param roomName the request's room name as it was received
   * @param operation the request's operation code
   * @param resultSize the size of the result in bytes
   * @return header and room name
   */
  public static byte[] encodeCompletionHead(byte[] roomName, int operation, int resultSize) {
    return head(roomName, operation, STATE_COMPLETION, resultSize, 0).array();
  }

  /**
   * Reads the payload of a state 2 frame.
   *
   * @param header its header
   * @param body the bytes after the header
   * @return the result's bytes
   * @throws ProtocolException when the frame is not a completion
   */
  public static byte[] decodeCompletion(Header header, byte[] body) throws ProtocolException {
    return replyPayload(header, body, STATE_COMPLETION);
  }

  private static byte[] requestFrame(byte[] roomName, Operation operation, byte[] payload) {
    return frame(roomName, operation.code(), STATE_REQUEST, payload);
  }

  private static byte[] frame(byte[] roomName, int operation, int state, byte[] payload) {
    return head(roomName, operation, state, payload.length, payload.length).put(payload).array();
  }

  /** Header and room name, with space behind them. */
  private static ByteBuffer head(
      byte[] roomName, int operation, int state, int payloadSize, int space) {
    return ByteBuffer.allocate(HEADER_BYTES + roomName.length + space)
        .put((byte) roomName.length)
        .put((byte) operation)
        .put((byte) state)
        .putInt(HEADER_BYTES - Integer.BYTES, payloadSize)
        .position(HEADER_BYTES)
        .put(roomName);
  }

  private static byte[] replyPayload(Header header, byte[] body, int state)
      throws ProtocolException {
    header.checkReply();
    if (header.state() != state) {
      throw new ProtocolException(
          Reason.UNEXPECTED_STATE,
          "expected a frame of state " + state + ", got " + header.state());
    }
    return payload(header, body);
  }

  private static byte[] roomName(Header header, byte[] body) {
    return Arrays.copyOf(body, header.roomNameSize());
  }

  private static byte[] payload(Header header, byte[] body) throws ProtocolException {
    if (body.length != header.bodySize()) {
      throw new ProtocolException(
          body.length < header.bodySize() ? Reason.TRUNCATED : Reason.TRAILING_BYTES,
          "the frame announces " + header.bodySize() + " bytes and has " + body.length);
    }
    return Arrays.copyOfRange(body, header.roomNameSize(), body.length);
  }

  private static Operation knownOperation(int code) throws ProtocolException {
    return Operation.ofCode(code)
        .orElseThrow(
            () -> new ProtocolException(Reason.UNSUPPORTED_OPERATION, "unknown operation " + code));
  }
}
