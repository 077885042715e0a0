package org.headrace.bench.internal.scheduler;

import java.lang.management.ManagementFactory;
import org.headrace.controller.internal.planning.DirectCalls;

/** What the calling thread has used: a machine that others use too has no other clock. */
final class Meter extends DirectCalls {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** CPU time of this thread in nanoseconds. */
  static long cpu() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** Bytes that this thread has allocated. */
  static long allocated() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  /** Bytes in use on the heap, once garbage is gone. */
  static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Override
  public long nanos() {
    return cpu();
  }
}
