package org.headrace.itests.probe;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleWiring;

/** Bundles and their class loaders. */
final class FrameworkOperations implements Operations {
  private final BundleContext context;
  private final Map<String, WeakReference<ClassLoader>> watched = new LinkedHashMap<>();

  FrameworkOperations(BundleContext context) {
    this.context = context;
  }

  @Override
  public CompletableFuture<byte[]> run(Frames.Request request) throws Exception {
    String answer =
        switch (request.operation()) {
          case "bundles" -> bundles();
          case "start-levels" -> startLevels();
          case "location" -> bundle(request.text(0)).getLocation();
          case "install" -> install(request.text(0));
          case "update" -> update(request.text(0), request.text(1));
          case "uninstall" -> uninstall(request.text(0));
          case "watch" -> watch(request.text(0));
          case "loaders" -> loaders();
          case "service" -> Boolean.toString(isThere(request.text(0)));
          case "property" -> {
            System.setProperty(request.text(0), request.text(1));
            yield "";
          }
          default -> null;
        };
    return answer == null
        ? null
        : CompletableFuture.completedFuture(answer.getBytes(StandardCharsets.UTF_8));
  }

  private String bundles() {
    StringBuilder lines = new StringBuilder();
    for (Bundle bundle : context.getBundles()) {
      boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
      lines
          .append(bundle.getSymbolicName())
          .append('\t')
          .append(bundle.getVersion())
          .append('\t')
          .append(bundle.getState() == Bundle.ACTIVE || fragment ? "ACTIVE" : state(bundle))
          .append('\n');
    }
    return lines.toString();
  }

  private String startLevels() {
    StringBuilder lines = new StringBuilder();
    for (Bundle bundle : context.getBundles()) {
      lines
          .append(bundle.getLocation())
          .append('\t')
          .append(bundle.adapt(BundleStartLevel.class).getStartLevel())
          .append('\n');
    }
    return lines.toString();
  }

  private static String state(Bundle bundle) {
    return switch (bundle.getState()) {
      case Bundle.INSTALLED -> "INSTALLED";
      case Bundle.RESOLVED -> "RESOLVED";
      case Bundle.STARTING -> "STARTING";
      case Bundle.STOPPING -> "STOPPING";
      default -> "UNINSTALLED";
    };
  }

  private Bundle bundle(String name) {
    for (Bundle bundle : context.getBundles()) {
      if (name.equals(bundle.getSymbolicName())) {
        return bundle;
      }
    }
    throw new IllegalArgumentException("no bundle " + name);
  }

  /** By name alone: to load the class would tie the probe to the bundle that has it. */
  private boolean isThere(String service) throws InvalidSyntaxException {
    return context.getAllServiceReferences(service, null) != null;
  }

  private String install(String location) throws BundleException {
    Bundle bundle = context.installBundle(location);
    bundle.start();
    return bundle.getSymbolicName();
  }

  private String update(String name, String file) throws Exception {
    if (file.isEmpty()) {
      bundle(name).update();
    } else {
      bundle(name).update(Files.newInputStream(Path.of(file)));
    }
    return "";
  }

  private String uninstall(String name) throws BundleException {
    bundle(name).uninstall();
    return "";
  }

  /** Keeps a weak hand on the class loader that a bundle has now. */
  private synchronized String watch(String name) {
    Bundle bundle = bundle(name);
    String label = name + " " + bundle.getLastModified() + " #" + watched.size();
    watched.put(label, new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader()));
    return label;
  }

  /** Labels of the watched class loaders that are still there after a garbage collection. */
  private synchronized String loaders() {
    RecordLinks.takeOver();
    System.gc();
    StringBuilder lines = new StringBuilder();
    watched.forEach(
        (label, loader) -> {
          if (loader.get() != null) {
            lines.append(label).append('\n');
          }
        });
    return lines.toString();
  }
}
