package org.headrace.controller.internal.planning;

import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.headrace.controller.internal.plugins.PluginFault;

/** Calls plugins on the caller's thread, in no time: for planning on virtual time. */
public class DirectCalls implements Calls {
  @Override
  public <T> T run(long patienceMillis, Runnable giveUp, Callable<T> call) throws PluginFault {
    try {
      return call.call();
    } catch (PluginFault e) {
      throw e;
    } catch (Exception e) {
      throw new PluginFault("planning failed: " + e, e);
    }
  }

  @Override
  public BooleanSupplier timer(long nanos) {
    return () -> false;
  }

  @Override
  public long nanos() {
    return 0;
  }
}
