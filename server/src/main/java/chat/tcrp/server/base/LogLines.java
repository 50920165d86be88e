package chat.tcrp.server.base;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.text.MessageFormat;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ResourceBundle;

/**
 * Has what is logged written to standard error, a line each: time, level, text. The runtime's own
 * way depends on which modules are there: with {@code java.logging} it takes two lines, and another
 * setting for the level.
 *
 * <p>The level is that of the property {@code jdk.system.logger.level}, as the runtime has it too;
 * of what the runtime itself logs, only warnings.
 */
public final class LogLines extends System.LoggerFinder {
  /** What a service provider must have. */
  public LogLines() {}

  @Override
  public Logger getLogger(String name, Module module) {
    Level level = Level.valueOf(System.getProperty("jdk.system.logger.level", "INFO"));
    return new Lines(name, name.equals(EventLog.NAME) ? level : Level.WARNING);
  }

  private record Lines(String name, Level level) implements Logger {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level of) {
      return of.getSeverity() >= level.getSeverity() && of != Level.OFF;
    }

    @Override
    public void log(Level of, ResourceBundle bundle, String text, Throwable cause) {
      if (!isLoggable(of)) {
        return;
      }
      StringWriter line = new StringWriter();
      PrintWriter writer = new PrintWriter(line);
      writer.printf(
          "%1$tFT%1$tT.%1$tL %2$s %3$s%n", ZonedDateTime.now(ZoneId.systemDefault()), of, text);
      if (cause != null) {
        cause.printStackTrace(writer);
      }
      System.err.print(line);
      System.err.flush();
    }

    @Override
    public void log(Level of, ResourceBundle bundle, String format, Object... parameters) {
      boolean isPlain = parameters == null || parameters.length == 0;
      String text = isPlain ? format : MessageFormat.format(format, parameters);
      log(of, bundle, text, (Throwable) null);
    }
  }
}
