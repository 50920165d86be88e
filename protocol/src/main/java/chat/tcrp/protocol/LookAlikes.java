package chat.tcrp.protocol;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * What a name looks like, so that one name cannot be mistaken for another.
 *
 * <p>The table is a choice from the confusable characters of Unicode Technical Standard 39, and
 * small capitals besides: letters of scripts in present use that look like a Latin letter, in
 * either case, and punctuation that stands in names. It leaves alone what terminal fonts keep
 * apart, and what differs between honest names: ASCII among itself ({@code rn} and {@code m},
 * {@code I} and {@code l}, {@code 0} and {@code O}, {@code 1} and {@code l}). It does not look into
 * scripts that are written from right to left, nor into ancient ones.
 */
final class LookAlikes {
  /**
   * In each line a character, and the code points that look like it. The Greek sigma stands at the
   * c because normalisation makes one of it and of the lunate sigma, which looks like a c.
   */
  private static final String TABLE =
      """
      a 0251 03b1 0430 13aa 15c5 1d00 a4ee
      b 0185 0299 03b2 0432 044c 13cf 13f4 1472 15af 15f7 a4d0 a7b5
      c 03c3 0441 1004 105a 13df 1d04 a4da
      d 0501 13a0 13e7 146f 15de 15ea 1d05 a4d2 a4d3
      e 03b5 0435 04bd 13ac 1d07 212e 2d39 a4f0 ab32
      f 0192 0584 15b4 a4dd a730 a799
      g 0261 0262 050d 0581 13c0 13f3 1d83 a4d6
      h 029c 03b7 043d 04bb 0570 13bb 13c2 157c a4e7
      i 0269 026a 03b9 0456 0582 13a5 a647
      j 03f3 0458 13ab 148d 1d0a a4d9
      k 03ba 043a 13e6 1d0b a4d7
      l 01c0 029f 04cf 13de 14aa 2223 2d4f a4e1 a4f2
      m 03bc 043c 13b7 15f0 1d0d a4df
      n 0274 03bd 0578 057c a4e0
      o 03bf 043e 0585 0966 09e6 0a66 0ae6 0b20 0b66 0be6 0c66 0ce6 0d20 0d66 0e50 0ed0
      o 101d 1040 10ff 12d0 17e0 1d0f 2d54 a4f3
      p 03c1 0440 13e2 146d 1d18 a4d1
      q 051b 0563 0566 2d55
      r 0280 0433 13a1 13d2 1587 a4e3 ab47 ab48 ab81
      s 01bd 0455 054f 13d5 13da a4e2 a731
      t 03c4 0442 13a2 1d1b a4d4
      u 028b 057d 1200 144c 1d1c a4f4
      v 0475 13d9 142f 1d20 2d38 a4e6
      w 026f 0448 0461 051d 0561 13b3 13d4 1d21 a4ea
      x 00d7 03c7 0445 1541 157d 166d 2d5d a4eb ab53
      y 0263 028f 03b3 03c5 0443 04af 10e7 13a9 13bd 1d8c 1eff a4ec
      z 03b6 13c3 1d22 a4dc
      ' 02b9 02bb 02bc 02bd 02be 02c8 02ca 02cb 055a 05f3 2018 2019 201b 2032 2035 a78c
      " 201c 201d 201f
      - 02d7 2010 2012 2013 2043 2212
      / 2044 2215
      * 066d 204e 2217
      : 02d0 02f8 0589 05c3 0703 0704 16ec 1803 1809 205a 2236 a4fd a789
      """;

  private static final Map<Integer, Integer> ORIGINALS = readTable();

  private static final int DOT_ABOVE = 0x307;

  private LookAlikes() {}

  /**
   * What a reader sees of a name: the same for all that look like it, and for the skeleton itself.
   *
   * @param name any valid text
   * @return a text that is only for comparing: without what is invisible, in NFKC and case folded,
   *     one space for any white space, none at either end, and an ASCII character for each that
   *     looks like it
   */
  static String skeleton(String name) {
    String plain = Normalizer.normalize(visible(name), Normalizer.Form.NFKD);
    if (!isGreek(plain)) {
      // Two Greek letters have a capital that looks like one Latin letter and a small form that
      // looks like another. In a Greek name a letter is one in either case; elsewhere looks count.
      plain = plain.replace('\u03bd', 'v').replace('\u03c5', 'u');
    }
    StringBuilder skeleton = new StringBuilder();
    folded(plain).codePoints().forEach(c -> append(skeleton, c));
    if (endsWith(skeleton, ' ')) {
      skeleton.setLength(skeleton.length() - 1);
    }
    return Normalizer.normalize(skeleton, Normalizer.Form.NFC);
  }

  /** Text without its default ignorable code points, which by themselves draw nothing. */
  static String visible(String text) {
    return text.codePoints()
        .filter(c -> !isIgnorable(c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Map<Integer, Integer> readTable() {
    Map<Integer, Integer> originals = new HashMap<>();
    for (String line : TABLE.lines().toList()) {
      for (String likeOriginal : line.substring(2).split(" ", -1)) {
        String like = folded(Character.toString(HexFormat.fromHexDigits(likeOriginal)));
        originals.put(like.codePointAt(0), line.codePointAt(0));
      }
    }
    return Map.copyOf(originals);
  }

  private static void append(StringBuilder skeleton, int c) {
    int original = ORIGINALS.getOrDefault(c, c);
    if (isBlank(c)) {
      if (!skeleton.isEmpty() && !endsWith(skeleton, ' ')) {
        skeleton.append(' ');
      }
    } else if (c != DOT_ABOVE || !(endsWith(skeleton, 'i') || endsWith(skeleton, 'j'))) {
      // The letters i and j have their dot already.
      skeleton.appendCodePoint(original);
    }
  }

  /** Case folding: what has no one-to-one lower form (sharp s, final sigma) becomes one as well. */
  private static String folded(String text) {
    return text.toLowerCase(Locale.ROOT)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT)
        .replace('\u03c2', '\u03c3');
  }

  private static boolean endsWith(StringBuilder text, char c) {
    return !text.isEmpty() && text.charAt(text.length() - 1) == c;
  }

  private static boolean isGreek(String text) {
    return text.codePoints()
        .filter(Character::isLetter)
        .allMatch(c -> UnicodeScript.of(c) == UnicodeScript.GREEK);
  }

  /** White space, and what has a width but draws nothing in it. */
  static boolean isBlank(int c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || c == 0x2800 // the Braille pattern without a dot
        || c == 0x1d159 // a notehead that is not drawn
        || (c >= 0x13441 && c <= 0x13442); // hieroglyphic blanks
  }

  /** The property Default_Ignorable_Code_Point of Unicode, which Java does not tell. */
  private static boolean isIgnorable(int c) {
    return switch (c) {
      case 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x3164, 0xfeff, 0xffa0 -> true;
      default ->
          (c >= 0x180b && c <= 0x180f)
              || (c >= 0x200b && c <= 0x200f)
              || (c >= 0x202a && c <= 0x202e)
              || (c >= 0x2060 && c <= 0x206f)
              || (c >= 0xfe00 && c <= 0xfe0f)
              || (c >= 0xfff0 && c <= 0xfff8)
              || (c >= 0x1bca0 && c <= 0x1bca3)
              || (c >= 0x1d173 && c <= 0x1d17a)
              || (c >= 0xe0000 && c <= 0xe0fff);
    };
  }
}
