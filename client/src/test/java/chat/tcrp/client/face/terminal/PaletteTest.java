package chat.tcrp.client.face.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The colours on black and on white, for whoever does not see all of them too. */
class PaletteTest {
  private static final double ENOUGH = 3;

  /** The sixteen as xterm has them by default; the first eight are also those of eight. */
  private static final int[] XTERM = {
    0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
    0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff
  };

  private static final int[] CUBE = {0, 95, 135, 175, 215, 255};

  /** Protanopia and deuteranopia by Machado, Oliveira and Fernandes (2009), on linear RGB. */
  private static final List<double[][]> EYES =
      List.of(
          new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
          new double[][] {
            {0.152286, 1.052583, -0.204868},
            {0.114503, 0.786281, 0.099216},
            {-0.003882, -0.048116, 1.051998}
          },
          new double[][] {
            {0.367322, 0.860646, -0.227968},
            {0.280085, 0.672501, 0.047413},
            {-0.011820, 0.042940, 0.968881}
          });

  static Stream<Palette> palettes() {
    return Stream.of(Palette.OF_256, Palette.OF_16, Palette.OF_8);
  }

  @ParameterizedTest
  @MethodSource("palettes")
  void everyNameCanBeReadOnBlackAndOnWhite(Palette palette) {
    assertThat(palette.names()).allSatisfy(PaletteTest::isReadable);
  }

  @Test
  void noticesAndWarningsCanBeReadToo() {
    // The gray of notices, and the red of warnings in each of the palettes.
    assertThat(List.of(243, 160, 9, 1)).allSatisfy(PaletteTest::isReadable);
    assertThat(palettes())
        .allSatisfy(
            palette -> {
              assertThat(ansi(palette.quiet())).isIn("x", "\033[38;5;243mx\033[0m");
              assertThat(ansi(palette.warning()))
                  .isIn("\033[38;5;160;1mx\033[0m", "\033[91;1mx\033[0m", "\033[31;1mx\033[0m");
            });
  }

  @Test
  void theColorsOfNamesDifferForWhoeverSeesRedAndGreenAlike() {
    for (double[][] eye : EYES) {
      for (int one : Palette.OF_256.names()) {
        for (int other : Palette.OF_256.names()) {
          if (one != other) {
            assertThat(distance(lab(one, eye), lab(other, eye)))
                .as("%d and %d", one, other)
                .isGreaterThan(10);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("palettes")
  void namesAreSpreadEvenly(Palette palette) {
    Map<Long, Integer> counts = new HashMap<>();
    int names = 0;
    for (String first : List.of("ann", "bob", "Zoë", "漢", "user", "")) {
      for (int i = 0; i < 200; i++) {
        counts.merge(palette.name(first + i).getStyle(), 1, Integer::sum);
        names++;
      }
    }
    int share = names / palette.names().size();
    assertThat(counts).hasSize(palette.names().size());
    assertThat(counts.values())
        .allSatisfy(n -> assertThat(n).isBetween(share * 3 / 4, share * 5 / 4));
  }

  @ParameterizedTest
  @CsvSource({"xterm-256color,6", "xterm,2"})
  void aTerminalGetsWhatItCanShow(String type, int names) throws Exception {
    try (Terminal terminal =
        new LineDisciplineTerminal(
            "test", type, new ByteArrayOutputStream(), StandardCharsets.UTF_8)) {
      assertThat(Palette.of(terminal).names()).hasSize(names);
    }
    assertThat(Palette.of(16)).isEqualTo(Palette.OF_16);
    assertThat(Palette.of(0x1000000)).isEqualTo(Palette.OF_256);
  }

  @Test
  void ourOwnNameLooksLikeNoOther() {
    assertThat(palettes())
        .allSatisfy(
            palette ->
                assertThat(palette.names())
                    .allSatisfy(
                        color ->
                            assertThat(Palette.OWN_NAME)
                                .isNotEqualTo(palette.name("ann"))
                                .isNotEqualTo(palette.name("bob"))));
  }

  private static String ansi(AttributedStyle style) {
    return new AttributedString("x", style).toAnsi();
  }

  private static void isReadable(int color) {
    double luminance = luminance(color);
    assertThat(1.05 / (luminance + 0.05)).as("%d on white", color).isGreaterThan(ENOUGH);
    assertThat((luminance + 0.05) / 0.05).as("%d on black", color).isGreaterThan(ENOUGH);
  }

  /** The relative luminance of WCAG 2. */
  private static double luminance(int color) {
    double[] linear = linear(color);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  }

  private static double[] linear(int color) {
    int[] rgb = rgb(color);
    double[] linear = new double[3];
    for (int i = 0; i < 3; i++) {
      double part = rgb[i] / 255.0;
      linear[i] = part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    }
    return linear;
  }

  private static int[] rgb(int color) {
    if (color < 16) {
      int value = XTERM[color];
      return new int[] {value >> 16, value >> 8 & 0xff, value & 0xff};
    }
    if (color >= 232) {
      int gray = 8 + 10 * (color - 232);
      return new int[] {gray, gray, gray};
    }
    int index = color - 16;
    return new int[] {CUBE[index / 36], CUBE[index / 6 % 6], CUBE[index % 6]};
  }

  /** A colour in CIELAB as an eye sees it. */
  private static double[] lab(int color, double[][] eye) {
    double[] linear = linear(color);
    double[] seen = new double[3];
    for (int row = 0; row < 3; row++) {
      double sum = 0;
      for (int i = 0; i < 3; i++) {
        sum += eye[row][i] * linear[i];
      }
      seen[row] = Math.clamp(sum, 0, 1);
    }
    double x = cubeRoot((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505);
    double y = cubeRoot(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
    double z = cubeRoot((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089);
    return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
  }

  private static double cubeRoot(double t) {
    return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16.0 / 116;
  }

  private static double distance(double[] one, double[] other) {
    return Math.sqrt(
        Math.pow(one[0] - other[0], 2)
            + Math.pow(one[1] - other[1], 2)
            + Math.pow(one[2] - other[2], 2));
  }
}
