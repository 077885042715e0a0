package org.headrace.bench.internal.scheduler;

import java.util.Map;
import java.util.TreeMap;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.gres.gpu.internal.GpuKind;
import org.headrace.priority.multifactor.internal.MultifactorPriority;
import org.headrace.sched.backfill.internal.BackfillScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.select.linear.internal.LinearSelector;
import org.headrace.topology.tree.internal.TreeTopology;

/** The real plugins, in the registry that the controller has. */
final class Plugins {
  private static final String VERSION = "bench";

  private Plugins() {}

  /** Those that {@code settings} name serve. */
  static PluginRegistry serving(Map<String, String> settings) {
    PluginRegistry registry = new PluginRegistry();
    registry.add("sched", "backfill", VERSION, new BackfillScheduler());
    registry.add("select", "cons_tres", VERSION, new ConsTresSelector());
    registry.add("select", "linear", VERSION, new LinearSelector());
    registry.add("topology", "tree", VERSION, new TreeTopology());
    registry.add("priority", "multifactor", VERSION, new MultifactorPriority());
    registry.add("gres", "gpu", VERSION, new GpuKind());
    registry.configure(new TreeMap<>(settings));
    return registry;
  }
}
