package chat.tcrp.client.face.pipe;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lines of the input that the server has not acknowledged yet. A thread of its own reads ahead, so
 * that the end of the input is known while lines wait; only so far, because the input may be
 * endless.
 */
final class Backlog {
  /** No more is read while so many lines wait. */
  static final int MAX_LINES = 1000;

  /** No more is read while so many chars wait. */
  private static final int MAX_LENGTH = 1 << 18;

  private final LineInput in;
  private final Runnable changed;
  private final Thread reader =
      Thread.ofPlatform().name("input").daemon().unstarted(this::readAhead);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition taken = lock.newCondition();
  private final Queue<String> lines = new ArrayDeque<>();
  private int length;
  private boolean ended;
  private Optional<IOException> failure = Optional.empty();

  /**
   * Makes an empty backlog; reading begins with {@link #start}.
   *
   * @param changed called after a line was read, and at the end of the input
   */
  Backlog(LineInput in, Runnable changed) {
    this.in = in;
    this.changed = changed;
  }

  void start() {
    reader.start();
  }

  private void readAhead() {
    try {
      for (Optional<String> line = in.next(); line.isPresent(); line = in.next()) {
        // An empty message would be a keepalive.
        if (!line.get().isEmpty()) {
          add(line.get());
        }
      }
      end(Optional.empty());
    } catch (IOException e) {
      end(Optional.of(e));
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the reader", e);
    }
  }

  private void add(String line) throws InterruptedException {
    lock.lock();
    try {
      while (hasEnough()) {
        taken.await();
      }
      lines.add(line);
      length += line.length();
    } finally {
      lock.unlock();
    }
    changed.run();
  }

  private void end(Optional<IOException> why) {
    lock.lock();
    try {
      ended = true;
      failure = why;
    } finally {
      lock.unlock();
    }
    changed.run();
  }

  private boolean hasEnough() {
    return lines.size() >= MAX_LINES || length >= MAX_LENGTH;
  }

  /** The first lines, at least one if there is one: at most so many, and chars of them. */
  List<String> first(int maxLines, int maxLength) {
    lock.lock();
    try {
      List<String> first = new ArrayList<>();
      int chars = 0;
      for (String line : lines) {
        chars += line.length();
        if (first.size() == maxLines || (chars > maxLength && !first.isEmpty())) {
          break;
        }
        first.add(line);
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** The first lines have been sent and acknowledged. */
  void sent(int count) {
    lock.lock();
    try {
      for (int i = 0; i < count; i++) {
        length -= lines.remove().length();
      }
      taken.signal();
    } finally {
      lock.unlock();
    }
  }

  /** How many lines wait. */
  int size() {
    lock.lock();
    try {
      return lines.size();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the input is at its end, and no line of it waits. */
  boolean isDone() {
    lock.lock();
    try {
      return ended && lines.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Whether enough waits, and no more is being read. */
  boolean isFull() {
    lock.lock();
    try {
      return hasEnough();
    } finally {
      lock.unlock();
    }
  }

  /** Whether no more is being read: the input is at its end, or enough of it waits. */
  boolean isComplete() {
    lock.lock();
    try {
      return ended || hasEnough();
    } finally {
      lock.unlock();
    }
  }

  /** Why the input has ended, if it could not be read. */
  Optional<IOException> failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }
}
