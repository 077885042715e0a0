package org.headrace.controller.internal.planning;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;

/**
 * Makes calls that may hang on a thread of their own, one at a time. When the time is up, the
 * thread and the leases that it holds are given up, and the plugin that hangs has a fault.
 */
final class GuardedCalls implements Calls, AutoCloseable {
  private final PluginRegistry registry;
  private volatile Worker worker;

  GuardedCalls(PluginRegistry registry) {
    this.registry = registry;
  }

  @Override
  public <T> T run(long patienceMillis, Runnable giveUp, Callable<T> call)
      throws PluginFault, InterruptedException {
    Worker current = worker;
    if (current == null) {
      current = new Worker();
      worker = current;
    }
    try {
      return current.run(call, patienceMillis);
    } catch (TimeoutException e) {
      giveUp.run();
      worker = null;
      String culprit = registry.writeOff(current.thread(), patienceMillis);
      current.abandon();
      throw new PluginFault(
          (culprit == null ? "planning" : "plugin " + culprit)
              + ": no answer within "
              + patienceMillis
              + " ms",
          e);
    }
  }

  @Override
  public BooleanSupplier timer(long nanos) {
    long deadline = System.nanoTime() + nanos;
    return () -> System.nanoTime() - deadline > 0;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void close() {
    Worker current = worker;
    if (current != null) {
      current.abandon();
    }
  }
}
