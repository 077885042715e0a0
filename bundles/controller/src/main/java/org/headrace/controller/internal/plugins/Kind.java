package org.headrace.controller.internal.plugins;

import java.util.List;

/**
 * A kind of plugin of which one serves at a time.
 *
 * @param name the kind, as in {@code select/cons_tres}
 * @param key setting of the configuration that names the plugin
 * @param fallbacks names to use when the setting is missing, best first
 */
public record Kind(String name, String key, List<String> fallbacks) {
  /** Name that stands for no plugin, where a kind can do without one. */
  public static final String NONE = "none";

  public static final Kind SCHEDULER =
      new Kind("sched", "SchedulerType", List.of("backfill", "builtin"));
  public static final Kind SELECTOR =
      new Kind("select", "SelectType", List.of("cons_tres", "linear"));
  public static final Kind TOPOLOGY = new Kind("topology", "TopologyPlugin", List.of("flat"));
  public static final Kind PRIORITY =
      new Kind("priority", "PriorityType", List.of("multifactor", "basic"));
  public static final Kind PREEMPTION = new Kind("preempt", "PreemptType", List.of(NONE));
  public static final Kind SITE_FACTOR =
      new Kind("site_factor", "PrioritySiteFactorPlugin", List.of(NONE));
  public static final Kind ACCOUNTING =
      new Kind("accounting_storage", "AccountingStorageType", List.of("sqlite"));
  public static final Kind CREDENTIAL = new Kind("cred", "CredType", List.of("key"));

  /** All of them. */
  public static final List<Kind> ALL =
      List.of(
          SCHEDULER, SELECTOR, TOPOLOGY, PRIORITY, ACCOUNTING, CREDENTIAL, PREEMPTION, SITE_FACTOR);

  public Kind {
    fallbacks = List.copyOf(fallbacks);
  }

  /** The name part of a setting such as {@code select/cons_tres}. */
  static String nameOf(String setting) {
    return setting.substring(setting.lastIndexOf('/') + 1);
  }
}
