package org.headrace.controller.internal.planning;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.headrace.controller.internal.plugins.PluginFault;

/** A thread for calls that may hang. After one has, the thread is given up. */
final class Worker {
  private final LinkedBlockingQueue<FutureTask<?>> tasks = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::serve, "planner-worker");
  private volatile boolean abandoned;

  Worker() {
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (!abandoned) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        // Checked by the loop: an interrupt is how this thread is told to end.
      }
    }
  }

  <T> T run(Callable<T> job, long patienceMillis)
      throws PluginFault, TimeoutException, InterruptedException {
    FutureTask<T> task = new FutureTask<>(job);
    tasks.add(task);
    try {
      return task.get(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PluginFault fault) {
        throw fault;
      }
      throw new PluginFault("planning failed: " + e.getCause(), e.getCause());
    }
  }

  Thread thread() {
    return thread;
  }

  void abandon() {
    abandoned = true;
    thread.interrupt();
  }
}
