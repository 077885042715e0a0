package org.headrace.bench.internal.scheduler;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.bench.internal.BenchException;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.core.ClusterMachine;
import org.headrace.core.PublishedState;
import org.headrace.store.StateStores;

/** The real core and its stores, on a clock that is moved by hand. */
final class Core implements AutoCloseable {
  private static final long[] NONE = {};
  private static final JobFiles FILES =
      new JobFiles(
          "#!/bin/sh\ntrue\n".getBytes(StandardCharsets.UTF_8),
          "HOME=/\0PATH=/bin\0".getBytes(StandardCharsets.UTF_8));

  private final StateStores stores;
  private final ClusterMachine machine;
  private long now = 1_800_000_000_000L;

  /**
   * A cluster whose nodes are all up.
   *
   * @param jobs about so many jobs will be known
   */
  Core(ClusterDefinition definition, int jobs) {
    stores = StateStores.open(jobs);
    try {
      if (!stores.awaitOffHeap()) {
        throw new BenchException("there is no room for jobs outside of the heap");
      }
    } catch (InterruptedException e) {
      throw new BenchException("interrupted");
    }
    machine = new ClusterMachine(stores.jobs(), stores.files());
    apply(new Command.Configure(definition));
    for (NodeDefinition node : definition.nodes()) {
      apply(new Command.RegisterNode(Machine.report(node, now)));
    }
  }

  long now() {
    return now;
  }

  /** Bytes in use, on the heap and outside of it. */
  long bytes() {
    return Meter.heap() + stores.bytesOutside();
  }

  /** Bytes in use outside of the heap. */
  long bytesOutside() {
    return stores.bytesOutside();
  }

  @Override
  public void close() {
    stores.close();
  }

  void pass(long millis) {
    now += millis;
  }

  PublishedState state() {
    return machine.publish();
  }

  /** Carries out a command. */
  Outcome apply(Command command) {
    return apply(command, Actor.SYSTEM);
  }

  private Outcome apply(Command command, Actor actor) {
    Outcome outcome = machine.apply(command, actor, now);
    if (outcome instanceof Outcome.Rejected rejected) {
      throw new BenchException(command.getClass().getSimpleName() + ": " + rejected.message());
    }
    machine.drainEvents();
    return outcome;
  }

  /** Submits a job and gives its id. */
  long submit(JobSpec spec) {
    Outcome outcome = apply(new Command.SubmitJob(spec, FILES, 0), Jobs.owner(spec));
    return ((Outcome.JobAccepted) outcome).jobId();
  }

  /** Starts jobs; all of them have to start. */
  void carryOut(List<Decision> starts) {
    Outcome outcome = apply(new Command.ApplyPlan(new Plan(0, starts, starts.size()), NONE, NONE));
    if (!outcome.equals(Outcome.DONE)) {
      throw new BenchException("jobs could not be started: " + outcome);
    }
    recordsTaken();
  }

  /** Accounting has everything. */
  void recordsTaken() {
    int batch = 10_000;
    for (var records = machine.accountingBacklog(0, batch);
        !records.isEmpty();
        records = machine.accountingBacklog(0, batch)) {
      apply(new Command.AccountingSafe(records.get(records.size() - 1).number()));
    }
  }

  /** Ends a job that runs: it is cancelled, and all its nodes release it. */
  void end(long id) {
    apply(
        new Command.SignalJob(
            JobTarget.of(id), 0, Command.SignalScope.FULL, false, ExitStatus.SUCCESS));
    PublishedState state = state();
    Job job = state.job(id);
    List<String> names = new ArrayList<>();
    for (NodeAllocation part : job.status().allocation().nodes()) {
      names.add(state.node(part.node()).name());
    }
    for (String name : names) {
      apply(new Command.NodeReleased(id, job.status().restarts(), name, ""));
    }
  }

  Map<String, String> settings() {
    return state().definition().settings();
  }
}
