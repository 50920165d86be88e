package chat.tcrp.server.cluster;

import java.util.Arrays;

/** A list of numbers. */
final class Ints {
  private int[] numbers = {};
  private int size;

  void add(int number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(8, 2 * size));
    }
    numbers[size++] = number;
  }

  int get(int index) {
    return numbers[index];
  }

  int size() {
    return size;
  }
}
