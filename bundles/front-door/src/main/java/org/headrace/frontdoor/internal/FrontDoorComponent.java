package org.headrace.frontdoor.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.headrace.control.Control;
import org.headrace.control.DaemonEnd;
import org.headrace.control.Leadership;
import org.headrace.control.MemberProbe;
import org.headrace.control.definition.ControllerMember;
import org.headrace.control.front.UserCommand;
import org.headrace.transport.ClusterAccess;
import org.headrace.transport.SealedChannel;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the front door of a controller and keeps its commands up to date.
 *
 * <p>Framework or system properties: {@code headrace.socket} (path), {@code
 * headrace.front.maxConnections}, {@code headrace.front.maxConnectionsPerUser}, {@code
 * headrace.front.drainMillis}, {@code headrace.front.commandMillis}.
 */
@Component(
    service = {},
    immediate = true)
public final class FrontDoorComponent implements Route {
  private static final Logger LOG = LoggerFactory.getLogger(FrontDoorComponent.class);

  private final CommandRegistry commands = new CommandRegistry();
  private volatile long drainMillis = FrontDoorSettings.at(Path.of("/")).drainMillis();
  private volatile MemberRoute route = new MemberRoute(commands, null, null);
  private BundleContext context; // These under this.
  private FrontDoor door;
  private Leadership leadership;
  private ClusterAccess access;
  private Control.Registration changes;
  private Closeable daemons;
  private ServiceRegistration<MemberProbe> probe;

  /** Opens the door; a controller that can't is of no use to anybody, and ends. */
  @Activate
  synchronized void activate(BundleContext bundleContext) throws IOException {
    context = bundleContext;
    String role = System.getProperty("headrace.role", "");
    if (role.equals("node")) {
      return; // Its door is the RelayDoorComponent's.
    }
    FrontDoorSettings settings = SettingsReader.read(context, FrontDoorSettings::at);
    drainMillis = settings.drainMillis();
    try {
      door = FrontDoor.open(settings, commands, this);
    } catch (IOException e) {
      LOG.error("fatal: user commands can't be served: {}", e.getMessage());
      if (role.equals("controller")) {
        System.err.println("slurmctld: fatal: user commands can't be served: " + e.getMessage());
        DaemonEnd.failed("front-door");
      }
      throw e;
    }
    connectToOthers();
  }

  @Deactivate
  synchronized void deactivate() throws IOException {
    leaveOthers();
    if (door != null) {
      door.close();
    }
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  synchronized void setLeadership(Leadership found) {
    leadership = found;
    connectToOthers();
  }

  synchronized void unsetLeadership(Leadership gone) {
    if (leadership == gone) {
      leadership = null;
      connectToOthers();
    }
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  synchronized void setAccess(ClusterAccess found) {
    access = found;
    connectToOthers();
  }

  synchronized void unsetAccess(ClusterAccess gone) {
    if (access == gone) {
      access = null;
      connectToOthers();
    }
  }

  /** Does what depends on who else there is, anew. */
  private void connectToOthers() {
    leaveOthers();
    MemberRoute next = new MemberRoute(commands, leadership, access);
    route = next;
    if (door == null || leadership == null) {
      return;
    }
    Leadership now = leadership;
    changes =
        now.listen(
            () -> {
              if (!now.leads()) {
                door.retire();
              }
            });
    if (access == null) {
      return;
    }
    probe = context.registerService(MemberProbe.class, next, null);
    ControllerMember own = now.controllers().own();
    try {
      daemons = door.serveDaemons(LocalAddress.of(own.address(), own.port()), access.signer());
    } catch (IOException e) {
      LOG.error("Commands of other hosts can't be served: {}", e.getMessage());
    }
  }

  private void leaveOthers() {
    if (changes != null) {
      changes.close();
      changes = null;
    }
    if (probe != null) {
      probe.unregister();
      probe = null;
    }
    if (daemons != null) {
      try {
        daemons.close();
      } catch (IOException e) {
        LOG.debug("Closing a port failed", e);
      }
      daemons = null;
    }
  }

  @Override
  public Place place() {
    return route.place();
  }

  @Override
  public SealedChannel reach() throws IOException {
    return route.reach();
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
}
