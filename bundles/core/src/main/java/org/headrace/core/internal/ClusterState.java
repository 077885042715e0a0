package org.headrace.core.internal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.control.command.Actor;
import org.headrace.control.definition.Limits;
import org.headrace.core.FileStore;
import org.headrace.core.JobStore;
import org.headrace.core.SnapshotItem;
import org.headrace.core.internal.table.JobTable;
import org.headrace.core.internal.table.LongTable;
import org.headrace.core.internal.table.Shapes;

/**
 * All state. The part from which a snapshot is made is in the tables; the rest can be derived from
 * them.
 */
final class ClusterState {
  final JobStore store;
  final FileStore files;
  final JobTable table = new JobTable();
  final Shapes shapes = new Shapes();
  final LongTable<Run> runs = new LongTable<>();
  final LongTable<List<SnapshotItem.StepEntry>> steps = new LongTable<>();
  final LongTable<List<Blocker>> blockers = new LongTable<>();
  final LongTable<Members> arrays = new LongTable<>();
  final NodeTable nodes = new NodeTable();
  final Configuration configuration = new Configuration();
  final Timers timers = new Timers();
  final EventLog events = new EventLog();
  final Outbox outbox = new Outbox();
  final Tally tally = new Tally();
  final TreeMap<String, Integer> licensesInUse = new TreeMap<>();
  ResourceLedger ledger = ResourceLedger.allFree(List.of());
  NodeMask planned = NodeMask.EMPTY;
  long time;
  long version;
  long structureVersion;
  long nextJobId = 1;
  long planGeneration;

  /** Soft: says to those who plan whether anything came free, and isn't saved. */
  long freedGeneration;

  /** Tasks of arrays and other jobs that are known; what the limit of jobs counts. */
  long taskCount;

  ClusterState(JobStore store, FileStore files) {
    this.store = store;
    this.files = files;
  }

  Limits limits() {
    return configuration.definition().limits();
  }

  /** Notes that something happened that could start a job. */
  void replan() {
    planGeneration++;
  }

  /** Notes that something came free that others wait for: resources, or a place in the queue. */
  void freed() {
    freedGeneration++;
    replan();
  }

  /** Notes that nodes, partitions or wiring changed. */
  void restructured() {
    structureVersion++;
    freed();
  }

  /** True for someone who may do what root may. */
  boolean admin(Actor actor) {
    return actor.system()
        || actor.uid() == 0
        || (configuration.definition() != null
            && configuration.definition().administrators().contains(actor.user()));
  }

  void take(ResourceRequest request, int sign) {
    for (Map.Entry<String, Integer> entry : request.licenses().entrySet()) {
      int count = licensesInUse.merge(entry.getKey(), sign * entry.getValue(), Integer::sum);
      if (count == 0) {
        licensesInUse.remove(entry.getKey());
      }
    }
  }

  /** The name of the first licence of which there are too few left, or null. */
  String missingLicense(ResourceRequest request) {
    for (Map.Entry<String, Integer> entry : new TreeMap<>(request.licenses()).entrySet()) {
      int total = configuration.definition().licenses().getOrDefault(entry.getKey(), 0);
      if (licensesInUse.getOrDefault(entry.getKey(), 0) + entry.getValue() > total) {
        return entry.getKey();
      }
    }
    return null;
  }

  /** Works out from the runs what is free. */
  void rebuildLedger() {
    ledger = ResourceLedger.allFree(nodes.views());
    for (Run run : runs.values()) {
      Allocations.allocate(ledger, run);
    }
  }
}
