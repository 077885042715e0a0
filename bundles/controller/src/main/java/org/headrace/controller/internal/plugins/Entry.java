package org.headrace.controller.internal.plugins;

import java.util.concurrent.atomic.AtomicLong;
import org.headrace.control.plugin.PluginStatus;

/** A plugin that is there, and how it does. */
final class Entry {
  final String kind;
  final String name;
  final String version;
  final Lease lease;
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong worstNanos = new AtomicLong();
  private final AtomicLong faults = new AtomicLong();
  private volatile int consecutiveFaults;
  private volatile String lastFault = "";
  private volatile boolean quarantined;

  Entry(String kind, String name, String version, Object plugin) {
    this.kind = kind;
    this.name = name;
    this.version = version;
    lease = new Lease(plugin);
  }

  String key() {
    return kind + "/" + name;
  }

  void succeeded(long took) {
    calls.incrementAndGet();
    nanos.addAndGet(took);
    worstNanos.accumulateAndGet(took, Math::max);
  }

  /** Ends a row of faults. */
  void doesWell() {
    if (consecutiveFaults != 0) {
      consecutiveFaults = 0;
    }
  }

  /** Counts a fault; returns how many there have been in a row. */
  synchronized int failed(long took, String why) {
    calls.incrementAndGet();
    nanos.addAndGet(took);
    worstNanos.accumulateAndGet(took, Math::max);
    faults.incrementAndGet();
    lastFault = why;
    return ++consecutiveFaults;
  }

  void quarantine(boolean on) {
    quarantined = on;
    if (!on) {
      consecutiveFaults = 0;
    }
  }

  boolean quarantined() {
    return quarantined;
  }

  PluginStatus status(PluginStatus.State state) {
    long count = calls.get();
    return new PluginStatus(
        kind,
        name,
        version,
        state,
        count,
        count == 0 ? 0 : nanos.get() / count / 1000,
        worstNanos.get() / 1000,
        faults.get(),
        lastFault);
  }
}
