package chat.tcrp.server.net;

import chat.tcrp.protocol.RoomName;
import chat.tcrp.protocol.SealedDatagram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of several relay loops a room belongs to: a hash of its name. Linux is given the same rule
 * as a packet filter program (classic BPF) over the sockets that share the port, so that a room's
 * datagrams arrive where the room is, and all its members see one order without any lock.
 *
 * <p>A sealed datagram does not say which room it is for. Its session's id decides where it
 * arrives, so that those of one session arrive at one place and are not reordered on their way from
 * there to the loop that has the room.
 */
public final class Steering {
  private static final int FACTOR = 31;

  // Classic BPF, see linux/filter.h: what an instruction does, and where its operand comes from.
  private static final int LOAD_BYTE = 0x30;
  private static final int LOAD_WORD = 0x20;
  private static final int LOAD_MEMORY = 0x60;
  private static final int STORE = 0x02;
  private static final int LOAD_CONSTANT = 0x00;
  private static final int TO_X = 0x07;
  private static final int MULTIPLY = 0x24;
  private static final int ADD_X = 0x0c;
  private static final int MODULO = 0x94;
  private static final int JUMP_IF_GREATER = 0x25;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int RETURN = 0x16;

  private static final int SIZE_CELL = 0;
  private static final int HASH_CELL = 1;
  private static final int INSTRUCTION_BYTES = 8;

  private record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

  private Steering() {}

  /** The loop of a room, 0 to loops - 1. */
  public static int loopOf(byte[] roomName, int loops) {
    int hash = 0;
    for (byte b : roomName) {
      hash = hash * FACTOR + (b & 0xff);
    }
    return Integer.remainderUnsigned(hash, loops);
  }

  /** The same for Linux, as a {@code struct sock_fprog}. */
  static MemorySegment program(Arena arena, int loops) {
    List<Instruction> program = instructions(loops);
    MemorySegment code = arena.allocate((long) program.size() * INSTRUCTION_BYTES, Long.BYTES);
    for (int i = 0; i < program.size(); i++) {
      Instruction instruction = program.get(i);
      long at = (long) i * INSTRUCTION_BYTES;
      code.set(ValueLayout.JAVA_SHORT, at, (short) instruction.code());
      code.set(ValueLayout.JAVA_BYTE, at + 2, (byte) instruction.ifTrue());
      code.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction.ifFalse());
      code.set(ValueLayout.JAVA_INT, at + 4, instruction.operand());
    }
    MemorySegment header = arena.allocate(2 * ValueLayout.ADDRESS.byteSize(), Long.BYTES);
    header.set(ValueLayout.JAVA_SHORT, 0, (short) program.size());
    header.set(ValueLayout.ADDRESS, ValueLayout.ADDRESS.byteSize(), code);
    return header;
  }

  /** The loop over the name's bytes, unrolled, since such a program cannot jump back. */
  private static List<Instruction> instructions(int loops) {
    List<Instruction> program = new ArrayList<>();
    program.add(new Instruction(LOAD_BYTE, 0, 0, 0));
    program.add(new Instruction(JUMP_IF_EQUAL, 0, 3, SealedDatagram.MARK & 0xff));
    program.add(new Instruction(LOAD_WORD, 0, 0, SealedDatagram.SESSION_AT));
    program.add(new Instruction(MODULO, 0, 0, loops));
    program.add(new Instruction(RETURN, 0, 0, 0));
    program.add(new Instruction(STORE, 0, 0, SIZE_CELL));
    program.add(new Instruction(LOAD_CONSTANT, 0, 0, 0));
    program.add(new Instruction(STORE, 0, 0, HASH_CELL));
    int stepInstructions = 8;
    for (int i = 0; i < RoomName.MAX_BYTES; i++) {
      int toEnd = (RoomName.MAX_BYTES - i) * stepInstructions - 2;
      program.add(new Instruction(LOAD_MEMORY, 0, 0, SIZE_CELL));
      program.add(new Instruction(JUMP_IF_GREATER, 0, toEnd, i));
      program.add(new Instruction(LOAD_BYTE, 0, 0, 2 + i));
      program.add(new Instruction(TO_X, 0, 0, 0));
      program.add(new Instruction(LOAD_MEMORY, 0, 0, HASH_CELL));
      program.add(new Instruction(MULTIPLY, 0, 0, FACTOR));
      program.add(new Instruction(ADD_X, 0, 0, 0));
      program.add(new Instruction(STORE, 0, 0, HASH_CELL));
    }
    program.add(new Instruction(LOAD_MEMORY, 0, 0, HASH_CELL));
    program.add(new Instruction(MODULO, 0, 0, loops));
    program.add(new Instruction(RETURN, 0, 0, 0));
    return program;
  }
}
