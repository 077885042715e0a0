package org.headrace.shell.internal;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.karaf.features.DeploymentEvent;
import org.apache.karaf.features.DeploymentListener;
import org.apache.karaf.features.FeaturesService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the order in which bundles start, as {@code etc/startup.properties} gives it.
 *
 * <p>When a feature is installed or uninstalled, Karaf gives the bundles of its own features the
 * start levels of their definitions, and the framework remembers them. From then on the shell would
 * start before the controller, which answers seconds later for it.
 */
@Component(service = {})
public final class StartOrder implements DeploymentListener {
  private static final Logger LOG = LoggerFactory.getLogger(StartOrder.class);

  private final BundleContext context;
  private final FeaturesService features;
  private final Path file;

  @Activate
  public StartOrder(BundleContext context, @Reference FeaturesService features) {
    this(context, features, Path.of(System.getProperty("karaf.etc"), "startup.properties"));
  }

  StartOrder(BundleContext context, FeaturesService features, Path file) {
    this.context = context;
    this.features = features;
    this.file = file;
    features.registerListener(this);
  }

  @Deactivate
  void stop() {
    features.unregisterListener(this);
  }

  @Override
  public void deploymentEvent(DeploymentEvent event) {
    if (event != DeploymentEvent.DEPLOYMENT_FINISHED) {
      return;
    }
    try {
      putBack();
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "Bundles keep the start levels that the installed features gave them, so the next start"
              + " of the controller may take longer: {}",
          e.toString());
    }
  }

  private void putBack() throws IOException {
    Properties levels = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      levels.load(reader);
    }
    for (Bundle bundle : context.getBundles()) {
      String wanted = levels.getProperty(bundle.getLocation());
      BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
      if (wanted != null && level != null && level.getStartLevel() != level(wanted)) {
        level.setStartLevel(level(wanted));
      }
    }
  }

  private static int level(String text) {
    return Integer.parseInt(text.strip());
  }
}
