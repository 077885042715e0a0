package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.core.FileStore;
import org.headrace.core.SnapshotItem;
import org.headrace.core.internal.charge.Pot;
import org.headrace.core.internal.charge.UseBook;
import org.headrace.core.internal.table.JobPage;

/** Writes the state as items, in an order that depends on the state alone. */
public final class StateWriter {
  private static final Reason[] REASONS = Reason.values();

  private final Machine machine;
  private final ClusterState state;
  private final Consumer<SnapshotItem> target;
  private final boolean asWritten;
  private final Set<Long> written = new HashSet<>();

  /**
   * @param asWritten true for jobs in the bytes that their store has of them, where it has
   */
  public StateWriter(Machine machine, Consumer<SnapshotItem> target, boolean asWritten) {
    this.asWritten = asWritten;
    this.machine = machine;
    this.state = machine.state;
    this.target = target;
  }

  public void write() {
    target.accept(
        new SnapshotItem.Header(
            state.version,
            state.structureVersion,
            state.time,
            state.nextJobId,
            state.nodes.nextId(),
            state.events.nextNumber(),
            state.outbox.nextNumber(),
            state.planGeneration));
    for (NodeEntry node : state.nodes.all()) {
      target.accept(node.item());
    }
    target.accept(
        new SnapshotItem.Configuration(
            state.configuration.definition(),
            state.configuration.partitions(),
            new ArrayList<>(state.configuration.qualities().values()),
            ids(state.planned)));
    target.accept(
        new SnapshotItem.Reservations(machine.reservations.nextId(), machine.reservations.all()));
    target.accept(machine.accounts.item());
    target.accept(spent());
    state.table.peek().forEach(this::job);
    state.outbox.forEach(record -> target.accept(new SnapshotItem.Unaccounted(record)));
  }

  private static List<Integer> ids(NodeMask nodes) {
    return Arrays.stream(nodes.toArray()).boxed().toList();
  }

  private SnapshotItem.Spent spent() {
    List<SnapshotItem.SpentBy> all = new ArrayList<>();
    for (UseBook.Spent one : state.use.spent()) {
      all.add(
          new SnapshotItem.SpentBy(
              one.pot().kind() == Pot.Kind.QOS,
              one.pot().id(),
              java.util.Arrays.stream(one.use().spent()).boxed().toList(),
              one.use().wall()));
    }
    return new SnapshotItem.Spent(state.use.charged(), state.use.decayed(), all);
  }

  private void job(long id, JobPage page, int row) {
    file(page.script.get(row));
    file(page.environment.get(row));
    List<Blocker> blockers = state.blockers.get(id);
    NodeMask setAside = state.setAside.get(id);
    Run run = state.runs.get(id);
    target.accept(
        entry(
            id,
            page,
            row,
            run,
            blockers == null ? List.of() : blockers,
            setAside == null ? List.of() : ids(setAside)));
    if (run != null) {
      target.accept(run.entry());
    }
    for (SnapshotItem.StepEntry step : machine.steps.of(id)) {
      file(step.environment());
      target.accept(step);
    }
  }

  private SnapshotItem entry(
      long id, JobPage page, int row, Run run, List<Blocker> blockers, List<Integer> setAside) {
    boolean promised = (page.gate[row] & JobPage.PROMISED) != 0;
    boolean pending = run == null && page.state[row] == JobState.PENDING.ordinal();
    byte[] record = asWritten && pending ? state.store.written(id) : null;
    return record == null
        ? new SnapshotItem.JobEntry(
            machine.jobs.get(id),
            page.script.get(row),
            page.environment.get(row),
            page.immediateUntil.get(row),
            blockers,
            promised,
            setAside)
        : new SnapshotItem.WrittenJob(
            record,
            REASONS[page.reason[row]],
            page.priority[row],
            page.eligible[row],
            page.accrued.get(row),
            page.expectedStart[row],
            page.lastConsidered[row],
            page.script.get(row),
            page.environment.get(row),
            page.immediateUntil.get(row),
            blockers,
            promised,
            setAside);
  }

  private void file(long key) {
    if (key != FileStore.NOTHING && written.add(key)) {
      target.accept(new SnapshotItem.File(key, state.files.get(key)));
    }
  }

  /** A hash of the state. Keys of files are the file store's affair; their contents count. */
  public static long hash(Machine machine) {
    StructuralHash hash = new StructuralHash();
    FileStore files = machine.state.files;
    new StateWriter(
            machine,
            item -> {
              if (item instanceof SnapshotItem.JobEntry entry) {
                hash.add(entry.job());
                hash.add(files.get(entry.script()));
                hash.add(files.get(entry.environment()));
                hash.add(entry.immediateUntil());
                hash.add(entry.blockers());
                hash.add(entry.promised());
                hash.add(entry.setAside());
              } else if (item instanceof SnapshotItem.StepEntry entry) {
                hash.add(entry.step());
                hash.add(files.get(entry.environment()));
                hash.add(entry.killAt());
              } else if (!(item instanceof SnapshotItem.File)) {
                hash.add(item);
              }
            },
            false)
        .write();
    return hash.value();
  }
}
