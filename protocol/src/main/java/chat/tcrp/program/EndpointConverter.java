package chat.tcrp.program;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads where a service for this machine is: {@code 9003} or {@code :9003} at 127.0.0.1, {@code
 * 10.0.0.5:9003}, {@code [::1]:9003}.
 */
public final class EndpointConverter implements ITypeConverter<InetSocketAddress> {
  private static final Pattern FORM =
      Pattern.compile("(?:(?:\\[(?<six>[^\\]]+)\\]|(?<host>[^:\\[\\]]*)):)?(?<port>\\d{1,5})");
  private static final int MAX_PORT = 65535;

  @Override
  public InetSocketAddress convert(String value) {
    Matcher matcher = FORM.matcher(value);
    if (!matcher.matches() || Integer.parseInt(matcher.group("port")) > MAX_PORT) {
      throw wrong(value);
    }
    String host = matcher.group("six") == null ? matcher.group("host") : matcher.group("six");
    try {
      return new InetSocketAddress(
          InetAddress.getByName(host == null || host.isEmpty() ? "127.0.0.1" : host),
          Integer.parseInt(matcher.group("port")));
    } catch (UnknownHostException e) {
      throw wrong(value);
    }
  }

  private static TypeConversionException wrong(String value) {
    return new TypeConversionException("'" + value + "' is not a port, or an address and a port");
  }
}
