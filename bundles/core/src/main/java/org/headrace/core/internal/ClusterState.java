package org.headrace.core.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Billing;
import org.headrace.api.account.FairShare;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.ResourceLedger;
import org.headrace.control.command.Actor;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.core.FileStore;
import org.headrace.core.JobStore;
import org.headrace.core.SnapshotItem;
import org.headrace.core.internal.charge.Decay;
import org.headrace.core.internal.charge.Enforcement;
import org.headrace.core.internal.charge.Standings;
import org.headrace.core.internal.charge.UseBook;
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

  /** Nodes that the last plan set aside, by the job that they are for. */
  final LongTable<NodeMask> setAside = new LongTable<>();

  final LongTable<Members> arrays = new LongTable<>();
  final NodeTable nodes = new NodeTable();
  final Configuration configuration = new Configuration();
  final Timers timers = new Timers();
  final EventLog events = new EventLog();
  final Outbox outbox = new Outbox(this::enforcement);
  final Tally tally = new Tally();
  final UseBook use;
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
    use = new UseBook(standings(Accounts.INITIAL));
  }

  private Enforcement enforcement() {
    return use.standings().enforcement();
  }

  /** Who stands how with these accounts, as everything else is now. */
  Standings standings(Accounts accounts) {
    Map<String, String> qualities = new HashMap<>();
    Map<String, Billing> billing = new HashMap<>();
    String flags = configuration.setting("PriorityFlags", "");
    for (PartitionDefinition partition : configuration.partitions()) {
      String qos = partition.options().getOrDefault("QOS", "");
      if (!qos.isEmpty()) {
        qualities.put(partition.name(), qos);
      }
      String weights = partition.options().getOrDefault("TRESBillingWeights", "");
      billing.put(partition.name(), Billing.of(weights, flags));
    }
    return new Standings(
        accounts,
        configuration.qualities(),
        qualities,
        billing,
        new ResourceTotals(configuration),
        new WholeNodes(configuration),
        Enforcement.of(
            configuration.setting("AccountingStorageEnforce", ""),
            configuration.setting("AccountingStorageType", "")),
        FairShare.Rule.of(flags, configuration.setting("FairShareDampeningFactor", "")));
  }

  /** Adds up anew what everybody uses, after a change of who pays, and how much they may. */
  void recount(Accounts accounts) {
    use.restart(standings(accounts), time);
    count(accounts);
  }

  /** Adds up what everybody uses now. */
  void count(Accounts accounts) {
    table
        .peek()
        .forEach(
            (id, page, row) -> {
              String partition = page.shape[row].partitions().get(0);
              use.queued(page.payer.get(row), partition, page.counted.get(row));
            });
    for (Run run : runs.values()) {
      if (run.alive()) {
        use.running(run.job(), use.payer(run.job()), time);
      }
    }
    if (accounts.version() > 0) {
      timers.set(use.due(decay()), Timers.Kind.USE, 0);
    }
  }

  /** How use of the past loses weight. */
  Decay decay() {
    boolean basic = configuration.setting("PriorityType", "").endsWith("basic");
    return Decay.of(
        basic ? "0" : configuration.setting("PriorityDecayHalfLife", ""),
        configuration.setting("PriorityCalcPeriod", ""),
        configuration.setting("PriorityUsageResetPeriod", "NONE"));
  }

  Limits limits() {
    return configuration.definition().limits();
  }

  /** Drops what plans have found out about a job that they are no longer about. */
  void forgetFindings(long job) {
    blockers.remove(job);
    setAside.remove(job);
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

  /** Licences by name, and how many there are. */
  Map<String, Integer> licenses() {
    return configuration.definition() == null ? Map.of() : configuration.definition().licenses();
  }

  /** Works out from the runs what is free. */
  void rebuildLedger() {
    ledger = ResourceLedger.allFree(nodes.views(), licenses());
    for (Run run : runs.values()) {
      Allocations.allocate(ledger, run);
    }
  }
}
