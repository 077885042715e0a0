package org.headrace.rest.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.headrace.api.auth.TokenAuthority;
import org.headrace.api.auth.TokenException;
import org.headrace.api.auth.Tokens;
import org.headrace.control.Control;
import org.headrace.control.definition.ConfigurationListener;
import org.headrace.control.front.Caller;
import org.headrace.control.front.Callers;
import org.headrace.control.front.UserCommand;
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
 * Offers the REST API where the configuration says so ({@code HeadraceRest}), while this controller
 * leads. When the configuration is read again, addresses, limits and keys of tokens are taken from
 * it anew.
 */
@Component(
    service = {ConfigurationListener.class, Tunnels.class},
    immediate = true)
public final class RestComponent implements ConfigurationListener, Tunnels {
  private static final Logger LOG = LoggerFactory.getLogger(RestComponent.class);
  private static final long PATIENCE_SECONDS = 10;
  private static final long RETRY_SECONDS = 5;

  /** What the API depends on. */
  private static final List<String> KEYS =
      List.of(
          "HeadraceRest",
          "HeadraceRestParameters",
          "AuthAltTypes",
          "AuthAltParameters",
          "StateSaveLocation",
          "SlurmUser",
          "ClusterName");

  private final Programs programs = new Programs();
  private final Callers callers;

  /** Does one thing after the other: what asks for it mustn't wait. */
  private final ScheduledExecutorService changes =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "rest-settings");
            thread.setDaemon(true);
            return thread;
          });

  private volatile String version = "";
  private volatile Map<String, String> settings;
  private volatile TokenAuthority authority;
  private volatile Authentication authentication;
  private volatile boolean ended;
  private String lastFailure = ""; // These five by the thread above alone.
  private String lastProblem = "";
  private RestSettings inUse;
  private RestServer server;
  private RestServer tunnels; // Null until somebody brings a connection.

  @Activate
  public RestComponent(@Reference Control control, @Reference Callers callers) {
    this.callers = callers;
    settings = relevant(control.snapshot().definition().settings());
  }

  private static Map<String, String> relevant(Map<String, String> all) {
    Map<String, String> some = new HashMap<>(all);
    some.keySet().retainAll(KEYS);
    return some;
  }

  @Activate
  void activate() {
    changes.execute(this::apply);
  }

  @Deactivate
  void deactivate() {
    ended = true;
    try {
      changes
          .submit(
              () -> {
                close();
                closeTunnels();
              })
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("The REST API didn't end in good order", e);
    } finally {
      changes.shutdownNow();
    }
  }

  /** Each time: files of keys may have changed in place. */
  @Override
  public void inForce(Map<String, String> all) {
    settings = relevant(all);
    change();
  }

  @Reference(
      target = "(headrace.plugin=auth/jwt)",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  void setAuthority(TokenAuthority found) {
    authority = found;
    change();
  }

  void unsetAuthority(TokenAuthority gone) {
    if (authority == gone) {
      authority = null;
      change();
    }
  }

  private void change() {
    try {
      changes.execute(this::apply);
    } catch (RejectedExecutionException e) {
      LOG.debug("The REST API has ended", e);
    }
  }

  @Reference(
      target = "(!(" + SlurmrestdCommand.MARK + "=*))",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void addCommand(UserCommand command, Map<String, Object> properties) {
    programs.add(command, properties.get(Constants.SERVICE_RANKING) instanceof Integer r ? r : 0);
  }

  void removeCommand(UserCommand command) {
    programs.remove(command);
  }

  private void close() {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  private void closeTunnels() {
    if (tunnels != null) {
      tunnels.close();
      tunnels = null;
    }
  }

  @Override
  public RestServer server() throws IOException {
    try {
      return changes.submit(this::openTunnels).get();
    } catch (ExecutionException | RejectedExecutionException e) {
      throw new IOException("the REST API can't be offered: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the REST API ends", e);
    }
  }

  private RestServer openTunnels() throws IOException {
    if (tunnels == null) {
      if (ended) {
        throw new IOException("it ends");
      }
      authentication = authentication();
      tunnels = RestServer.open(RestSettings.of(settings).withoutAddresses(), desk());
    }
    return tunnels;
  }

  private Desk desk() {
    return new Desk(programs, callers, () -> authentication, this::release);
  }

  private Authentication authentication() {
    String slurmUser = settings.getOrDefault("SlurmUser", "root");
    return new Authentication(callers, tokens(), slurmUser, Clock.systemUTC());
  }

  /** Keys at once; the server is opened anew only where something about it has changed. */
  private void apply() {
    if (ended) {
      return;
    }
    try {
      RestSettings wanted = RestSettings.of(settings);
      if (!wanted.addresses().isEmpty() || tunnels != null) {
        authentication = authentication();
      }
      if (wanted.equals(inUse) && (server != null || wanted.addresses().isEmpty())) {
        return;
      }
      close();
      if (!wanted.equals(inUse)) {
        closeTunnels();
      }
      inUse = wanted;
      if (!wanted.addresses().isEmpty()) {
        server = RestServer.open(wanted, desk());
        LOG.info("The REST API is at {}", wanted.addresses());
      }
      lastFailure = "";
    } catch (IOException e) {
      failed(e);
      retry();
    } catch (IllegalArgumentException e) {
      failed(e);
    }
  }

  /** What is in the way may go by itself. */
  private void retry() {
    try {
      changes.schedule(this::apply, RETRY_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("The REST API has ended", e);
    }
  }

  private void failed(Exception e) {
    if (!String.valueOf(e.getMessage()).equals(lastFailure)) {
      LOG.error("The REST API isn't offered as configured: {}", e.getMessage());
    }
    lastFailure = String.valueOf(e.getMessage());
  }

  /** Waits until all that was asked for is done; for tests. */
  void settle() throws Exception {
    changes.submit(() -> {}).get();
  }

  /** Null where no token is believed; at UNIX sockets the kernel still says who calls. */
  private Tokens tokens() {
    boolean wanted =
        Arrays.stream(settings.getOrDefault("AuthAltTypes", "").split(","))
            .anyMatch(type -> type.strip().equals("auth/jwt"));
    TokenAuthority now = authority;
    if (!wanted || now == null) {
      return null;
    }
    try {
      Tokens opened = now.open(settings);
      lastProblem = "";
      return opened;
    } catch (TokenException e) {
      if (!e.getMessage().equals(lastProblem)) {
        LOG.error("The REST API believes no tokens: {}", e.getMessage());
      }
      lastProblem = e.getMessage();
      return null;
    }
  }

  /** As the commands present themselves. */
  private Release release() {
    String cluster = settings.getOrDefault("ClusterName", "");
    if (version.isEmpty()) {
      version = version();
    }
    return new Release(version, cluster);
  }

  private String version() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      Caller nobody = new Caller(65_534, 65_534, "nobody", "nogroup", new int[0]);
      programs.run(Call.of("scontrol", "version"), nobody, callers, out, new BoundedText(1024));
    } catch (Exception e) {
      LOG.debug("The version of the commands isn't known yet", e);
    }
    String[] words = out.toString(StandardCharsets.UTF_8).strip().split(" ");
    return words[words.length - 1];
  }
}
