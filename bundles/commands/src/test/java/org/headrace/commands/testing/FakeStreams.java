package org.headrace.commands.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.headrace.control.stepio.StepStreams;

/** A step's streams that a test plays the tasks of. */
public final class FakeStreams implements StepStreams {
  private final CompletableFuture<OutputListener> listener = new CompletableFuture<>();
  private final Map<Long, CompletableFuture<OutputListener>> byJob = new ConcurrentHashMap<>();
  private final ByteArrayOutputStream input = new ByteArrayOutputStream();
  private volatile int inputTask = Integer.MIN_VALUE;
  private volatile boolean inputEnded;
  private volatile int consumed;

  @Override
  public Connection attach(
      long jobId, int stepId, Map<String, Long> received, OutputListener newListener) {
    listener.complete(newListener);
    ofJob(jobId).complete(newListener);
    return new Connection() {
      @Override
      public CompletionStage<Void> input(int task, byte[] data, boolean end) {
        inputTask = task;
        input.writeBytes(data);
        inputEnded |= end;
        return CompletableFuture.completedFuture(null);
      }

      @Override
      public void consumed(int bytes) {
        consumed += bytes;
      }

      @Override
      public void resize(int columns, int rows) {}

      @Override
      public void close() {}
    };
  }

  @Override
  public Connection watch(long jobId, int stepId, OutputListener newListener) {
    return attach(jobId, stepId, Map.of(), newListener);
  }

  /** Waits for the command to attach. */
  public OutputListener tasks() throws Exception {
    return listener.get(10, TimeUnit.SECONDS);
  }

  private CompletableFuture<OutputListener> ofJob(long job) {
    return byJob.computeIfAbsent(job, key -> new CompletableFuture<>());
  }

  /** Waits for the command to attach to the step of a component. */
  public OutputListener tasks(long job) throws Exception {
    return ofJob(job).get(10, TimeUnit.SECONDS);
  }

  public void print(int task, String text) throws Exception {
    tasks().output("n1", task, false, text.getBytes(StandardCharsets.UTF_8));
  }

  public String input() {
    return input.toString(StandardCharsets.UTF_8);
  }

  public int inputTask() {
    return inputTask;
  }

  public boolean inputEnded() {
    return inputEnded;
  }

  public int consumed() {
    return consumed;
  }
}
