package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.headrace.transport.ClusterAccess;
import org.headrace.transport.SealedChannel;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The front door of a host without a controller: the node's daemon hands all commands on to the
 * controller that leads. Of several daemons on one host, one serves, and gives way to a controller
 * that the configuration has under another name of the host.
 */
@Component(
    service = {},
    immediate = true)
public final class RelayDoorComponent implements Route {
  private static final Logger LOG = LoggerFactory.getLogger(RelayDoorComponent.class);
  private static final long LOOK_SECONDS = 1;

  private final FrontDoorSettings settings;
  private final LeaderSearch search;
  private final ScheduledExecutorService opener =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "headrace-relay-door");
            thread.setDaemon(true);
            return thread;
          });
  private FrontDoor door;
  private boolean told;
  private boolean closed;

  @Activate
  public RelayDoorComponent(BundleContext context, @Reference ClusterAccess access) {
    settings = SettingsReader.read(context, FrontDoorSettings::forRelay);
    search =
        new LeaderSearch(
            access.signer(),
            access.controllers().stream()
                .map(c -> InetSocketAddress.createUnresolved(c.host(), c.port()))
                .toList());
    if (System.getProperty("headrace.role", "").equals("node") && !access.controllerHost()) {
      opener.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
    }
  }

  private synchronized void look() {
    try {
      if (door != null && door.wanted()) {
        LOG.info("A controller of this host serves its commands from now on");
        FrontDoor old = door;
        door = null;
        told = true;
        old.close();
      } else if (door == null && !closed) {
        open();
      }
    } catch (IOException e) {
      LOG.warn("Looking for a controller of this host failed: {}", e.getMessage());
    }
  }

  private void open() {
    try {
      door = FrontDoor.open(settings, new CommandRegistry(), this);
    } catch (IOException e) {
      if (!told) {
        LOG.info("Commands on this host aren't served by this daemon: {}", e.getMessage());
      }
      told = true;
    }
  }

  @Override
  public Place place() {
    return Place.ELSEWHERE;
  }

  @Override
  public SealedChannel reach() throws IOException {
    return search.connect();
  }

  @Deactivate
  synchronized void close() throws IOException {
    closed = true;
    opener.shutdownNow();
    if (door != null) {
      door.close();
    }
  }
}
