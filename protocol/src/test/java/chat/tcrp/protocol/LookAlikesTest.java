package chat.tcrp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nobody enters beside somebody under a name that looks like theirs. */
class LookAlikesTest {
  private static final String INVISIBLE =
      "\u00ad\u034f\u200b\u200c\u200d\u200f\u2060\u3164\ufe0e\ufeff";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Cyrillic                | \u0430li\u0441\u0435
          Cyrillic i              | al\u0456ce
          palochka                | a\u04cfice
          Greek                   | \u03b1l\u03b9ce
          Greek capitals          | \u0391L\u0399C\u0395
          lunate sigma            | ali\u03f2e
          Armenian                | al\u0582ce
          Cherokee                | \u13aa\u13de\u13a5\u13df\u13ac
          Lisu                    | \ua4ee\ua4e1ic\ua4f0
          Canadian syllabics      | \u15c5\u14aaIC\u2d39
          small capitals          | \u1d00\u029f\u026a\u1d04\u1d07
          phonetic letters        | \u0251l\u0269ce
          full width              | \uff41\uff4c\uff49\uff43\uff45
          mathematical            | \ud835\udc1a\ud835\udc25\ud835\udc22\ud835\udc1c\ud835\udc1e
          circled                 | \u24d0\u24db\u24d8\u24d2\u24d4
          Roman numeral           | al\u2170ce
          zero width space        | al\u200bice
          zero width joiner       | alice\u200d
          zero width non-joiner   | a\u200clice
          byte order mark         | \ufeffalice
          right to left mark      | alice\u200f
          soft hyphen             | ali\u00adce
          word joiner             | ali\u2060ce
          tag characters          | alice\udb40\udc61\udb40\udc7f
          variation selector      | alice\ufe0f
          variation selector 17   | al\udb40\udd00ice
          Hangul filler           | alice\u3164
          half-width filler       | alice\uffa0
          Mongolian separator     | alice\u180e
          combining joiner        | al\u034fice
          second dot on the i     | ali\u0307ce
          dotless i               | al\u0131ce
          """)
  void givesALookAlikeOfAliceTheKeyOfAlice(String what, String name) {
    assertThat(name).isNotEqualTo("alice");
    assertThat(new Username(name).key()).as(what).isEqualTo(new Username("alice").key());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\1',
      textBlock =
          """
          nick            | \u039dick
          NINA            | \u039d\u0399\u039d\u0391
          \u03bd\u03b9\u03ba\u03bf\u03c3 | \u039d\u0399\u039a\u039f\u03a3
          david           | da\u03bdid
          luca            | l\u03c5ca
          ann lee         | ann  lee
          ann lee         | ann\u00a0lee
          ann lee         | ann\u2800lee
          ann lee         | ann \u200b\u3000lee
          o'neil          | O\u2019Neil
          o'neil          | o\u02bcneil
          jean-luc        | Jean\u2010Luc
          jean-luc        | jean\u2212luc
          ann/bob         | ann\u2215bob
          ann*            | ann\u2217
          \u0639\u0644\u06cc\u0631\u0636\u0627   | \u0639\u0644\u06cc\u200c\u0631\u0636\u0627
          \u2764          | \u2764\ufe0f
          """)
  void givesNamesThatAreReadAsOneOneKey(String one, String other) {
    assertThat(one).isNotEqualTo(other);
    assertThat(new Username(one).key()).isEqualTo(new Username(other).key());
  }

  @ParameterizedTest
  @CsvSource({
    "Alice1, Alicel",
    "Alice0, AliceO",
    "Ian, lan",
    "Neil, Nell",
    "bern, bem",
    "savvy, sawy",
    "jose, jos\u00e9",
    "anna, avva",
    "nick, vick",
    "yves, uves",
    "a|ice, alice",
    "ann lee, annlee",
    "\u0430\u043d\u043d\u0430, anna" // in Cyrillic an n looks like an h
  })
  void keepsNamesApartThatAReaderCanTellApart(String one, String other) {
    assertThat(new Username(one).key()).isNotEqualTo(new Username(other).key());
  }

  @Test
  void knowsANameAgainInAnyDisguise() {
    long seed = Long.getLong("tcrp.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String name = honestName(random);
      String disguise = disguised(name, random);
      String which = "seed " + seed + ", name " + i + ": " + name + " as " + disguise;
      String key = new Username(name).key();

      assertThat(LookAlikes.skeleton(disguise)).as(which).isEqualTo(key);
      assertThat(LookAlikes.skeleton(key)).as(which).isEqualTo(key);
    }
  }

  private static String honestName(Random random) {
    StringBuilder name = new StringBuilder("x");
    for (int length = random.nextInt(20); length > 0; length--) {
      name.append("abcdefghijklmnopqrstuvwxyz'-/* 0123456789".charAt(random.nextInt(41)));
    }
    return name.append('x').toString().replaceAll(" +", " ");
  }

  /** The same to the eye: other letters, other case, other white space, invisible characters. */
  private static String disguised(String name, Random random) {
    StringBuilder disguise = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      String alike = alike(c);
      int which = random.nextInt(3 + alike.codePointCount(0, alike.length()));
      if (which > 2) {
        disguise.appendCodePoint(alike.codePointAt(alike.offsetByCodePoints(0, which - 3)));
      } else {
        disguise.append(which == 0 ? Character.toUpperCase(c) : c);
      }
      if (random.nextInt(4) == 0) {
        disguise.append(INVISIBLE.charAt(random.nextInt(INVISIBLE.length())));
      }
    }
    return disguise.toString();
  }

  /** What a forger takes for an ASCII character: another script's, and the full-width form. */
  private static String alike(char c) {
    String others =
        switch (c) {
          case 'a' -> "аΑαᴀ𝐚ⓐ";
          case 'b' -> "ВвΒʙ";
          case 'c' -> "сϲᴄⅽ";
          case 'd' -> "ԁᴅⅾ";
          case 'e' -> "еΕᴇℯ";
          case 'g' -> "ɡ";
          case 'h' -> "һНΗℎ";
          case 'i' -> "іΙıⅰ";
          case 'j' -> "јϳ";
          case 'k' -> "кКΚ";
          case 'l' -> "Ӏⅼℓ";
          case 'm' -> "мМΜⅿ";
          case 'n' -> "Νո";
          case 'o' -> "оОοΟօℴ";
          case 'p' -> "рРρΡ";
          case 'q' -> "ԛ";
          case 'r' -> "ʀ";
          case 's' -> "ѕЅſ";
          case 't' -> "тТΤ";
          case 'u' -> "υսᴜ";
          case 'v' -> "νѵⅴ";
          case 'w' -> "ԝᴡ";
          case 'x' -> "хХⅹ"; // never Greek, so that no name is: there looks do not count
          case 'y' -> "уУΥʏ";
          case 'z' -> "Ζᴢ";
          case '\'' -> "’ʼ";
          case '-' -> "‐−";
          case '/' -> "∕⁄";
          case '*' -> "∗⁎";
          case ' ' -> "\u00a0\u2003\u2800\u3000";
          default -> "";
        };
    return c == ' ' ? others : others + (char) (c - '!' + '\uff01');
  }
}
