package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.headrace.api.launcher.ExitStatus;
import org.headrace.api.launcher.LaunchListener;
import org.headrace.api.launcher.OutputKind;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepResult;

/** Remembers what it hears and lets a test wait for it. */
final class RecordingListener implements LaunchListener {

  private static final long DEADLINE_NANOS = 20_000_000_000L;

  private final Map<StepKey, StepResult> results = new HashMap<>();
  private final Map<StepKey, List<Long>> pids = new HashMap<>();
  private final Map<StepKey, List<String>> notes = new HashMap<>();
  private final Map<String, ByteArrayOutputStream> output = new HashMap<>();
  private final Map<StepKey, Map<Integer, ExitStatus>> exits = new HashMap<>();
  private final Map<StepKey, Map<Integer, byte[]>> shares = new HashMap<>();
  private final Map<StepKey, Set<Integer>> passed = new HashMap<>();
  private final Map<StepKey, String> aborted = new HashMap<>();
  private int endedCalls;
  private boolean accepting = true;

  @Override
  public synchronized void started(StepKey key, int attempt, List<Long> p, List<String> n) {
    pids.put(key, p);
    notes.put(key, n);
    notifyAll();
  }

  @Override
  public synchronized boolean output(StepKey key, int rank, OutputKind stream, byte[] data) {
    output
        .computeIfAbsent(name(key, rank, stream), k -> new ByteArrayOutputStream())
        .writeBytes(data);
    notifyAll();
    return accepting;
  }

  @Override
  public synchronized void taskExited(StepKey key, int rank, ExitStatus status) {
    exits.computeIfAbsent(key, k -> new HashMap<>()).put(rank, status);
    notifyAll();
  }

  @Override
  public synchronized void ended(StepKey key, StepResult result) {
    results.put(key, result);
    endedCalls++;
    notifyAll();
  }

  @Override
  public synchronized void inputWritable(StepKey key) {
    notifyAll();
  }

  @Override
  public synchronized void share(StepKey key, int round, byte[] pairs) {
    shares.computeIfAbsent(key, k -> new HashMap<>()).put(round, pairs);
    notifyAll();
  }

  @Override
  public synchronized void passed(StepKey key, int round) {
    passed.computeIfAbsent(key, k -> new TreeSet<>()).add(round);
    notifyAll();
  }

  @Override
  public synchronized void aborted(StepKey key, String why) {
    aborted.put(key, why);
    notifyAll();
  }

  synchronized Map<Integer, byte[]> shares(StepKey key) {
    return new HashMap<>(shares.getOrDefault(key, Map.of()));
  }

  synchronized Set<Integer> passed(StepKey key) {
    return new TreeSet<>(passed.getOrDefault(key, Set.of()));
  }

  synchronized String aborted(StepKey key) {
    return aborted.getOrDefault(key, "");
  }

  private static String name(StepKey key, int rank, OutputKind stream) {
    return key + "/" + rank + "/" + stream;
  }

  synchronized void accept(boolean accept) {
    accepting = accept;
  }

  synchronized int endedCalls() {
    return endedCalls;
  }

  synchronized String output(StepKey key, int rank) {
    return output(key, rank, OutputKind.STDOUT);
  }

  synchronized String output(StepKey key, int rank, OutputKind stream) {
    ByteArrayOutputStream bytes = output.get(name(key, rank, stream));
    return bytes == null ? "" : bytes.toString(StandardCharsets.UTF_8);
  }

  synchronized long outputBytes(StepKey key, int rank) {
    ByteArrayOutputStream bytes = output.get(name(key, rank, OutputKind.STDOUT));
    return bytes == null ? 0 : bytes.size();
  }

  synchronized Map<Integer, ExitStatus> exits(StepKey key) {
    return new HashMap<>(exits.getOrDefault(key, Map.of()));
  }

  synchronized List<String> notes(StepKey key) {
    return new ArrayList<>(notes.getOrDefault(key, List.of()));
  }

  List<Long> awaitStarted(StepKey key) {
    await("start of " + key, () -> pids.containsKey(key));
    synchronized (this) {
      return pids.get(key);
    }
  }

  StepResult awaitEnded(StepKey key) {
    await("end of " + key, () -> results.containsKey(key));
    synchronized (this) {
      return results.get(key);
    }
  }

  synchronized boolean hasEnded(StepKey key) {
    return results.containsKey(key);
  }

  /**
   * Waits until the condition holds; it is looked at whenever something was heard, or 20 ms went
   * by.
   */
  synchronized void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        fail("no " + what + " within 20 s; results " + results + ", output " + output);
      }
      try {
        wait(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail("interrupted");
      }
    }
  }
}
