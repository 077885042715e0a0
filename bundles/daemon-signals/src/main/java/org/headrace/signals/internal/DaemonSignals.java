package org.headrace.signals.internal;

import java.io.IOException;
import org.headrace.control.Control;
import org.headrace.control.command.Actor;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Answers {@code SIGHUP} and {@code SIGUSR2}, by which the JVM would end, while the bundle is
 * active. Handlers run on a thread of the JVM each.
 */
@Component(
    immediate = true,
    service = {})
public final class DaemonSignals {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonSignals.class);

  /** Only root and the daemon's user can send it a signal. */
  private static final Actor ADMINISTRATOR = new Actor(0, 0, "root", "root", false);

  private final LogFile logFile;

  /** There while this is a controller that leads. */
  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  volatile Control control;

  @Activate
  public DaemonSignals(@Reference ConfigurationAdmin configurations) {
    logFile = new LogFile(configurations);
  }

  @Activate
  void start() {
    handle("HUP", signal -> hangUp());
    handle("USR2", signal -> reopen());
  }

  private static void handle(String name, SignalHandler handler) {
    try {
      Signal.handle(new Signal(name), handler);
    } catch (IllegalArgumentException e) {
      LOG.warn("SIG{} can't be answered: {}", name, e.getMessage());
    }
  }

  void hangUp() {
    Control leading = control;
    if (leading == null) {
      LOG.info("SIGHUP: what nodes need to know comes from the controller that leads");
      return;
    }
    // What comes of it, the controller itself logs.
    leading.reconfigure(ADMINISTRATOR);
  }

  void reopen() {
    try {
      logFile.reopen();
    } catch (IOException e) {
      LOG.error("The log file can't be opened anew: {}", e.getMessage());
    }
  }

  /** Until the next version of this bundle is there, or the process has ended. */
  @Deactivate
  void stop(BundleContext context) {
    if (context.getBundle(Constants.SYSTEM_BUNDLE_ID).getState() == Bundle.STOPPING) {
      PidFile.remove(System.getProperty("headrace.pid.file", ""), ProcessHandle.current().pid());
    }
    handle("HUP", SignalHandler.SIG_IGN);
    handle("USR2", SignalHandler.SIG_IGN);
  }
}
