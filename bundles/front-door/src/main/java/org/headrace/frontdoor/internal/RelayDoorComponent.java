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
 * controller that leads. Of several daemons on one host, one serves.
 */
@Component(
    service = {},
    immediate = true)
public final class RelayDoorComponent implements Route {
  private static final Logger LOG = LoggerFactory.getLogger(RelayDoorComponent.class);
  private static final long RETRY_SECONDS = 5;

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
      opener.scheduleWithFixedDelay(this::open, 0, RETRY_SECONDS, TimeUnit.SECONDS);
    }
  }

  private synchronized void open() {
    if (door != null || closed) {
      return;
    }
    try {
      door = FrontDoor.open(settings, new CommandRegistry(), this);
      opener.shutdown();
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
