package org.headrace.controller.internal.osgi;

import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.control.Verbosity;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The level of our loggers in the configuration of the container's log. The distribution keeps such
 * changes in memory, so that the next start is as configured.
 */
@Component(service = Verbosity.class)
public final class LogVerbosity implements Verbosity {
  private static final String LOG = "org.ops4j.pax.logging";
  private static final String LEVEL = "log4j2.logger.headrace.level";

  /** The lines about jobs have a logger of their own. */
  private static final String LEVEL_OF_JOBS = "log4j2.logger.jobs.level";

  /** Loggers of each area, by the names of packages. */
  private static final Map<Area, List<String>> LOGGERS =
      Map.of(
          Area.PLANNING,
          List.of("org.headrace.controller.internal.planning", "org.headrace.sched"),
          Area.SELECTION,
          List.of("org.headrace.select", "org.headrace.topology"),
          Area.PRIORITY,
          List.of("org.headrace.priority"),
          Area.NODES,
          List.of("org.headrace.controller.internal.nodes"),
          Area.MESSAGES,
          List.of("org.headrace.transport", "org.headrace.frontdoor"),
          Area.GRES,
          List.of("org.headrace.gres"),
          Area.ACCOUNTING,
          List.of("org.headrace.controller.internal.accounting", "org.headrace.accounting"));

  private static final String DETAILED = "log4j2.logger.detailed-";

  private final ConfigurationAdmin configurations;
  private Level level;

  @Activate
  public LogVerbosity(@Reference ConfigurationAdmin configurations) throws IOException {
    this.configurations = configurations;
    Dictionary<String, Object> properties = configuration().getProperties();
    Object configured = properties == null ? null : properties.get(LEVEL);
    level = parse(configured);
  }

  private static Level parse(Object configured) {
    for (Level one : Level.values()) {
      if (one.name().equalsIgnoreCase(String.valueOf(configured))) {
        return one;
      }
    }
    return Level.INFO;
  }

  private Configuration configuration() throws IOException {
    return configurations.getConfiguration(LOG, null);
  }

  @Override
  public synchronized Level level() {
    return level;
  }

  @Override
  public synchronized void level(Level wanted) throws IOException {
    Configuration configuration = configuration();
    Dictionary<String, Object> properties = configuration.getProperties();
    if (properties == null) {
      properties = new Hashtable<>();
    }
    properties.put(LEVEL, wanted.name());
    properties.put(LEVEL_OF_JOBS, wanted.name());
    configuration.update(properties);
    level = wanted;
  }

  @Override
  public synchronized void detailed(Set<Area> areas) throws IOException {
    Configuration configuration = configuration();
    Dictionary<String, Object> properties = configuration.getProperties();
    if (properties == null) {
      properties = new Hashtable<>();
    }
    List<String> before =
        Collections.list(properties.keys()).stream()
            .filter(key -> key.startsWith(DETAILED))
            .toList();
    if (before.isEmpty() && areas.isEmpty()) {
      return;
    }
    before.forEach(properties::remove);
    for (Area area : areas) {
      for (String logger : LOGGERS.get(area)) {
        String prefix = DETAILED + logger.replace('.', '-');
        properties.put(prefix + ".name", logger);
        properties.put(prefix + ".level", Level.DEBUG.name());
      }
    }
    configuration.update(properties);
  }
}
