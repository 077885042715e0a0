package org.headrace.commands.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A command that runs while a test goes on. */
public final class Running {
  private final CompletableFuture<Integer> status = new CompletableFuture<>();

  private Running() {}

  public static Running start(FakeControl control, FakeStreams streams, FakeInvocation invocation) {
    Running running = new Running();
    Thread thread =
        new Thread(
            () -> {
              try {
                running.status.complete(Commands.run(control, streams, invocation));
              } catch (Exception e) {
                running.status.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return running;
  }

  public int status() throws Exception {
    return status.get(10, TimeUnit.SECONDS);
  }

  public boolean ended() {
    return status.isDone();
  }

  /** Waits until something holds. */
  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 10 s: " + what);
      }
      Thread.onSpinWait();
    }
  }
}
