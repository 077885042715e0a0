package org.headrace.controller.internal.planning;

import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.headrace.controller.internal.plugins.PluginFault;

/** How plugins are called that may hang. */
public interface Calls {
  /**
   * Makes a call.
   *
   * @param patienceMillis how long to wait
   * @param giveUp called when the answer isn't wanted any more
   * @throws PluginFault if the call failed or didn't come back in time
   */
  <T> T run(long patienceMillis, Runnable giveUp, Callable<T> call)
      throws PluginFault, InterruptedException;

  /** True once so much time has passed since now. */
  BooleanSupplier timer(long nanos);

  /** A clock that only ever goes forward, for how long something took. */
  long nanos();
}
