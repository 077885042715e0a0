package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Consumption;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeMask;
import org.headrace.core.FileStore;
import org.headrace.core.SnapshotItem;
import org.headrace.core.internal.charge.Pot;
import org.headrace.core.internal.charge.UseBook;

/** Puts the state that was written as items in the place of the present one. */
public final class StateReader {
  private static final int MOST_KEPT = 300_000;

  private final Machine machine;
  private final ClusterState state;
  private final Map<Long, Long> keys = new HashMap<>();
  private final List<NodeEntry> nodes = new ArrayList<>();
  private final List<Read> jobs = new ArrayList<>();
  private int nextNodeId;
  private SnapshotItem.Spent spent = new SnapshotItem.Spent(0, 0, List.of());

  /** A job that was read; to keep the record saves decoding it again, as long as it fits. */
  private record Read(long id, Job job, boolean promised) {}

  public StateReader(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /**
   * Reads all items.
   *
   * @throws IllegalArgumentException if they don't begin with a header
   */
  public void read(Iterator<SnapshotItem> items) {
    if (!items.hasNext() || !(items.next() instanceof SnapshotItem.Header header)) {
      throw new IllegalArgumentException("a snapshot begins with its header; this one doesn't");
    }
    clear();
    state.version = header.version();
    state.structureVersion = header.structureVersion();
    state.time = header.time();
    state.nextJobId = header.nextJobId();
    state.planGeneration = header.planGeneration();
    state.events.restart(header.nextEvent());
    state.outbox.restart(header.nextRecord());
    nextNodeId = header.nextNodeId();
    while (items.hasNext()) {
      read(items.next());
    }
    for (long key : keys.values()) {
      state.files.release(key); // of the reference that held it while its owners were read
    }
    recount();
    machine.jobs.endReading();
    if (state.configuration.definition() != null) {
      settle();
    }
    // What was derived may have counted up; the snapshot's own figures are the true ones.
    state.planGeneration = header.planGeneration();
    machine.preempting.restored();
  }

  /** What was used is what was saved; what is used now follows from the jobs. */
  private void recount() {
    Accounts accounts = machine.accounts.accounts();
    List<UseBook.Spent> past = new ArrayList<>();
    for (SnapshotItem.SpentBy one : spent.by()) {
      double[] sums = one.spent().stream().mapToDouble(Double::doubleValue).toArray();
      Pot.Kind kind = one.ofQos() ? Pot.Kind.QOS : Pot.Kind.ASSOCIATION;
      past.add(
          new UseBook.Spent(
              new Pot(kind, one.id(), ""),
              new Consumption(0, 0, new long[0], sums, one.wall(), new long[0])));
    }
    state.use.restore(state.standings(accounts), spent.charged(), spent.decayed(), past);
    state.count(accounts);
  }

  private void clear() {
    state.store.clear();
    machine.jobs.beginReading();
    state.files.clear();
    state.table.clear();
    state.shapes.clear();
    state.runs.clear();
    state.steps.clear();
    state.blockers.clear();
    state.setAside.clear();
    state.arrays.clear();
    state.nodes.replaceAll(List.of(), 0);
    state.configuration.clear();
    state.timers.clear();
    state.tally.noJobs();
    state.taskCount = 0;
    machine.dependencies.clear();
    machine.singletons.clear();
    machine.reservations.clear();
    machine.accounts.clear();
    machine.preempting.clear();
    machine.accruals.clear();
    state.use.clear(state.standings(machine.accounts.accounts()));
  }

  private void read(SnapshotItem item) {
    if (item instanceof SnapshotItem.Node node) {
      nodes.add(NodeEntry.of(node));
    } else if (item instanceof SnapshotItem.Configuration configuration) {
      configuration(configuration);
    } else if (item instanceof SnapshotItem.File file) {
      keys.put(file.key(), state.files.put(file.content()));
    } else if (item instanceof SnapshotItem.JobEntry entry) {
      job(entry);
    } else if (item instanceof SnapshotItem.RunEntry entry) {
      run(entry);
    } else if (item instanceof SnapshotItem.StepEntry entry) {
      step(entry);
    } else if (item instanceof SnapshotItem.Reservations all) {
      machine.reservations.restore(all.nextId(), all.definitions());
    } else if (item instanceof SnapshotItem.AccountBook book) {
      machine.accounts.restore(book);
    } else if (item instanceof SnapshotItem.Spent past) {
      spent = past;
    } else if (item instanceof SnapshotItem.Unaccounted unaccounted) {
      state.outbox.restore(unaccounted.record());
    } else if (item instanceof SnapshotItem.WrittenJob) {
      throw new IllegalArgumentException("a job that is still written; it has to be read first");
    }
  }

  private void configuration(SnapshotItem.Configuration item) {
    state.nodes.replaceAll(nodes, nextNodeId);
    if (item.definition() != null) {
      state.configuration.define(item.definition(), state.nodes);
      item.partitions().forEach(partition -> state.configuration.replace(partition, state.nodes));
    }
    item.qualities().forEach(qos -> state.configuration.qualities().put(qos.name(), qos));
    state.planned = NodeMask.copyOf(bits(item.planned()));
  }

  private static BitSet bits(List<Integer> ids) {
    BitSet bits = new BitSet();
    ids.forEach(bits::set);
    return bits;
  }

  private long key(long old) {
    if (old == FileStore.NOTHING) {
      return FileStore.NOTHING;
    }
    long key = keys.get(old);
    state.files.retain(key);
    return key;
  }

  private void job(SnapshotItem.JobEntry entry) {
    Job job = entry.job();
    machine.jobs.add(job, key(entry.script()), key(entry.environment()), entry.immediateUntil());
    if (!entry.blockers().isEmpty()) {
      state.blockers.put(job.id(), entry.blockers());
    }
    if (!entry.setAside().isEmpty()) {
      state.setAside.put(job.id(), NodeMask.copyOf(bits(entry.setAside())));
    }
    if (Arrays.isMember(job)) {
      machine.arrays.join(job);
    }
    jobs.add(new Read(job.id(), jobs.size() < MOST_KEPT ? job : null, entry.promised()));
  }

  private void run(SnapshotItem.RunEntry entry) {
    Job job = machine.jobs.get(entry.jobId());
    state.runs.put(job.id(), Run.of(entry, job));
    for (NodeAllocation part : job.status().allocation().nodes()) {
      NodeEntry node = state.nodes.get(part.node());
      if (node != null && entry.unreleased().contains(part.node())) {
        state.nodes.put(node.withJob(job.id()));
      }
    }
  }

  private void step(SnapshotItem.StepEntry entry) {
    machine.steps.put(
        new SnapshotItem.StepEntry(entry.step(), key(entry.environment()), entry.killAt()));
    Step step = entry.step();
    if (step.state() == JobState.RUNNING) {
      long limit = step.spec().timeLimit();
      long due = limit > 0 ? Timers.after(step.started(), limit) : 0;
      state.timers.set(due, Timers.Kind.STEP_LIMIT, step.jobId(), step.id());
      state.timers.set(entry.killAt(), Timers.Kind.STEP_KILL, step.jobId(), step.id());
    }
  }

  /** Works out, in a second round, what follows from all jobs together. */
  private void settle() {
    for (Read read : jobs) {
      long id = read.id();
      Job job = job(read);
      Run run = state.runs.get(id);
      if (run != null && run.alive()) {
        machine.arrays.active(job, 1);
        machine.life.timeLimits(run);
        machine.preempting.restore(run);
        state.timers.set(job.spec().timing().deadline(), Timers.Kind.DEADLINE, id);
      } else if (run != null) {
        state.timers.set(run.killAt(), Timers.Kind.KILL, id);
      } else if (job.status().state() == JobState.PENDING) {
        machine.arrays.pending(job, 1);
      }
      if (Dependencies.over(job)) {
        machine.arrays.over(job);
      } else {
        machine.singletons.add(job);
        machine.arrays.begun(job, job.status().started());
      }
    }
    for (Read read : jobs) {
      later(job(read), read.promised());
    }
    for (NodeEntry node : state.nodes.all()) {
      if (node.silentSince() != 0) {
        long due = Timers.after(node.silentSince(), state.limits().nodeTimeout());
        state.timers.set(due, Timers.Kind.NODE_SILENCE, node.id());
      }
    }
    state.rebuildLedger();
  }

  private Job job(Read read) {
    return read.job() != null ? read.job() : machine.jobs.get(read.id());
  }

  private void later(Job job, boolean promised) {
    if (job.status().state() == JobState.PENDING && !job.status().has(JobFlag.COMPLETING)) {
      machine.dependencies.restore(job);
      TimerHandler.watch(state.timers, job, state.time);
      state.timers.set(immediateUntil(job), Timers.Kind.IMMEDIATE, job.id());
      machine.gate.restore(job, promised);
    } else if (Dependencies.over(job)) {
      machine.end.forgetLater(job);
    }
  }

  private long immediateUntil(Job job) {
    var page = state.table.find(job.id());
    return page.immediateUntil.get(org.headrace.core.internal.table.JobTable.row(job.id()));
  }
}
