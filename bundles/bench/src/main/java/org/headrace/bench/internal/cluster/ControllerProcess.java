package org.headrace.bench.internal.cluster;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A controller that a benchmark has started for itself. */
public final class ControllerProcess {
  private static final long END_SECONDS = 20;

  private ControllerProcess() {}

  /** Whether a process is the controller of the cluster in a directory. */
  public static boolean livesIn(Path directory, ProcessHandle process) {
    return process.info().arguments().stream()
        .flatMap(Arrays::stream)
        .anyMatch(argument -> argument.contains(directory + "/"));
  }

  /** Asks it to end, and kills it if it doesn't within {@value #END_SECONDS} seconds. */
  public static void end(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(END_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
