package org.headrace.control;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The end of a daemon that can't do its work. */
public final class DaemonEnd {
  private static final long HALT_SECONDS = 20;

  private DaemonEnd() {}

  /**
   * Ends the process with status 1, from threads of its own: that stops the bundles, and the caller
   * may be one that is waited for. After 20 s it ends out of order, as something of what failed may
   * hold that up.
   *
   * @param who name of the caller's part of the daemon, for the threads
   */
  public static void failed(String who) {
    daemon(who + "-end", () -> System.exit(1));
    daemon(
        who + "-halt",
        () -> {
          LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(HALT_SECONDS));
          Runtime.getRuntime().halt(1);
        });
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
