package org.headrace.sim.internal;

import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.gres.gpu.internal.GpuKind;
import org.headrace.preempt.partition.internal.PartitionPreemption;
import org.headrace.preempt.qos.internal.QosPreemption;
import org.headrace.priority.basic.internal.BasicPriority;
import org.headrace.priority.multifactor.internal.MultifactorPriority;
import org.headrace.sched.backfill.internal.BackfillScheduler;
import org.headrace.sched.builtin.internal.BuiltinScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.select.linear.internal.LinearSelector;
import org.headrace.topology.flat.internal.FlatTopology;
import org.headrace.topology.tree.internal.BlockTopology;
import org.headrace.topology.tree.internal.TreeTopology;

/** The plugins that the distribution brings, as far as planning needs them. */
public final class Plugins {
  private static final String VERSION = "sim";

  private Plugins() {}

  /** A registry with all of them. */
  public static PluginRegistry all() {
    PluginRegistry registry = new PluginRegistry();
    registry.add("sched", "backfill", VERSION, new BackfillScheduler());
    registry.add("sched", "builtin", VERSION, new BuiltinScheduler());
    registry.add("select", "cons_tres", VERSION, new ConsTresSelector());
    registry.add("select", "linear", VERSION, new LinearSelector());
    registry.add("topology", "flat", VERSION, new FlatTopology());
    registry.add("topology", "tree", VERSION, new TreeTopology());
    registry.add("topology", "block", VERSION, new BlockTopology());
    registry.add("priority", "basic", VERSION, new BasicPriority());
    registry.add("priority", "multifactor", VERSION, new MultifactorPriority());
    registry.add("preempt", "partition_prio", VERSION, new PartitionPreemption());
    registry.add("preempt", "qos", VERSION, new QosPreemption());
    registry.add("gres", "gpu", VERSION, new GpuKind());
    return registry;
  }
}
