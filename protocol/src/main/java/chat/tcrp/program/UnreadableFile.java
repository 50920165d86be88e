package chat.tcrp.program;

import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that somebody has named and that cannot be read. */
public final class UnreadableFile {
  private UnreadableFile() {}

  /**
   * Why a file could not be read, in a person's words.
   *
   * @param file the file
   * @param e what reading it has led to
   * @return a sentence without its end
   */
  public static String reason(Path file, Exception e) {
    return switch (e) {
      case Exception directory when Files.isDirectory(file) -> "it is a directory";
      case NoSuchFileException missing -> "there is no such file";
      case AccessDeniedException denied -> "you may not read it";
      case CharacterCodingException text -> "it is not text in UTF-8";
      case UncheckedIOException other -> reason(file, other.getCause());
      default -> String.valueOf(e.getMessage());
    };
  }
}
