package org.headrace.sim.internal.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.api.job.Usage;
import org.headrace.core.Specs;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;

/**
 * An agent with made-up processes, which behaves as the real one does: steps outlive the agent but
 * not the node, and what ended is reported until it is safe.
 */
final class FakeAgent {
  private static final int LONGEST_STEP_MILLIS = 240_000;

  /** A run of a job. */
  private record RunKey(long jobId, int restarts) {}

  /** A step of a run. */
  record StepKey(long jobId, int restarts, int stepId) implements Comparable<StepKey> {
    @Override
    public int compareTo(StepKey other) {
      int order = Long.compare(jobId, other.jobId);
      order = order != 0 ? order : Integer.compare(restarts, other.restarts);
      return order != 0 ? order : Integer.compare(stepId, other.stepId);
    }

    RunKey run() {
      return new RunKey(jobId, restarts);
    }
  }

  private final String name;
  private final Agenda agenda;
  private final Network network;
  private final Random random;
  private final Set<StepKey> everStarted;
  private final Map<StepKey, Integer> alive = new TreeMap<>();
  private final Map<RunKey, Set<Integer>> launched = new HashMap<>();
  private final TreeMap<Long, FromNode.News> open = new TreeMap<>();
  private boolean up;
  private long session;
  private long boot;
  private long started;
  private long reports;
  private int processes;

  /**
   * @param everStarted steps that this node ever started, whatever was forgotten since
   */
  FakeAgent(String name, Agenda agenda, Network network, Random random, Set<StepKey> everStarted) {
    this.name = name;
    this.agenda = agenda;
    this.network = network;
    this.random = random;
    this.everStarted = everStarted;
    boot = agenda.now() - 1000;
    start();
  }

  String name() {
    return name;
  }

  boolean idle() {
    return alive.isEmpty() && open.isEmpty();
  }

  /** The agent's process begins. */
  void start() {
    if (!up) {
      up = true;
      started = agenda.now();
      connect();
    }
  }

  /** The agent's process dies; steps go on. */
  void die() {
    up = false;
    session = 0;
    network.end(name);
  }

  /**
   * The machine goes down, with all that runs on it, and will be up again when told to start. Its
   * disk tells what was lost.
   */
  void reboot() {
    die();
    for (Map.Entry<StepKey, Integer> entry : new TreeMap<>(alive).entrySet()) {
      end(entry.getKey(), entry.getValue(), new ExitStatus(0, 9));
    }
    launched.clear();
    boot = agenda.now();
  }

  private void connect() {
    if (!up || session != 0) {
      return;
    }
    if (!network.connect(name)) {
      agenda.in(1000 + random.nextInt(1000), this::connect);
      return;
    }
    session = network.session(name);
    List<FromNode.HeldStep> held = new ArrayList<>();
    alive.keySet().forEach(key -> held.add(held(key)));
    for (FromNode.News news : open.values()) {
      if (news instanceof FromNode.StepEnded ended) {
        held.add(new FromNode.HeldStep(ended.jobId(), ended.restarts(), ended.stepId()));
      }
    }
    network.toController(
        name,
        new FromNode.Register(
            name,
            Specs.HARDWARE,
            Specs.node(name).gres(),
            "sim",
            "sim",
            "sim",
            boot,
            started,
            0,
            8000,
            name,
            held));
    open.forEach((number, news) -> network.toController(name, new FromNode.Report(number, news)));
  }

  private static FromNode.HeldStep held(StepKey key) {
    return new FromNode.HeldStep(key.jobId(), key.restarts(), key.stepId());
  }

  void disconnected(long ended) {
    if (session == ended) {
      session = 0;
      agenda.in(random.nextInt(2000), this::connect);
    }
  }

  void message(ToNode message) {
    if (!up) {
      return;
    }
    if (message instanceof ToNode.Prepare prepare) {
      begin(key(prepare.job()));
    } else if (message instanceof ToNode.Launch launch) {
      launch(launch.job(), launch.step());
    } else if (message instanceof ToNode.Signal signal) {
      signal(signal);
    } else if (message instanceof ToNode.Release release) {
      release(new RunKey(release.job().id(), release.restarts()));
    } else if (message instanceof ToNode.Safe safe) {
      open.remove(safe.number());
    }
  }

  private static RunKey key(Job job) {
    return new RunKey(job.id(), job.status().restarts());
  }

  private Set<Integer> begin(RunKey run) {
    Set<Integer> steps = launched.computeIfAbsent(run, key -> new HashSet<>());
    report(new FromNode.Ready(run.jobId(), run.restarts()));
    return steps;
  }

  private void launch(Job job, Step step) {
    RunKey run = key(job);
    Set<Integer> steps = launched.containsKey(run) ? launched.get(run) : begin(run);
    if (!steps.add(step.id())) {
      return;
    }
    StepKey key = new StepKey(run.jobId(), run.restarts(), step.id());
    if (!everStarted.add(key)) {
      throw new AssertionError("node " + name + " runs " + key + " a second time");
    }
    if (random.nextInt(60) == 0) {
      report(new FromNode.LaunchFailed(run.jobId(), run.restarts(), false, "no such file"));
    }
    int process = processes++;
    alive.put(key, process);
    int length = random.nextInt(random.nextBoolean() ? 3000 : LONGEST_STEP_MILLIS);
    int code = random.nextInt(5) == 0 ? 1 : 0;
    agenda.in(length, () -> end(key, process, new ExitStatus(code, 0)));
  }

  private void end(StepKey key, int process, ExitStatus exit) {
    if (alive.remove(key, process)) {
      report(
          new FromNode.StepEnded(
              key.jobId(), key.restarts(), key.stepId(), exit, Usage.NONE, false, ""));
    }
  }

  private void signal(ToNode.Signal signal) {
    boolean ends = signal.signal() == 9 || signal.signal() == 15 && random.nextInt(4) > 0;
    if (!ends) {
      return;
    }
    for (Map.Entry<StepKey, Integer> entry : new TreeMap<>(alive).entrySet()) {
      StepKey key = entry.getKey();
      boolean batch = key.stepId() == Step.BATCH;
      boolean meant =
          key.jobId() == signal.jobId()
              && key.restarts() == signal.restarts()
              && (signal.stepId() == ToNode.Signal.ALL_STEPS
                  ? batch ? signal.batchShell() : signal.steps()
                  : key.stepId() == signal.stepId());
      if (meant) {
        end(key, entry.getValue(), new ExitStatus(0, signal.signal()));
      }
    }
  }

  private void release(RunKey run) {
    for (Map.Entry<StepKey, Integer> entry : new TreeMap<>(alive).entrySet()) {
      if (entry.getKey().run().equals(run)) {
        end(entry.getKey(), entry.getValue(), new ExitStatus(0, 15));
      }
    }
    launched.remove(run);
    report(new FromNode.Released(run.jobId(), run.restarts(), ""));
  }

  private void report(FromNode.News news) {
    long number = ++reports;
    open.put(number, news);
    if (session != 0) {
      network.toController(name, new FromNode.Report(number, news));
    }
  }
}
