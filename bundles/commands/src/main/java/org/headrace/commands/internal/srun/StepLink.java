package org.headrace.commands.internal.srun;

import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.headrace.api.job.Step;
import org.headrace.control.stepio.StepStreams;
import org.headrace.control.stepio.StepStreams.Connection;

/**
 * The connection to one of the steps that a call of srun has; there are several where it goes over
 * components of a heterogeneous job. Their tasks are numbered through. Used by one thread, but for
 * what it hears, which becomes events.
 */
final class StepLink implements StepStreams.OutputListener {
  private final Step step;
  private final int position;
  private final Queue<StepEvent> events;
  private Connection connection;
  private boolean closed;
  private Step ended;
  private int unsafe;

  /**
   * @param position which of the call's steps it is, from 0
   */
  StepLink(Step step, int position, Queue<StepEvent> events) {
    this.step = step;
    this.position = position;
    this.events = events;
  }

  Step step() {
    return step;
  }

  /** Number among all tasks of the step's first one. */
  int firstTask() {
    return step.group().firstTask();
  }

  /**
   * Connects.
   *
   * @param passedOn bytes that the user has, by {@link #source}
   */
  void attach(StepStreams streams, Map<String, Long> passedOn) {
    Map<String, Long> received = new TreeMap<>();
    passedOn.forEach(
        (source, bytes) -> {
          int plus = source.lastIndexOf('+');
          int of = plus < 0 ? 0 : Integer.parseInt(source.substring(plus + 1));
          if (of == position) {
            received.put(plus < 0 ? source : source.substring(0, plus), bytes);
          }
        });
    connection = streams.attach(step.jobId(), step.id(), received, this);
  }

  Connection connection() {
    return connection;
  }

  /** How output of a node is counted: a node may be in several components. */
  String source(String node) {
    return position == 0 ? node : node + "+" + position;
  }

  boolean done() {
    return closed;
  }

  /** No more output comes. */
  void finish() {
    closed = true;
  }

  /** The step as it ended, or null. */
  Step ended() {
    return ended;
  }

  void end(Step now) {
    ended = now;
  }

  /** So many bytes more of its output are on their way to the user. */
  void passing(int bytes) {
    unsafe += bytes;
  }

  /** What was on its way has come to the user. */
  void safe(int bytes) {
    connection.consumed(bytes);
  }

  /** How many bytes are on their way, which count as told from now on. */
  int takePassing() {
    int bytes = unsafe;
    unsafe = 0;
    return bytes;
  }

  boolean is(Step other) {
    return other.jobId() == step.jobId() && other.id() == step.id();
  }

  @Override
  public void output(String node, int task, boolean error, byte[] data) {
    events.add(new StepEvent.Output(this, node, firstTask() + task, error, data));
  }

  @Override
  public void started(String node, int tasks) {
    events.add(new StepEvent.Started(node, tasks));
  }

  @Override
  public void taskEnded(int task, int code, int signal, String node) {
    events.add(new StepEvent.TaskEnded(this, firstTask() + task, code, signal, node));
  }

  @Override
  public void closed() {
    events.add(new StepEvent.Closed(this));
  }
}
