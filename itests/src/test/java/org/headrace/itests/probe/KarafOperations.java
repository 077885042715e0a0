package org.headrace.itests.probe;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.PrivilegedExceptionAction;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.security.auth.Subject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.osgi.framework.BundleContext;

/** Features, and commands of the administrator's shell. */
final class KarafOperations implements Operations {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final String[] ROLES = {"admin", "manager", "viewer", "systembundles", "ssh"};

  private final BundleContext context;

  KarafOperations(BundleContext context) {
    this.context = context;
  }

  @Override
  public CompletableFuture<byte[]> run(Frames.Request request) throws Exception {
    String answer =
        switch (request.operation()) {
          case "features" -> features();
          case "feature-install" -> install(request.text(0));
          case "feature-uninstall" -> uninstall(request.text(0));
          case "shell" -> shell(request.text(0));
          default -> null;
        };
    return answer == null
        ? null
        : CompletableFuture.completedFuture(answer.getBytes(StandardCharsets.UTF_8));
  }

  private String features() throws Exception {
    Services.await(context, BootFinished.class);
    StringBuilder lines = new StringBuilder();
    FeaturesService features = Services.await(context, FeaturesService.class);
    for (Feature feature : features.listFeatures()) {
      lines.append(feature.getName()).append('\n');
    }
    return lines.toString();
  }

  private String install(String name) throws Exception {
    FeaturesService features = Services.await(context, FeaturesService.class);
    features.installFeature(name, EnumSet.of(FeaturesService.Option.Verbose));
    return "";
  }

  private String uninstall(String name) throws Exception {
    Services.await(context, FeaturesService.class).uninstallFeature(name);
    return "";
  }

  /** Types a command as somebody who has logged in with the administrator's key. */
  private String shell(String command) throws Exception {
    SessionFactory factory = Services.await(context, SessionFactory.class);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Session session = factory.create(new ByteArrayInputStream(new byte[0]), out, out)) {
      Object result = asAdministrator(() -> executeOnceKnown(session, command));
      if (result != null) {
        out.println(result);
      }
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  /** The shell's commands are the last thing that a controller starts. */
  private static Object executeOnceKnown(Session session, String command) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        return session.execute(command);
      } catch (Exception e) {
        boolean unknown = e.getClass().getSimpleName().equals("CommandNotFoundException");
        if (!unknown || System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(STEP_NANOS);
      }
    }
  }

  private static Object asAdministrator(PrivilegedExceptionAction<Object> action) throws Exception {
    Subject subject = new Subject();
    Class<?> type = Class.forName("org.apache.karaf.jaas.boot.principal.RolePrincipal");
    Set<Principal> principals = subject.getPrincipals();
    for (String role : ROLES) {
      principals.add((Principal) type.getConstructor(String.class).newInstance(role));
    }
    return Subject.doAs(subject, action);
  }
}
