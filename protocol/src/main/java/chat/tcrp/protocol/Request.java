package chat.tcrp.protocol;

import java.util.Objects;
import java.util.Optional;

/** What a client asks for over TCRP: one request a connection, in a frame of state 0. */
public sealed interface Request {
  /**
   * The code that the frame carries.
   *
   * @return the operation
   */
  Operation operation();

  /**
   * Make a room and become its host.
   *
   * @param room the new room
   * @param credentials who, and the password that the room shall have
   */
  record Create(RoomName room, Credentials credentials) implements Request {
    /** Checks that nothing is missing. */
    public Create {
      Objects.requireNonNull(room, "room");
      Objects.requireNonNull(credentials, "credentials");
    }

    @Override
    public Operation operation() {
      return Operation.CREATE;
    }
  }

  /**
   * Enter a room, or take an earlier session over when the credentials have its token.
   *
   * @param room the room
   * @param credentials who, and the room's password
   */
  record Join(RoomName room, Credentials credentials) implements Request {
    /** Checks that nothing is missing. */
    public Join {
      Objects.requireNonNull(room, "room");
      Objects.requireNonNull(credentials, "credentials");
    }

    @Override
    public Operation operation() {
      return Operation.JOIN;
    }
  }

  /**
   * Give the membership up. The host's leave closes the room.
   *
   * @param room the room
   * @param token the membership's token
   */
  record Leave(RoomName room, Token token) implements Request {
    /** Checks that nothing is missing. */
    public Leave {
      Objects.requireNonNull(room, "room");
      Objects.requireNonNull(token, "token");
    }

    @Override
    public Operation operation() {
      return Operation.LEAVE;
    }
  }

  /** List the server's rooms; anyone may. */
  record Rooms() implements Request {
    @Override
    public Operation operation() {
      return Operation.ROOMS;
    }
  }

  /**
   * List a room's members; a member may.
   *
   * @param room the room
   * @param token the token of a member of it
   */
  record Members(RoomName room, Token token) implements Request {
    /** Checks that nothing is missing. */
    public Members {
      Objects.requireNonNull(room, "room");
      Objects.requireNonNull(token, "token");
    }

    @Override
    public Operation operation() {
      return Operation.MEMBERS;
    }
  }

  /**
   * Remove a member; the host may.
   *
   * @param room the room
   * @param token the host's token
   * @param username who is removed
   */
  record Kick(RoomName room, Token token, Username username) implements Request {
    /** Checks that nothing is missing. */
    public Kick {
      Objects.requireNonNull(room, "room");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(username, "username");
    }

    @Override
    public Operation operation() {
      return Operation.KICK;
    }
  }

  /**
   * Remove somebody and let nobody in under that name, or from that address, for as long as the
   * room is there; the host may.
   *
   * @param room the room
   * @param token the host's token
   * @param username who is banned, present or not
   */
  record Ban(RoomName room, Token token, Username username) implements Request {
    /** Checks that nothing is missing. */
    public Ban {
      Objects.requireNonNull(room, "room");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(username, "username");
    }

    @Override
    public Operation operation() {
      return Operation.BAN;
    }
  }

  /**
   * Take a ban back; the host may.
   *
   * @param room the room
   * @param token the host's token
   * @param username who was banned
   */
  record Unban(RoomName room, Token token, Username username) implements Request {
    /** Checks that nothing is missing. */
    public Unban {
      Objects.requireNonNull(room, "room");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(username, "username");
    }

    @Override
    public Operation operation() {
      return Operation.UNBAN;
    }
  }

  /**
   * Ask for the room's topic, as a member may, or set it, as the host may.
   *
   * @param room the room
   * @param token the token of a member of it
   * @param topic the new topic; {@link RoomTopic#isNone} removes it, empty only asks
   */
  record Topic(RoomName room, Token token, Optional<RoomTopic> topic) implements Request {
    /** Checks that nothing is missing. */
    public Topic {
      Objects.requireNonNull(room, "room");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(topic, "topic");
    }

    @Override
    public Operation operation() {
      return Operation.TOPIC;
    }
  }

  /**
   * Hand the room over to another member; the host may.
   *
   * @param room the room
   * @param token the host's token
   * @param username who is the host from then on
   */
  record Host(RoomName room, Token token, Username username) implements Request {
    /** Checks that nothing is missing. */
    public Host {
      Objects.requireNonNull(room, "room");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(username, "username");
    }

    @Override
    public Operation operation() {
      return Operation.HOST;
    }
  }

  /**
   * Say that one is away, or back; a member may.
   *
   * @param room the room
   * @param token the member's token
   * @param text what others are told; empty to be back
   */
  record Away(RoomName room, Token token, Optional<AwayText> text) implements Request {
    /** Checks that nothing is missing. */
    public Away {
      Objects.requireNonNull(room, "room");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(text, "text");
    }

    @Override
    public Operation operation() {
      return Operation.AWAY;
    }
  }
}
