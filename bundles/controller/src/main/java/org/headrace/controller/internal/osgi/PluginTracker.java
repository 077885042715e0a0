package org.headrace.controller.internal.osgi;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.accounting.AccountingStore;
import org.headrace.api.credential.MessageSigner;
import org.headrace.api.gres.GresKind;
import org.headrace.api.preemption.Preemption;
import org.headrace.api.priority.Priority;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.api.selector.Selector;
import org.headrace.api.sitefactor.SiteFactor;
import org.headrace.api.submit.SubmitFilter;
import org.headrace.api.topology.Topology;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings plugins that are services into the registry. A service says what it is by the property
 * {@value #PROPERTY}, one or several of {@code kind/name}.
 */
final class PluginTracker implements AutoCloseable {
  /** Service property that names a plugin. */
  static final String PROPERTY = "headrace.plugin";

  private static final Logger LOG = LoggerFactory.getLogger(PluginTracker.class);
  private static final List<Class<?>> TYPES =
      List.of(
          Scheduler.class,
          Selector.class,
          Topology.class,
          Priority.class,
          Preemption.class,
          GresKind.class,
          AccountingStore.class,
          MessageSigner.class,
          SubmitFilter.class,
          SiteFactor.class);

  private final List<ServiceTracker<?, ?>> trackers = new ArrayList<>();

  PluginTracker(BundleContext context, PluginRegistry registry) {
    for (Class<?> type : TYPES) {
      ServiceTracker<?, ?> tracker = track(context, type, registry);
      tracker.open();
      trackers.add(tracker);
    }
  }

  private static <T> ServiceTracker<T, T> track(
      BundleContext context, Class<T> type, PluginRegistry registry) {
    return new ServiceTracker<>(
        context,
        type,
        new ServiceTrackerCustomizer<T, T>() {
          @Override
          public T addingService(ServiceReference<T> reference) {
            T plugin = context.getService(reference);
            if (plugin != null) {
              String version = reference.getBundle().getVersion().toString();
              names(reference)
                  .forEach(name -> registry.add(kind(name), name(name), version, plugin));
            }
            return plugin;
          }

          @Override
          public void modifiedService(ServiceReference<T> reference, T plugin) {
            // Names of a plugin don't change while it is there.
          }

          @Override
          public void removedService(ServiceReference<T> reference, T plugin) {
            names(reference).forEach(name -> registry.remove(kind(name), name(name), plugin));
            context.ungetService(reference);
          }
        });
  }

  private static List<String> names(ServiceReference<?> reference) {
    Object property = reference.getProperty(PROPERTY);
    List<String> names = new ArrayList<>();
    if (property instanceof String one) {
      names.add(one);
    } else if (property instanceof String[] several) {
      names.addAll(List.of(several));
    }
    if (names.isEmpty() || names.stream().anyMatch(name -> !name.contains("/"))) {
      LOG.warn(
          "A service of bundle {} has {}={}, where kind/name is expected; ignored",
          reference.getBundle(),
          PROPERTY,
          property);
      return List.of();
    }
    return names;
  }

  private static String kind(String name) {
    return name.substring(0, name.indexOf('/'));
  }

  private static String name(String name) {
    return name.substring(name.indexOf('/') + 1);
  }

  @Override
  public void close() {
    trackers.forEach(ServiceTracker::close);
  }
}
