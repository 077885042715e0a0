package org.headrace.signals.internal;

import java.io.IOException;
import java.util.Dictionary;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * The file that the container logs to. Its logging opens a file again only where the configured
 * name has changed, so one and the same file is named in two ways by turns.
 */
final class LogFile {
  private static final String LOG = "org.ops4j.pax.logging";
  private static final String NAME = "log4j2.appender.file.fileName";

  private final ConfigurationAdmin configurations;

  LogFile(ConfigurationAdmin configurations) {
    this.configurations = configurations;
  }

  /**
   * Goes on in a new file of the same name, if the present one has been renamed.
   *
   * @throws IOException if the log can't be configured
   */
  synchronized void reopen() throws IOException {
    Configuration configuration = configurations.getConfiguration(LOG, null);
    Dictionary<String, Object> properties = configuration.getProperties();
    if (properties == null || !(properties.get(NAME) instanceof String name)) {
      throw new IOException("no log file is configured by " + NAME + " of " + LOG);
    }
    properties.put(NAME, otherName(name));
    configuration.update(properties);
  }

  /** The same file by another name: {@code /a/b} and {@code /a/./b}. */
  static String otherName(String name) {
    int last = name.lastIndexOf('/') + 1;
    return name.startsWith("./", last - 2) && last > 2
        ? name.substring(0, last - 2) + name.substring(last)
        : name.substring(0, last) + "./" + name.substring(last);
  }
}
