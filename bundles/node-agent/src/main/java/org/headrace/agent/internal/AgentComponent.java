package org.headrace.agent.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.headrace.api.credential.CredentialException;
import org.headrace.api.credential.MessageSigner;
import org.headrace.api.gres.GresKind;
import org.headrace.api.launcher.LauncherFactory;
import org.headrace.transport.ClusterAccess;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
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
 * Runs the agent of one node in the container of a node's daemon. A configuration that can't be
 * used, or a port that is taken, ends the process with a message on standard error; a key or a
 * plugin that isn't there yet is waited for.
 */
@Component(
    immediate = true,
    service = {})
public final class AgentComponent {
  private static final Logger LOG = LoggerFactory.getLogger(AgentComponent.class);
  private static final String PLUGIN = "headrace.plugin";
  private static final long RETRY_SECONDS = 5;

  private final BundleContext context;
  private final LauncherFactory launchers;
  private final Map<String, MessageSigner> signers = new ConcurrentHashMap<>();
  private final Map<String, GresKind> gresKinds = new ConcurrentHashMap<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final ScheduledThreadPoolExecutor threads =
      new ScheduledThreadPoolExecutor(1, named("agent"));
  private final ExecutorService hookThreads = Executors.newCachedThreadPool(named("agent-hook"));
  private Thread starter;
  private NodeAgent agent;
  private ServiceRegistration<ClusterAccess> access;

  @Activate
  public AgentComponent(
      BundleContext context,
      @Reference(target = "(headrace.plugin=launcher/process)") LauncherFactory launchers) {
    this.context = context;
    this.launchers = launchers;
    threads.setRemoveOnCancelPolicy(true);
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addSigner(MessageSigner signer, Map<String, Object> properties) {
    each(properties, name -> signers.put(name, signer));
  }

  void removeSigner(MessageSigner signer, Map<String, Object> properties) {
    each(properties, name -> signers.remove(name, signer));
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addGresKind(GresKind kind) {
    gresKinds.put(kind.name(), kind);
  }

  void removeGresKind(GresKind kind) {
    gresKinds.remove(kind.name(), kind);
  }

  private static void each(
      Map<String, Object> properties, java.util.function.Consumer<String> action) {
    Object names = properties.get(PLUGIN);
    if (names instanceof String[] several) {
      for (String name : several) {
        action.accept(name);
      }
    } else if (names instanceof String name) {
      action.accept(name);
    }
  }

  /** Starts the agent on a thread of its own, if this is a node's daemon. */
  @Activate
  void start() {
    if (System.getProperty("headrace.role", "").equals("node")) {
      starter = named("agent-start").newThread(this::run);
      starter.start();
    }
  }

  private void run() {
    try {
      String hostName = new Machine().hostName();
      String file = System.getProperty("headrace.conf", "/etc/slurm/slurm.conf");
      SlurmConfAdapter.Loaded loaded =
          SlurmConfAdapter.load(Path.of(file), System.getProperty("headrace.node", ""), hostName);
      loaded.warnings().forEach(LOG::warn);
      MessageSigner signer = signer(loaded.settings().settings());
      if (signer != null) {
        begin(loaded, file, signer);
      }
    } catch (SlurmConfAdapter.UnusableException | IOException e) {
      LOG.debug("Where the agent's start ended", e);
      fatal(e.getMessage(), null); // It says what is wrong; where we noticed helps nobody.
    } catch (InterruptedException e) {
      LOG.debug("Stopped while starting");
    } catch (RuntimeException | LinkageError e) {
      fatal("unexpected: " + e, e);
    }
  }

  /** The plugin that the configuration names, with its key; null if we are stopped meanwhile. */
  private MessageSigner signer(Map<String, String> settings) throws InterruptedException {
    String type = settings.getOrDefault("CredType", "cred/key");
    String said = "";
    do {
      MessageSigner signer = signers.get(type);
      String problem = "no plugin for CredType=" + type + " is there yet";
      if (signer != null) {
        try {
          signer.open(settings);
          return signer;
        } catch (CredentialException e) {
          problem = e.getMessage();
        }
      }
      if (!problem.equals(said)) {
        LOG.error("Waiting: {}", problem);
        said = problem;
      }
    } while (!stopped.await(signers.containsKey(type) ? RETRY_SECONDS : 1, TimeUnit.SECONDS));
    return null;
  }

  private synchronized void begin(SlurmConfAdapter.Loaded loaded, String file, MessageSigner signer)
      throws IOException {
    if (stopped.getCount() == 0) {
      return;
    }
    AgentSettings settings = loaded.settings();
    // For the door that hands this host's commands on.
    access =
        context.registerService(
            ClusterAccess.class,
            new ClusterAccess(settings.controllers(), signer, loaded.controllerHost()),
            null);
    agent =
        NodeAgent.start(
            settings,
            new NodeAgent.Surroundings(
                launchers,
                AeronLink.signedBy(signer),
                gresKinds::get,
                SlurmConfAdapter::hostlist,
                threads,
                hookThreads,
                new HomeCluster(file, toldSocket()),
                System.getProperty("headrace.version", "0.1.0"),
                this::leave));
  }

  private static String toldSocket() {
    return Boolean.getBoolean("headrace.socket.told")
        ? System.getProperty("headrace.socket", "")
        : "";
  }

  private void leave() {
    named("agent-leave")
        .newThread(
            () -> {
              try {
                context.getBundle(0).stop();
              } catch (BundleException e) {
                LOG.error("The container can't be stopped", e);
              }
            })
        .start();
  }

  /** From another thread, as ending the process stops this component, which waits for us. */
  private static void fatal(String message, Throwable cause) {
    LOG.error("fatal: {}", message, cause);
    System.err.println("slurmd: fatal: " + message);
    named("agent-end").newThread(() -> System.exit(1)).start();
  }

  /** Leaves the cluster; steps go on running. */
  @Deactivate
  void stop() throws InterruptedException {
    stopped.countDown();
    if (starter != null) {
      starter.interrupt();
      starter.join(TimeUnit.SECONDS.toMillis(RETRY_SECONDS));
    }
    synchronized (this) {
      if (access != null) {
        access.unregister();
      }
      if (agent != null) {
        agent.close();
      }
    }
    hookThreads.shutdownNow();
    threads.shutdownNow();
  }
}
