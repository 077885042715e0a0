package org.headrace.controller.internal.nodes;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.headrace.api.job.Step;
import org.headrace.api.model.NodeView;
import org.headrace.control.event.Event;
import org.headrace.control.stepio.StepStreams;
import org.headrace.core.PublishedState;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;

/**
 * Connects front ends with the input and output of steps. An agent sends no more output than it has
 * credit for, and gets credit as the user has taken it, so that a slow reader slows the step down
 * and nothing else.
 *
 * <p>State lives on the thread of the links; listeners are called on a thread of the executor, one
 * call at a time for each connection.
 */
final class StepHub implements StepStreams {
  private static final long LEAST_CREDIT = 64 * 1024;

  /** What is kept of each step for who comes late, in bytes and pieces. */
  private static final int MOST_LATEST = 64 * 1024;

  private static final int MOST_LATEST_PIECES = 128;

  private final BiConsumer<String, ToNode> send;
  private final Executor links;
  private final Executor listeners;
  private final Map<Key, Attachment> attachments = new HashMap<>();
  private final Map<Key, List<Watcher>> watchers = new HashMap<>();
  private volatile PublishedState state;

  private record Key(long jobId, int stepId) {}

  /** Output on its way to the user, and the node that gets credit for it afterwards. */
  private record Delivered(String node, int bytes) {}

  /**
   * @param send sends a message to a node
   * @param links runs on the thread of the links
   * @param listeners runs listeners
   */
  StepHub(BiConsumer<String, ToNode> send, Executor links, Executor listeners) {
    this.send = send;
    this.links = links;
    this.listeners = listeners;
  }

  void published(PublishedState newState) {
    state = newState;
  }

  @Override
  public Connection attach(
      long jobId, int stepId, Map<String, Long> received, OutputListener listener) {
    Key key = new Key(jobId, stepId);
    Attachment attachment = new Attachment(key, received, listener, new SerialExecutor(listeners));
    links.execute(() -> open(attachment));
    return attachment;
  }

  @Override
  public Connection watch(long jobId, int stepId, OutputListener listener) {
    Key key = new Key(jobId, stepId);
    Watcher watcher = new Watcher(key, listener, new SerialExecutor(listeners));
    links.execute(() -> open(watcher));
    return watcher;
  }

  private void open(Watcher watcher) {
    Step step = find(watcher.key);
    if (step == null || step.ended() != 0) {
      watcher.end();
      return;
    }
    Attachment attachment = attachments.get(watcher.key);
    if (attachment != null) {
      attachment.latest.tell(watcher);
    }
    watchers.computeIfAbsent(watcher.key, key -> new ArrayList<>()).add(watcher);
  }

  private List<Watcher> watchersOf(Key key) {
    return List.copyOf(watchers.getOrDefault(key, List.of()));
  }

  private void open(Attachment attachment) {
    Attachment before = attachments.get(attachment.key);
    if (before != null && before.isAheadOf(attachment)) {
      // The same client by an earlier way, on which this was held up.
      attachment.end();
      return;
    }
    attachments.put(attachment.key, attachment);
    if (before != null) {
      before.end();
    }
    Step step = find(attachment.key);
    if (step == null || step.ended() != 0) {
      attachments.remove(attachment.key);
      attachment.end();
      return;
    }
    for (Step.Part part : step.parts()) {
      NodeView view = state.node(part.node());
      if (view != null) {
        attachment.nodes.add(view.name());
      }
    }
    attachment.nodes.forEach(node -> grant(attachment, node));
  }

  /** All nodes together never have more under way than the window of the connection. */
  private void grant(Attachment attachment, String node) {
    Key key = attachment.key;
    long credit = Math.max(LEAST_CREDIT, Connection.OUTPUT_WINDOW / attachment.nodes.size());
    long received = attachment.handedOn.getOrDefault(node, 0L);
    attachment.input.expect(node);
    send.accept(node, new ToNode.Attach(key.jobId(), key.stepId(), true, received));
    send.accept(node, new ToNode.Credit(key.jobId(), key.stepId(), credit));
  }

  private Step find(Key key) {
    PublishedState current = state;
    if (current == null) {
      return null;
    }
    List<Step> steps = current.steps(key.jobId());
    return steps.stream().filter(step -> step.id() == key.stepId()).findFirst().orElse(null);
  }

  /** An agent has come back: it has forgotten who listens. */
  void resume(String node) {
    attachments.values().stream()
        .filter(attachment -> attachment.nodes.contains(node))
        .forEach(attachment -> grant(attachment, node));
  }

  void output(String node, FromNode.Output output) {
    Key key = new Key(output.jobId(), output.stepId());
    Attachment attachment = attachments.get(key);
    if (attachment == null) {
      // Only the question whether somebody listens needs an answer; a listener may be on its way.
      if (output.data().length == 0) {
        send.accept(node, new ToNode.Attach(key.jobId(), key.stepId(), false));
      }
      return;
    }
    int bytes = output.data().length;
    if (output.position() != attachment.handedOn.getOrDefault(node, 0L)) {
      // Was under way when a connection broke: it comes again in its place.
      return;
    }
    attachment.delivered.add(new Delivered(node, bytes));
    attachment.handedOn.merge(node, (long) bytes, Long::sum);
    attachment.serial.execute(
        () -> attachment.listener.output(node, output.task(), output.error(), output.data()));
    attachment.latest.add(node, output);
    watchersOf(key).forEach(watcher -> watcher.output(node, output));
  }

  void started(String node, FromNode.TasksStarted started) {
    Attachment attachment = attachments.get(new Key(started.jobId(), started.stepId()));
    if (attachment != null) {
      attachment.serial.execute(() -> attachment.listener.started(node, started.tasks()));
    }
  }

  void taskEnded(String node, FromNode.TaskEnded ended) {
    watchersOf(new Key(ended.jobId(), ended.stepId()))
        .forEach(watcher -> watcher.taskEnded(node, ended));
    Attachment attachment = attachments.get(new Key(ended.jobId(), ended.stepId()));
    if (attachment != null) {
      attachment.serial.execute(
          () ->
              attachment.listener.taskEnded(
                  ended.task(), ended.exit().code(), ended.exit().signal(), node));
    }
  }

  void inputTaken(String node, FromNode.InputTaken taken) {
    Attachment attachment = attachments.get(new Key(taken.jobId(), taken.stepId()));
    if (attachment != null) {
      attachment.input.taken(node, taken.position());
    }
  }

  /** This node's tasks have ended; those of others may go on. */
  void partEnded(String node, long jobId, int stepId) {
    Attachment attachment = attachments.get(new Key(jobId, stepId));
    if (attachment != null) {
      attachment.input.ended(node);
    }
  }

  /** What a step wrote comes before the report of its end, so by now it has been passed on. */
  void on(Event event) {
    if (event instanceof Event.StepChanged changed && changed.step().ended() != 0) {
      Key key = new Key(changed.step().jobId(), changed.step().id());
      Attachment attachment = attachments.remove(key);
      if (attachment != null) {
        attachment.end();
      }
      List<Watcher> watching = watchers.remove(key);
      if (watching != null) {
        watching.forEach(Watcher::end);
      }
    }
  }

  /** Somebody who hears of a step beside whoever started it. */
  private final class Watcher implements Connection {
    private final Key key;
    private final OutputListener listener;
    private final SerialExecutor serial;
    private final Set<Integer> endedTasks = new HashSet<>();
    private long behind;
    private boolean ended;

    Watcher(Key key, OutputListener listener, SerialExecutor serial) {
      this.key = key;
      this.listener = listener;
      this.serial = serial;
    }

    private void output(String node, FromNode.Output output) {
      if (ended) {
        return;
      }
      behind += output.data().length;
      if (behind > OUTPUT_WINDOW) {
        leave();
        return;
      }
      serial.execute(() -> listener.output(node, output.task(), output.error(), output.data()));
    }

    /** Nodes may say it again after a break of the connection. */
    private void taskEnded(String node, FromNode.TaskEnded end) {
      if (!ended && endedTasks.add(end.task())) {
        serial.execute(
            () -> listener.taskEnded(end.task(), end.exit().code(), end.exit().signal(), node));
      }
    }

    private void end() {
      if (!ended) {
        ended = true;
        serial.execute(listener::closed);
      }
    }

    private void leave() {
      watchers.computeIfPresent(
          key,
          (same, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
      end();
    }

    @Override
    public void consumed(int bytes) {
      links.execute(() -> behind -= bytes);
    }

    @Override
    public CompletionStage<Void> input(int task, byte[] data, boolean end) {
      CompletableFuture<Void> passedOn = new CompletableFuture<>();
      links.execute(
          () -> {
            Attachment attachment = ended ? null : attachments.get(key);
            if (attachment == null) {
              passedOn.complete(null);
            } else {
              attachment.input.add(task, data, end).thenRun(() -> passedOn.complete(null));
            }
          });
      return passedOn;
    }

    @Override
    public void resize(int columns, int rows) {
      // The terminal is that of whoever started the step.
    }

    @Override
    public void close() {
      links.execute(this::leave);
    }
  }

  /** The latest output of a step, for who comes late. */
  private static final class Latest {
    private record Said(String node, FromNode.Output output) {}

    private final ArrayDeque<Said> said = new ArrayDeque<>();
    private int bytes;

    private void add(String node, FromNode.Output output) {
      said.add(new Said(node, output));
      bytes += output.data().length;
      while (bytes > MOST_LATEST || said.size() > MOST_LATEST_PIECES) {
        bytes -= said.remove().output().data().length;
      }
    }

    private void tell(Watcher watcher) {
      said.forEach(one -> watcher.output(one.node(), one.output()));
    }
  }

  private final class Attachment implements Connection {
    private final Key key;
    private final OutputListener listener;
    private final SerialExecutor serial;
    private final Set<String> nodes = new LinkedHashSet<>();
    private final ArrayDeque<Delivered> delivered = new ArrayDeque<>();
    private final Map<String, Long> handedOn = new HashMap<>();
    private final Map<String, Long> consumed = new HashMap<>();
    private final Latest latest = new Latest();
    private final InputFeed input;
    private long consumedBytes;
    private boolean ended;

    Attachment(
        Key key, Map<String, Long> received, OutputListener listener, SerialExecutor serial) {
      input = new InputFeed(key.jobId(), key.stepId(), send);
      handedOn.putAll(received);
      consumed.putAll(received);
      this.key = key;
      this.listener = listener;
      this.serial = serial;
    }

    /** Whether the client has had more by this connection than the other starts from. */
    private boolean isAheadOf(Attachment other) {
      return consumed.entrySet().stream()
          .anyMatch(known -> known.getValue() > other.handedOn.getOrDefault(known.getKey(), 0L));
    }

    private void end() {
      if (!ended) {
        ended = true;
        input.close();
        serial.execute(listener::closed);
      }
    }

    private void toAll(ToNode message) {
      nodes.forEach(node -> send.accept(node, message));
    }

    @Override
    public void consumed(int bytes) {
      links.execute(() -> passedOn(bytes));
    }

    private void passedOn(int bytes) {
      consumedBytes += bytes;
      Delivered next = delivered.peek();
      while (next != null && next.bytes() <= consumedBytes) {
        consumedBytes -= next.bytes();
        delivered.remove();
        long received = consumed.merge(next.node(), (long) next.bytes(), Long::sum);
        send.accept(
            next.node(), new ToNode.Credit(key.jobId(), key.stepId(), next.bytes(), received));
        next = delivered.peek();
      }
    }

    @Override
    public CompletionStage<Void> input(int task, byte[] data, boolean end) {
      CompletableFuture<Void> passedOn = new CompletableFuture<>();
      links.execute(() -> input.add(task, data, end).thenRun(() -> passedOn.complete(null)));
      return passedOn;
    }

    @Override
    public void resize(int columns, int rows) {
      links.execute(() -> toAll(new ToNode.Resize(key.jobId(), key.stepId(), columns, rows)));
    }

    @Override
    public void close() {
      links.execute(
          () -> {
            if (attachments.remove(key, this)) {
              toAll(new ToNode.Attach(key.jobId(), key.stepId(), false));
              end();
            }
          });
    }
  }
}
