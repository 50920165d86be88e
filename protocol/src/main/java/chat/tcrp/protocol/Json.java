package chat.tcrp.protocol;

import chat.tcrp.protocol.ProtocolException.Reason;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The JSON payloads of requests, and what it takes to read and write others: read strictly: UTF-8,
 * one value, no duplicate keys, bounded depth and lengths; unknown keys are skipped, and null means
 * the same as an absent key.
 */
final class Json {
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          // The table of names outlives a parser: strangers would fill it with names of 4 KiB each.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          // Two escapes of 6 bytes each would stand for a character of 4 bytes.
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  // What fits into a request is not too long to be skipped.
                  .maxStringLength(Tcrp.MAX_REQUEST_PAYLOAD)
                  .maxNameLength(Tcrp.MAX_REQUEST_PAYLOAD)
                  .maxNumberLength(Tcrp.MAX_REQUEST_PAYLOAD)
                  .maxDocumentLength(Tcrp.MAX_REPLY_PAYLOAD)
                  .build())
          .build();

  private Json() {}

  /** The payload of a request of the host about somebody: kick, ban, unban, host. */
  record HostRequest(Token token, Username username) {}

  /** The payload of a request that may have a text: topic, away. */
  record TextRequest(Token token, Optional<String> text) {}

  static Credentials readCredentials(byte[] payload) throws ProtocolException {
    return read(
        payload,
        json -> {
          Optional<String> username = Optional.empty();
          Optional<String> alias = Optional.empty();
          Optional<String> password = Optional.empty();
          Optional<String> token = Optional.empty();
          boolean batch = false;
          boolean backlog = false;
          OptionalLong since = OptionalLong.empty();
          boolean history = false;
          boolean sealed = false;
          boolean stay = false;
          enterObject(json);
          for (String key; (key = nextKey(json)) != null; ) {
            switch (key) {
              case "username" -> username = string(json, key);
              case "user_name" -> alias = string(json, key);
              case "password" -> password = string(json, key);
              case "token" -> token = string(json, key);
              case "batch" -> batch = bool(json, key);
              case "backlog" -> backlog = bool(json, key);
              case "since" -> since = number(json, key);
              case "history" -> history = bool(json, key);
              case "sealed" -> sealed = bool(json, key);
              case "stay" -> stay = bool(json, key);
              default -> json.skipChildren();
            }
          }
          return new Credentials(
              Username.ofReceived((username.isPresent() ? username : alias).orElse("")),
              password(password.orElse("")),
              token.flatMap(Token::ofText),
              batch,
              backlog || since.isPresent() ? Optional.of(since.orElse(0)) : Optional.empty(),
              history,
              sealed,
              stay);
        });
  }

  static byte[] writeCredentials(Credentials credentials) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeStringField("username", credentials.username().value());
          if (credentials.password().isPresent()) {
            json.writeStringField("password", credentials.password().get().value());
          }
          Optional<String> token = credentials.token().flatMap(Token::text);
          if (token.isPresent()) {
            json.writeStringField("token", token.get());
          }
          if (credentials.batch()) {
            json.writeBooleanField("batch", true);
          }
          if (credentials.since().isPresent()) {
            json.writeNumberField("since", credentials.since().get());
          }
          if (credentials.history()) {
            json.writeBooleanField("history", true);
          }
          if (credentials.sealed()) {
            json.writeBooleanField("sealed", true);
          }
          if (credentials.stay()) {
            json.writeBooleanField("stay", true);
          }
          json.writeEndObject();
        });
  }

  static HostRequest readHostRequest(byte[] payload) throws ProtocolException {
    return read(
        payload,
        json -> {
          Optional<String> token = Optional.empty();
          Optional<String> username = Optional.empty();
          enterObject(json);
          for (String key; (key = nextKey(json)) != null; ) {
            switch (key) {
              case "token" -> token = string(json, key);
              case "username" -> username = string(json, key);
              default -> json.skipChildren();
            }
          }
          return new HostRequest(token(token), Username.ofReceived(username.orElse("")));
        });
  }

  private static Token token(Optional<String> text) throws ProtocolException {
    return text.flatMap(Token::ofText)
        .orElseThrow(() -> new ProtocolException(Reason.INVALID_TOKEN, "\"token\" is missing"));
  }

  static TextRequest readTextRequest(byte[] payload, String textKey) throws ProtocolException {
    return read(
        payload,
        json -> {
          Optional<String> token = Optional.empty();
          Optional<String> text = Optional.empty();
          enterObject(json);
          for (String key; (key = nextKey(json)) != null; ) {
            if (key.equals("token")) {
              token = string(json, key);
            } else if (key.equals(textKey)) {
              text = string(json, key);
            } else {
              json.skipChildren();
            }
          }
          return new TextRequest(token(token), text);
        });
  }

  static byte[] writeTextRequest(Token token, String textKey, Optional<String> text) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeStringField("token", token.text().orElse(""));
          if (text.isPresent()) {
            json.writeStringField(textKey, text.get());
          }
          json.writeEndObject();
        });
  }

  /** A text whose escapes may have made half surrogate pairs, which nobody could write again. */
  static String valid(String text) {
    return new String(Utf8.encodeReplacing(text), StandardCharsets.UTF_8);
  }

  static byte[] writeHostRequest(Token token, Username username) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeStringField("token", token.text().orElse(""));
          json.writeStringField("username", username.value());
          json.writeEndObject();
        });
  }

  @FunctionalInterface
  interface Reader<T> {
    T read(JsonParser json) throws IOException, ProtocolException;
  }

  @FunctionalInterface
  interface Writer {
    void write(JsonGenerator json) throws IOException;
  }

  static <T> T read(byte[] payload, Reader<T> reader) throws ProtocolException {
    // Jackson would guess UTF-16 and UTF-32 from the first bytes, and lets some invalid UTF-8 pass.
    String text = Utf8.decode(payload).orElseThrow(() -> malformed("the JSON is not valid UTF-8"));
    try (JsonParser json = FACTORY.createParser(text)) {
      T value = reader.read(json);
      if (json.nextToken() != null) {
        throw malformed("there is more after the JSON value");
      }
      return value;
    } catch (IOException e) {
      // The parser's own message may quote the input, a password among it.
      throw malformed("the JSON is broken or over a limit");
    }
  }

  static <T> List<T> readArray(byte[] payload, Reader<T> element) throws ProtocolException {
    return read(
        payload,
        json -> {
          List<T> elements = new ArrayList<>();
          if (json.nextToken() != JsonToken.START_ARRAY) {
            throw malformed("the JSON is not an array");
          }
          while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
              throw malformed("an element of the JSON array is not an object");
            }
            elements.add(element.read(json));
          }
          return List.copyOf(elements);
        });
  }

  static byte[] write(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      writer.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing JSON to memory", e);
    }
    return bytes.toByteArray();
  }

  static void enterObject(JsonParser json) throws IOException, ProtocolException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw malformed("the JSON is not an object");
    }
  }

  /** Moves to the next key and on to its value; null at the end of the object. */
  static String nextKey(JsonParser json) throws IOException {
    String key = json.nextFieldName();
    if (key != null) {
      json.nextToken();
    }
    return key;
  }

  static Optional<String> string(JsonParser json, String key)
      throws IOException, ProtocolException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> Optional.of(json.getText());
      case VALUE_NULL -> Optional.empty();
      default -> throw malformed("\"" + key + "\" is not a string");
    };
  }

  private static Optional<Password> password(String text) throws ProtocolException {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Password(text));
    } catch (IllegalArgumentException e) {
      throw malformed(e.getMessage());
    }
  }

  static boolean bool(JsonParser json, String key) throws ProtocolException {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      default -> throw malformed("\"" + key + "\" is not true or false");
    };
  }

  static int integer(JsonParser json, String key) throws IOException, ProtocolException {
    return switch (json.currentToken()) {
      case VALUE_NUMBER_INT -> json.getIntValue();
      case VALUE_NULL -> 0;
      default -> throw malformed("\"" + key + "\" is not a whole number");
    };
  }

  /** A count that is never negative: of lines, of seconds. */
  static OptionalLong number(JsonParser json, String key) throws IOException, ProtocolException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return OptionalLong.empty();
    }
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
        || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        || json.getLongValue() < 0) {
      throw malformed("\"" + key + "\" is not a whole number from 0 on");
    }
    return OptionalLong.of(json.getLongValue());
  }

  static ProtocolException malformed(String message) {
    return new ProtocolException(Reason.MALFORMED_PAYLOAD, message);
  }
}
