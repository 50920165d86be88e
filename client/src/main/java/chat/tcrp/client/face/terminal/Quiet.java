package chat.tcrp.client.face.terminal;

import java.util.Optional;

/**
 * Whether it is hidden that people come and go: from when there are many, until the person decides.
 */
final class Quiet {
  /** With more people than this, coming and going is hidden by itself. */
  static final int CROWD = 50;

  private Optional<Boolean> chosen = Optional.empty();
  private boolean crowded;

  synchronized boolean isOn() {
    return chosen.orElse(crowded);
  }

  /** Turns it over, for good; answers whether it is hidden now. */
  synchronized boolean toggle() {
    boolean on = !isOn();
    chosen = Optional.of(on);
    return on;
  }

  /** Whether it begins to be hidden because so many are here; true once at most. */
  synchronized boolean setsIn(int members) {
    if (crowded || chosen.isPresent() || members <= CROWD) {
      return false;
    }
    crowded = true;
    return true;
  }
}
