package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.headrace.control.front.UserCommand;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the front door in a container and keeps its commands up to date.
 *
 * <p>Framework or system properties: {@code headrace.socket} (path), {@code
 * headrace.front.maxConnections}, {@code headrace.front.maxConnectionsPerUser}, {@code
 * headrace.front.drainMillis}, {@code headrace.front.commandMillis}.
 */
@Component(
    service = {},
    immediate = true)
public final class FrontDoorComponent {
  private static final Logger LOG = LoggerFactory.getLogger(FrontDoorComponent.class);
  private static final String DEFAULT_SOCKET = "/run/headrace/headrace.sock";

  private final CommandRegistry commands = new CommandRegistry();
  private volatile long drainMillis = FrontDoorSettings.at(Path.of("/")).drainMillis();
  private FrontDoor door;

  /** Opens the door; a failure is logged and keeps the component from being active. */
  @Activate
  void activate(BundleContext context) throws IOException {
    FrontDoorSettings settings = settings(context);
    drainMillis = settings.drainMillis();
    try {
      door = FrontDoor.open(settings, commands);
    } catch (IOException e) {
      LOG.error("User commands can't be served: {}", e.getMessage());
      throw e;
    }
  }

  @Deactivate
  void deactivate() throws IOException {
    door.close();
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addCommand(UserCommand command, Map<String, Object> properties) {
    commands.add(command, properties.get(Constants.SERVICE_RANKING) instanceof Integer r ? r : 0);
  }

  void removeCommand(UserCommand command) {
    int running = commands.remove(command, drainMillis);
    if (running > 0) {
      LOG.warn(
          "{} calls of {} still run {} ms after it was taken away",
          running,
          command.name(),
          drainMillis);
    }
  }

  private static FrontDoorSettings settings(BundleContext context) {
    String path = context.getProperty("headrace.socket");
    FrontDoorSettings usual =
        FrontDoorSettings.at(Path.of(path == null || path.isBlank() ? DEFAULT_SOCKET : path));
    return new FrontDoorSettings(
        usual.socket(),
        (int) number(context, "maxConnections", usual.maxConnections()),
        (int) number(context, "maxConnectionsPerUser", usual.maxConnectionsPerUser()),
        usual.helloMillis(),
        usual.bufferBytes(),
        number(context, "drainMillis", usual.drainMillis()),
        number(context, "commandMillis", usual.commandMillis()));
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
