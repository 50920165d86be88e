package chat.tcrp.server.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How datagrams are received and sent. */
public enum IoMode {
  /** Batched where the system has it, else by channel. */
  AUTO,
  /** By {@link java.nio.channels.DatagramChannel}, one system call a datagram; everywhere. */
  CHANNEL,
  /** By Linux's recvmmsg and sendmmsg, many datagrams a system call. */
  BATCHED;

  /** The mode that this one means on this system. */
  public IoMode resolved() {
    return this != AUTO ? this : Libc.isSupported() ? BATCHED : CHANNEL;
  }

  /**
   * Binds so many sockets to one port.
   *
   * @param address where to; with port 0 the system chooses one for all
   * @return the sockets, to be closed by the caller
   */
  public List<DatagramIo> bind(InetSocketAddress address, int count) throws IOException {
    List<DatagramIo> sockets = new ArrayList<>();
    try {
      InetSocketAddress at = address;
      for (int i = 0; i < count; i++) {
        sockets.add(bind(at, count, i));
        at =
            new InetSocketAddress(
                address.getAddress(), sockets.getFirst().localAddress().getPort());
      }
    } catch (IOException | RuntimeException e) {
      for (DatagramIo socket : sockets) {
        socket.close();
      }
      throw e;
    }
    return sockets;
  }

  private DatagramIo bind(InetSocketAddress address, int count, int index) throws IOException {
    boolean shared = count > 1;
    if (this == CHANNEL) {
      return ChannelIo.bind(address, index == 0);
    }
    boolean last = index == count - 1;
    try (Arena arena = Arena.ofConfined()) {
      Optional<MemorySegment> steering =
          shared && last ? Optional.of(Steering.program(arena, count)) : Optional.empty();
      return BatchedIo.bind(address, shared, steering);
    }
  }
}
