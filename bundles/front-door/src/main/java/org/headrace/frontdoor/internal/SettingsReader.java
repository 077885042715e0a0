package org.headrace.frontdoor.internal;

import java.nio.file.Path;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the front door's settings from properties of the framework or the system. */
final class SettingsReader {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsReader.class);
  private static final String DEFAULT_SOCKET = "/run/headrace/headrace.sock";

  private SettingsReader() {}

  /**
   * @param usualAt the settings for a socket where no property says otherwise
   */
  static FrontDoorSettings read(BundleContext context, Function<Path, FrontDoorSettings> usualAt) {
    String path = context.getProperty("headrace.socket");
    FrontDoorSettings usual =
        usualAt.apply(Path.of(path == null || path.isBlank() ? DEFAULT_SOCKET : path));
    return new FrontDoorSettings(
        usual.socket(),
        (int) number(context, "maxConnections", usual.maxConnections()),
        (int) number(context, "maxConnectionsPerUser", usual.maxConnectionsPerUser()),
        usual.helloMillis(),
        usual.bufferBytes(),
        number(context, "drainMillis", usual.drainMillis()),
        number(context, "commandMillis", usual.commandMillis()),
        usual.relay());
  }

  private static long number(BundleContext context, String name, long usual) {
    String key = "headrace.front." + name;
    String text = context.getProperty(key);
    if (text == null) {
      return usual;
    }
    try {
      long value = Long.parseLong(text.strip());
      if (value > 0 && value <= Integer.MAX_VALUE) {
        return value;
      }
    } catch (NumberFormatException e) {
      LOG.debug("{} is not a number", key, e);
    }
    LOG.warn("{}='{}' is not a number above 0; using {}", key, text, usual);
    return usual;
  }
}
