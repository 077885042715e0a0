package org.headrace.bench.internal.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.headrace.api.job.Job;
import org.headrace.api.model.RunningJob;
import org.headrace.api.scheduler.Decision;
import org.headrace.bench.internal.BenchException;
import org.headrace.control.command.Command;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.control.query.PendingOrder;
import org.headrace.controller.internal.planning.PlanningCycle;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.EligibleJobs;
import org.headrace.core.PublishedState;
import org.headrace.core.SchedulerInput;

/** A machine full of jobs with a queue before it: what passes over the queue cost. */
final class PassBench implements AutoCloseable {
  private static final int SUBMIT_SAMPLE = 1_000;
  private static final int EXPLAIN_SAMPLE = 50;
  private static final int SHOWN_AHEAD = 5;

  /** About so many. */
  private static final int RUNNING_ON_A_NODE = 4;

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60_000;

  private final Core core;
  private final PluginRegistry plugins;
  private final PlanningCycle cycle;

  private PassBench(int nodes, int jobs, boolean limits) {
    core = new Core(Machine.mixed(nodes, Map.of()), jobs + RUNNING_ON_A_NODE * nodes);
    new Fill(core).fill();
    if (limits) {
      core.apply(new Command.Configure(Machine.mixed(nodes, Payers.SETTINGS)));
      Payers.define(core);
    }
    plugins = Plugins.serving(core.settings());
    cycle = new PlanningCycle(plugins, new Meter());
  }

  /**
   * The figures of one size.
   *
   * @param nodes nodes
   * @param jobs pending jobs
   * @param classes kinds of jobs among them
   * @param running jobs that run
   * @param submit nanoseconds of the core for one submission, with that queue
   * @param explain nanoseconds for what an explanation of a pending job takes from the state
   * @param queuedBytes memory for one pending job that no pass has looked at yet
   * @param jobBytes memory for one pending job after the first pass, all told
   * @param outsideBytes how much of it is outside of the heap
   * @param first the pass after all jobs were submitted
   * @param full passes over the queue with all priorities computed anew
   * @param answers answers to the end of one job, from its end to the start of others
   * @param events whole passes after such an answer
   */
  record Figures(
      int nodes,
      int jobs,
      int classes,
      int running,
      long submit,
      long explain,
      long queuedBytes,
      long jobBytes,
      long outsideBytes,
      Cost first,
      List<Cost> full,
      List<Cost> answers,
      List<Cost> events) {}

  /**
   * @param limits true for limits of associations and of a quality of service in force
   */
  static Figures measure(int nodes, int jobs, int rounds, boolean limits) {
    try (PassBench bench = new PassBench(nodes, jobs, limits)) {
      return bench.run(nodes, jobs, rounds);
    }
  }

  @Override
  public void close() {
    core.close();
  }

  private Figures run(int nodes, int count, int rounds) {
    long before = core.bytes();
    long outside = core.bytesOutside();
    Jobs jobs = new Jobs(1, nodes);
    for (int i = 0; i < count; i++) {
      core.submit(jobs.next());
      if (i % SUBMIT_SAMPLE == 0) {
        core.state();
        core.recordsTaken();
      }
    }
    core.recordsTaken();
    long queuedBytes = (core.bytes() - before) / count;
    Cost first = pass(true);
    long jobBytes = (core.bytes() - before) / count;
    outside = (core.bytesOutside() - outside) / count;
    List<Cost> full = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      core.pass(MINUTE);
      full.add(pass(true));
    }
    List<Cost> answers = new ArrayList<>();
    List<Cost> events = new ArrayList<>();
    events(rounds * 4, answers, events);
    SchedulerInput input = core.state().input();
    Set<Integer> classes = new HashSet<>();
    for (int row = 0; row < input.queue().size(); row++) {
      classes.add(input.queue().get(row).jobClass().id());
    }
    int running = input.view().running().size();
    return new Figures(
        nodes,
        count,
        classes.size(),
        running,
        submit(jobs),
        explain(),
        queuedBytes,
        jobBytes,
        outside,
        first,
        full,
        answers,
        events);
  }

  /** Jobs of all ages and sizes end, one before each answer; a whole pass follows. */
  private void events(int rounds, List<Cost> answers, List<Cost> passes) {
    List<RunningJob> running = new ArrayList<>(core.state().input().view().running());
    running.sort(Comparator.comparingLong(RunningJob::id));
    Random random = new Random(3);
    for (int i = 0; i < rounds && !running.isEmpty(); i++) {
      core.pass(SECOND / 10);
      core.end(running.remove(random.nextInt(running.size())).id());
      answers.add(turn(false, () -> cycle.answer(core.state(), core.now())));
      core.pass(SECOND / 10);
      passes.add(pass(true));
    }
  }

  /** The queue grows by what is submitted for this; a state is published now and then. */
  private long submit(Jobs jobs) {
    core.recordsTaken();
    long start = Meter.cpu();
    for (int i = 0; i < SUBMIT_SAMPLE; i++) {
      core.submit(jobs.next());
      core.state();
    }
    return (Meter.cpu() - start) / SUBMIT_SAMPLE;
  }

  /** Of jobs all over the queue: what is in the way, and who is ahead. */
  private long explain() {
    PublishedState state = core.state();
    EligibleJobs queue = state.input().queue();
    int step = Math.max(1, queue.size() / EXPLAIN_SAMPLE);
    int count = 0;
    int known = 0;
    long start = Meter.cpu();
    for (int row = 0; row < queue.size(); row += step) {
      Job job = state.job(queue.jobId(row));
      known += PendingOrder.ahead(state, job, SHOWN_AHEAD).first().size();
      known += state.blockers(job.id()).size();
      count++;
    }
    if (known == 0) {
      throw new BenchException("nothing is known of " + count + " pending jobs");
    }
    return (Meter.cpu() - start) / count;
  }

  private long calls(String kind) {
    return plugins.list().stream()
        .filter(plugin -> plugin.kind().equals(kind))
        .mapToLong(PluginStatus::calls)
        .sum();
  }

  /** A turn of planning. */
  @FunctionalInterface
  private interface Planning {
    PlanningCycle.Turn run() throws PluginFault, InterruptedException;
  }

  private Cost pass(boolean freed) {
    return turn(true, () -> cycle.plan(core.state(), core.now(), freed));
  }

  private Cost turn(boolean whole, Planning planning) {
    long selections = calls("select");
    long bytes = Meter.allocated();
    try {
      PlanningCycle.Turn turn = planning.run();
      long applying = Meter.cpu();
      int told = 0;
      for (Command.ApplyPlan command : turn.commands()) {
        core.apply(command);
        core.state();
        told += command.plan().decisions().size();
      }
      if (whole) {
        cycle.ready(core.state());
      }
      long done = Meter.cpu();
      int starts = 0;
      for (Decision decision : turn.plan().decisions()) {
        starts += decision instanceof Decision.Start ? 1 : 0;
      }
      return new Cost(
          turn.phases(),
          done - applying,
          Meter.allocated() - bytes,
          turn.plan().considered(),
          starts,
          told,
          (int) (calls("select") - selections));
    } catch (PluginFault | InterruptedException e) {
      throw new BenchException("no plan: " + e);
    }
  }
}
