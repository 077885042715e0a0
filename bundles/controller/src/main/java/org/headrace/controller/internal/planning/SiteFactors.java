package org.headrace.controller.internal.planning;

import java.util.Map;
import org.headrace.api.sitefactor.SiteFactor;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.SchedulerInput;

/**
 * What a site's own plugin adds to priorities. Where none is configured, or it isn't there or
 * fails, jobs have what administrators gave them: nobody waits for it.
 */
final class SiteFactors {
  private final PluginRegistry registry;
  private final Calls calls;

  SiteFactors(PluginRegistry registry, Calls calls) {
    this.registry = registry;
    this.calls = calls;
  }

  /** Name of the plugin that is asked, or null. */
  String serving() {
    return registry.serving(Kind.SITE_FACTOR);
  }

  /**
   * The same jobs with the factors that count for them. The plugin has a time of its own, half of
   * what a plan may take: one that hangs holds nobody else up for long, and is to blame itself.
   */
  QueueRows of(QueueRows rows, SchedulerInput input, Map<String, String> settings, long now)
      throws InterruptedException {
    if (serving() == null) {
      return rows;
    }
    long patience = Math.max(1, Budget.of(settings).budgetMillis() / 2);
    try {
      return rows.withSiteFactors(
          calls.run(patience, () -> {}, () -> asked(registry, rows, input, settings, now, null)));
    } catch (PluginFault e) {
      // It has been counted and logged; the next priorities ask again.
      return rows;
    }
  }

  /** Tries a plugin. */
  static void tryOut(
      PluginRegistry registry,
      String name,
      QueueRows rows,
      SchedulerInput input,
      Map<String, String> settings,
      long now)
      throws PluginFault {
    asked(registry, rows, input, settings, now, name);
  }

  private static int[] asked(
      PluginRegistry registry,
      QueueRows rows,
      SchedulerInput input,
      Map<String, String> settings,
      long now,
      String name)
      throws PluginFault {
    String parameters = settings.getOrDefault("PrioritySiteFactorParameters", "");
    PluginRegistry.Call<SiteFactor, int[]> call =
        plugin -> {
          int[] factors = new int[rows.size()];
          for (int row = 0; row < factors.length; row++) {
            factors[row] = rows.siteFactor(row);
          }
          plugin.compute(rows, input.view(), parameters, now, factors);
          check(rows, factors);
          return factors;
        };
    return name == null
        ? registry.call(Kind.SITE_FACTOR, SiteFactor.class, call)
        : registry.callNamed(Kind.SITE_FACTOR.name(), name, SiteFactor.class, call);
  }

  private static void check(QueueRows rows, int[] factors) throws PluginFault {
    for (int row = 0; row < factors.length; row++) {
      if (Math.abs((long) factors[row]) > SiteFactor.MOST) {
        throw new PluginFault(
            "site factor %d of job %d is beyond %d"
                .formatted(factors[row], rows.jobId(row), SiteFactor.MOST));
      }
    }
  }
}
