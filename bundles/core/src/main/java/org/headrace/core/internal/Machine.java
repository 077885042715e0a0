package org.headrace.core.internal;

import org.headrace.core.FileStore;
import org.headrace.core.JobStore;
import org.headrace.core.internal.charge.Charging;

/** The state and everything that works on it, put together. */
public final class Machine {
  final ClusterState state;
  final Jobs jobs;
  final Gate gate;
  final Dependencies dependencies;
  final Singletons singletons;
  final Arrays arrays;
  final JobLife life;
  final JobEnd end;
  final Steps steps;
  final NodeLife nodeLife;
  final Shrinking shrinking;
  final Feasibility feasibility;
  final PartitionRules partitionRules;
  final Targets targets;
  final Reservations reservations;
  final AccountBook accounts;
  final Preempting preempting;
  final Charging charging;
  final Components components;
  final Accruals accruals;

  public Machine(JobStore store, FileStore files) {
    state = new ClusterState(store, files);
    jobs = new Jobs(this);
    partitionRules = new PartitionRules(state);
    reservations = new Reservations(this);
    accounts = new AccountBook(this);
    charging = new Charging(state.use);
    gate = new Gate(this);
    dependencies = new Dependencies(this);
    singletons = new Singletons(this);
    arrays = new Arrays(this);
    life = new JobLife(this);
    end = new JobEnd(this);
    steps = new Steps(this);
    nodeLife = new NodeLife(this);
    shrinking = new Shrinking(this);
    feasibility = new Feasibility(state);
    targets = new Targets(this);
    preempting = new Preempting(this);
    components = new Components(this);
    accruals = new Accruals(this);
  }
}
