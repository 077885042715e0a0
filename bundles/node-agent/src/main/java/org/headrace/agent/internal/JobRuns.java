package org.headrace.agent.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.Reason;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of jobs on this node.
 *
 * <pre>
 * (unknown) --Prepare, Launch--> PREPARING --prolog--> READY | FAILED
 *      ^                             |                    |
 *      |                             +------Release-------+--> ENDING --no step left--> EPILOG
 *      +------------------------------------------------------------Released---------------+
 * </pre>
 *
 * <p>Each message states what should be, so repeating one changes nothing but has the answer
 * repeated. Lives on the agent's turn.
 */
final class JobRuns {
  private static final Logger LOG = LoggerFactory.getLogger(JobRuns.class);
  private static final int CONT = 18;

  private final Turn turn;
  private final StepTable steps;
  private final ReportBook reports;
  private final Hooks hooks;
  private final HookVariables variables;
  private final RunMarkers markers;
  private final Supplier<NodeRules> rules;
  private final SpoolSpace space;
  private final Map<RunKey, Run> runs = new HashMap<>();

  private enum State {
    PREPARING,
    READY,
    FAILED,
    ENDING,
    EPILOG
  }

  private static final class Run {
    final RunKey key;
    final Set<Integer> launched = new HashSet<>();
    State state = State.PREPARING;
    String failure = "";
    ToNode.Release release;
    Turn.Timer timer = () -> {};

    Run(RunKey key) {
      this.key = key;
    }
  }

  JobRuns(
      Turn turn,
      StepTable steps,
      ReportBook reports,
      Hooks hooks,
      HookVariables variables,
      RunMarkers markers,
      Supplier<NodeRules> rules,
      SpoolSpace space) {
    this.turn = turn;
    this.steps = steps;
    this.reports = reports;
    this.hooks = hooks;
    this.variables = variables;
    this.markers = markers;
    this.rules = rules;
    this.space = space;
    steps.onEnded(step -> stepEnded(step.run()));
  }

  /** Takes over what is known from before a restart. */
  void recover() {
    markers.all().forEach(this::ready);
    steps.runs().forEach(this::ready);
  }

  private Run ready(RunKey key) {
    Run run = runs.computeIfAbsent(key, Run::new);
    run.state = State.READY;
    return run;
  }

  private static RunKey key(Job job) {
    return new RunKey(job.id(), job.status().restarts());
  }

  void prepare(ToNode.Prepare prepare) {
    Run run = runs.get(key(prepare.job()));
    if (run == null) {
      begin(prepare.job(), prepare.nodes());
    } else {
      answer(run);
    }
  }

  private void answer(Run run) {
    if (run.state == State.READY) {
      reports.add(new FromNode.Ready(run.key.jobId(), run.key.restarts()));
    } else if (run.state == State.FAILED) {
      reports.add(
          new FromNode.LaunchFailed(run.key.jobId(), run.key.restarts(), true, run.failure));
    }
  }

  private void begin(Job job, List<String> nodes) {
    Run run = new Run(key(job));
    runs.put(run.key, run);
    NodeRules now = rules.get();
    String full = space.problem();
    if (!full.isEmpty() || now.prolog().isEmpty()) {
      prepared(run, full);
      return;
    }
    hooks.run(
        "prolog",
        now.prolog(),
        variables.of("prolog_slurmd", job, nodes, now),
        now.prologTimeout(),
        problem -> turn.execute(() -> prepared(run, problem)));
  }

  private void prepared(Run run, String problem) {
    if (!rules.get().prolog().isEmpty() || !rules.get().epilog().isEmpty()) {
      markers.add(run.key);
    }
    run.failure = problem;
    run.state = problem.isEmpty() ? State.READY : State.FAILED;
    if (run.release != null) {
      end(run);
      return;
    }
    answer(run);
    if (run.state == State.READY) {
      steps.start(run.key);
    } else {
      LOG.error("{}: {}", run.key, problem);
    }
  }

  void launch(ToNode.Launch launch) {
    RunKey key = key(launch.job());
    Run run = runs.get(key);
    if (run != null && (run.state == State.ENDING || run.state == State.EPILOG)) {
      return;
    }
    if (run == null || run.launched.add(launch.step().id())) {
      steps.expect(launch);
    }
    if (run == null) {
      begin(launch.job(), launch.nodes());
      runs.get(key).launched.add(launch.step().id());
    } else if (run.state == State.READY) {
      steps.start(key);
    } else {
      answer(run);
    }
  }

  void release(ToNode.Release release) {
    RunKey key = new RunKey(release.job().id(), release.restarts());
    Run run = runs.get(key);
    if (run == null) {
      boolean answered =
          reports.open().stream()
              .anyMatch(
                  news ->
                      news instanceof FromNode.Released released
                          && released.jobId() == key.jobId()
                          && released.restarts() == key.restarts());
      if (!answered) {
        reports.add(new FromNode.Released(key.jobId(), key.restarts(), ""));
      }
      return;
    }
    if (run.release != null) {
      return;
    }
    run.release = release;
    steps.dropExpected(key);
    if (run.state != State.PREPARING) {
      end(run);
    }
  }

  /** First kindly, then by force; what can't be ended holds the node up for a while only. */
  private void end(Run run) {
    run.state = State.ENDING;
    if (steps.alive(run.key).isEmpty()) {
      epilog(run, "");
      return;
    }
    JobStatus status = run.release.job().status();
    boolean preempted = status.reason() == Reason.PREEMPTED;
    steps.tellEnd(run.key, preempted ? JobState.PREEMPTED : status.state());
    steps.signalAll(run.key, CONT);
    steps.signalAll(run.key, StepTable.TERM);
    run.timer = turn.schedule(rules.get().killWait(), () -> kill(run));
  }

  private void kill(Run run) {
    if (run.state != State.ENDING) {
      return;
    }
    steps.signalAll(run.key, StepTable.KILL);
    steps.abandon(run.key);
    long timeout = rules.get().unkillableTimeout();
    run.timer = turn.schedule(timeout, () -> unkillable(run, timeout));
  }

  private void unkillable(Run run, long timeout) {
    if (run.state == State.ENDING) {
      List<String> left = steps.alive(run.key).stream().map(step -> step.key.toString()).toList();
      String message =
          "processes of " + String.join(", ", left) + " did not end in " + timeout / 1000 + " s";
      LOG.error("{}: {}", run.key, message);
      epilog(run, message);
    }
  }

  private void stepEnded(RunKey key) {
    Run run = runs.get(key);
    if (run != null && run.state == State.ENDING && steps.alive(key).isEmpty()) {
      run.timer.cancel();
      epilog(run, "");
    }
  }

  private void epilog(Run run, String message) {
    run.state = State.EPILOG;
    NodeRules now = rules.get();
    if (now.epilog().isEmpty()) {
      released(run, message);
      return;
    }
    hooks.run(
        "epilog",
        now.epilog(),
        variables.of("epilog_slurmd", run.release.job(), run.release.nodes(), now),
        now.epilogTimeout(),
        problem -> turn.execute(() -> released(run, message.isEmpty() ? problem : message)));
  }

  private void released(Run run, String message) {
    if (!message.isEmpty()) {
      LOG.error("{}: {}", run.key, message);
    }
    runs.remove(run.key);
    if (!rules.get().prolog().isEmpty() || !rules.get().epilog().isEmpty()) {
      markers.remove(run.key);
    }
    reports.add(new FromNode.Released(run.key.jobId(), run.key.restarts(), message));
  }
}
