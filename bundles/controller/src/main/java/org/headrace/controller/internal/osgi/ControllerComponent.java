package org.headrace.controller.internal.osgi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.headrace.api.credential.CredentialException;
import org.headrace.api.credential.MessageSigner;
import org.headrace.control.Control;
import org.headrace.control.DaemonEnd;
import org.headrace.control.Leadership;
import org.headrace.control.Operations;
import org.headrace.control.definition.ConfigurationListener;
import org.headrace.control.definition.ConfigurationSource;
import org.headrace.control.definition.Controllers;
import org.headrace.control.plugin.Plugins;
import org.headrace.control.query.History;
import org.headrace.control.stepio.StepStreams;
import org.headrace.controller.internal.Controller;
import org.headrace.controller.internal.LeadershipBoard;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.transport.ClusterAccess;
import org.headrace.transport.NodeLinks;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a controller in the container. It starts on a thread of its own, as replaying the log takes
 * time; its services appear once it answers. What makes a start impossible is said on standard
 * error and ends the process: a controller that half works helps nobody.
 */
@Component(
    immediate = true,
    service = {})
public final class ControllerComponent {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerComponent.class);
  private static final int FULL_START_LEVEL = 100;
  private static final long SIGNER_SECONDS = 60;
  private static final long STARTER_MILLIS = 15_000;

  private final BundleContext context;
  private final PluginRegistry registry = new PluginRegistry();
  private final PluginTracker tracker;
  private final Controller controller;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

  /** Of what is offered without leading, too. */
  private final List<ServiceRegistration<?>> lasting = new ArrayList<>();

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<ConfigurationListener> configurationListeners = List.of();

  private final Thread starter;
  private volatile boolean closed;

  /**
   * A process that ends stops its bundles in the reverse order of their start, so the plugins would
   * go before this one, which would take them for missing and tell every waiting job so.
   */
  private final SynchronousBundleListener frameworkStops =
      event -> {
        if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == 0) {
          stop();
        }
      };

  @Activate
  public ControllerComponent(BundleContext context, @Reference ConfigurationSource configuration) {
    this.context = context;
    controller = new Controller(configuration, registry);
    controller.whenConfigured(settings -> configurationListeners.forEach(l -> l.inForce(settings)));
    tracker = new PluginTracker(context, registry);
    context.addBundleListener(frameworkStops);
    starter = new Thread(() -> start(configuration), "controller-start");
    starter.start();
  }

  private void start(ConfigurationSource configuration) {
    try {
      ConfigurationSource.Loaded loaded = configuration.load();
      loaded.warnings().forEach(LOG::warn);
      registry.configure(loaded.definition().settings());
      controller.whenEnded(why -> fatal(List.of(why), null));
      controller.whenServing(this::register, this::unregister);
      LeadershipBoard board = new LeadershipBoard(loaded.controllers());
      offer(board);
      controller.start(loaded, board, () -> signer(loaded));
      startTheRest();
    } catch (InterruptedException e) {
      LOG.info("Stopped while starting");
    } catch (ConfigurationSource.ConfigurationInvalid e) {
      fatal(e.problems(), null);
    } catch (IOException | CredentialException | PluginFault e) {
      LOG.debug("Where it failed", e);
      fatal(List.of(e.getMessage()), null);
    } catch (RuntimeException | LinkageError e) {
      fatal(List.of("unexpected: " + e), e);
    }
  }

  private MessageSigner signer(ConfigurationSource.Loaded loaded)
      throws CredentialException, PluginFault, InterruptedException {
    CountDownLatch there = new CountDownLatch(1);
    Runnable look =
        () -> {
          if (registry.serving(Kind.CREDENTIAL) != null) {
            there.countDown();
          }
        };
    registry.onChange(look);
    look.run();
    if (!there.await(SIGNER_SECONDS, TimeUnit.SECONDS)) {
      throw new CredentialException(
          "No plugin for CredType="
              + loaded.definition().settings().getOrDefault("CredType", "cred/key")
              + " has come within "
              + SIGNER_SECONDS
              + " s");
    }
    MessageSigner signer = registry.call(Kind.CREDENTIAL, MessageSigner.class, s -> s);
    signer.open(loaded.definition().settings());
    offerAccess(loaded.controllers(), signer);
    return signer;
  }

  private synchronized void offerAccess(Controllers controllers, MessageSigner signer) {
    if (!closed) {
      List<NodeLinks.Address> addresses =
          controllers.members().stream()
              .map(member -> new NodeLinks.Address(member.address(), member.port()))
              .toList();
      ClusterAccess access = new ClusterAccess(addresses, signer, true);
      lasting.add(context.registerService(ClusterAccess.class, access, null));
    }
  }

  private synchronized void offer(Leadership board) {
    if (!closed) {
      lasting.add(context.registerService(Leadership.class, board, null));
    }
  }

  /** What only the leader offers. */
  private synchronized void register() {
    if (closed) {
      return;
    }
    registrations.add(context.registerService(Plugins.class, registry, null));
    registrations.add(context.registerService(History.class, controller.history(), null));
    registrations.add(context.registerService(StepStreams.class, controller.streams(), null));
    registrations.add(
        context.registerService(
            Operations.class, new DaemonOperations(controller, context.getBundle(0)), null));
    registrations.add(context.registerService(Control.class, controller, null));
  }

  private synchronized void unregister() {
    registrations.forEach(ServiceRegistration::unregister);
    registrations.clear();
  }

  /**
   * The distribution stops short of the administrator's shell until here: a controller that comes
   * back after a crash needs the CPU for its users.
   */
  private void startTheRest() {
    FrameworkStartLevel level = context.getBundle(0).adapt(FrameworkStartLevel.class);
    if (level.getStartLevel() < FULL_START_LEVEL) {
      level.setStartLevel(FULL_START_LEVEL);
    }
  }

  /** A start that fails since it is being stopped is no failure. */
  private void fatal(List<String> problems, Throwable cause) {
    if (closed) {
      LOG.info("Stopped while starting");
      return;
    }
    for (String problem : problems) {
      LOG.error("fatal: {}", problem, cause);
      System.err.println("slurmctld: fatal: " + problem);
    }
    DaemonEnd.failed("controller");
  }

  @Deactivate
  void stop() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      unregister();
      lasting.forEach(ServiceRegistration::unregister);
    }
    context.removeBundleListener(frameworkStops);
    starter.interrupt();
    awaitStarter();
    // What plans and records ends before what it does so with.
    controller.close();
    tracker.close();
  }

  /** A start under way works with classes of bundles that may go as soon as this one is stopped. */
  private void awaitStarter() {
    try {
      starter.join(STARTER_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (starter.isAlive()) {
      LOG.warn("The start has not ended within {} ms of being told to", STARTER_MILLIS);
    }
  }
}
