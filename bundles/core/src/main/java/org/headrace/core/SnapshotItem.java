package org.headrace.core;

import java.util.List;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Association;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.control.command.NodeReport;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.definition.ReservationDefinition;

/**
 * A piece of the machine's state. All pieces, in the order in which {@link ClusterMachine#save}
 * passes them on, make up a snapshot. Records of this kind are written to disk: components and
 * variants are only ever appended. Variants are named in the order of their numbers there; left to
 * itself, the compiler names them in an order that changes with other classes.
 */
public sealed interface SnapshotItem
    permits SnapshotItem.StepEntry,
        SnapshotItem.Node,
        SnapshotItem.RunEntry,
        SnapshotItem.Header,
        SnapshotItem.Configuration,
        SnapshotItem.File,
        SnapshotItem.JobEntry,
        SnapshotItem.Unaccounted,
        SnapshotItem.Reservations,
        SnapshotItem.AccountBook,
        SnapshotItem.Spent,
        SnapshotItem.WrittenJob {
  /**
   * Counters that ids and numbers come from; the first item.
   *
   * @param version of the published state
   * @param structureVersion of nodes, partitions and wiring
   * @param time of the last command
   * @param nextJobId where the search for the next job id starts
   * @param nextNodeId id of the next new node
   * @param nextEvent number of the next event
   * @param nextRecord number of the next record for accounting
   * @param planGeneration how often something happened that could start a job
   */
  record Header(
      long version,
      long structureVersion,
      long time,
      long nextJobId,
      int nextNodeId,
      long nextEvent,
      long nextRecord,
      long planGeneration)
      implements SnapshotItem {}

  /**
   * The configuration in force.
   *
   * @param definition as it was configured, or null before the first configuration
   * @param partitions partitions as they were changed since
   * @param qualities qualities of service, by name
   * @param planned ids of nodes that the last plan set aside
   */
  record Configuration(
      ClusterDefinition definition,
      List<PartitionDefinition> partitions,
      List<QualityOfService> qualities,
      List<Integer> planned)
      implements SnapshotItem {
    public Configuration {
      partitions = List.copyOf(partitions);
      qualities = List.copyOf(qualities);
      planned = List.copyOf(planned);
    }
  }

  /**
   * A node.
   *
   * @param id its id
   * @param definition as it was configured
   * @param state condition
   * @param features active features
   * @param weight weight
   * @param comment administrator's comment
   * @param report what its agent said last, or null
   * @param silentSince since when it doesn't respond, or zero
   * @param downBySilence true when it is down because it didn't respond
   * @param lastBusy when it was last in use
   */
  record Node(
      int id,
      NodeDefinition definition,
      NodeState state,
      List<String> features,
      long weight,
      String comment,
      NodeReport report,
      long silentSince,
      boolean downBySilence,
      long lastBusy)
      implements SnapshotItem {
    public Node {
      features = List.copyOf(features);
    }
  }

  /**
   * The content of a script or an environment. Comes before the jobs and steps that refer to it.
   *
   * @param key by which they refer to it
   * @param content the content
   */
  record File(long key, byte[] content) implements SnapshotItem {}

  /**
   * A job.
   *
   * @param job job
   * @param script key of its script
   * @param environment key of its environment
   * @param immediateUntil when it is withdrawn unless it has started, or zero
   * @param blockers what keeps it from starting
   * @param promised true when its expected start is a promise of the last plan
   * @param setAside ids of nodes that the last plan set aside for it
   */
  record JobEntry(
      Job job,
      long script,
      long environment,
      long immediateUntil,
      List<Blocker> blockers,
      boolean promised,
      List<Integer> setAside)
      implements SnapshotItem {
    public JobEntry {
      blockers = List.copyOf(blockers);
      setAside = List.copyOf(setAside);
    }
  }

  /**
   * What a job that has processes on nodes has beyond its record. Follows its job.
   *
   * @param jobId job
   * @param endsBy when its time limit runs out, as far as it isn't suspended
   * @param suspendedAt since when it is suspended, or zero
   * @param killAt when it is killed, or zero
   * @param readyAt when all its nodes were ready, or zero
   * @param notReady ids of nodes that aren't ready yet
   * @param unreleased ids of nodes that it still holds
   * @param nextStep number of its next step
   * @param warned true when the signal before its time limit was sent
   * @param holdAfter true when it is held once it is back in the queue
   * @param preempted how it makes room for another job
   * @param leaveAt when it leaves or is stopped for that, or zero
   */
  record RunEntry(
      long jobId,
      long endsBy,
      long suspendedAt,
      long killAt,
      long readyAt,
      List<Integer> notReady,
      List<Integer> unreleased,
      int nextStep,
      boolean warned,
      boolean holdAfter,
      PreemptMode preempted,
      long leaveAt)
      implements SnapshotItem {
    public RunEntry {
      notReady = List.copyOf(notReady);
      unreleased = List.copyOf(unreleased);
    }
  }

  /**
   * A step. Follows its job.
   *
   * @param step step
   * @param environment key of its environment
   * @param killAt when it is killed, or zero
   */
  record StepEntry(Step step, long environment, long killAt) implements SnapshotItem {}

  /**
   * A record that accounting doesn't have yet.
   *
   * @param record record
   */
  record Unaccounted(AccountingRecord record) implements SnapshotItem {}

  /**
   * All reservations.
   *
   * @param nextId id of the next new one
   * @param definitions reservations, ascending by id
   */
  record Reservations(long nextId, List<ReservationDefinition> definitions)
      implements SnapshotItem {
    public Reservations {
      definitions = List.copyOf(definitions);
    }
  }

  /**
   * Accounts, users and associations.
   *
   * @param version version
   * @param tres names of trackable resources
   * @param accounts accounts, ascending by name
   * @param users users, ascending by name
   * @param associations associations, ascending by id
   * @param nextAssociation id of the next new association
   * @param nextQos id of the next new quality of service
   */
  record AccountBook(
      long version,
      List<String> tres,
      List<Account> accounts,
      List<AccountUser> users,
      List<Association> associations,
      long nextAssociation,
      long nextQos)
      implements SnapshotItem {
    public AccountBook {
      tres = List.copyOf(tres);
      accounts = List.copyOf(accounts);
      users = List.copyOf(users);
      associations = List.copyOf(associations);
    }
  }

  /**
   * What has been used by who pays.
   *
   * @param charged when all running jobs were charged last
   * @param decayed when use of the past lost weight last
   * @param by use of the past
   */
  record Spent(long charged, long decayed, List<SpentBy> by) implements SnapshotItem {
    public Spent {
      by = List.copyOf(by);
    }
  }

  /**
   * What somebody has used.
   *
   * @param ofQos true for a quality of service, false for an association
   * @param id its id
   * @param spent seconds by trackable resource, decayed
   * @param wall seconds, decayed
   */
  record SpentBy(boolean ofQos, long id, List<Double> spent, double wall) {
    public SpentBy {
      spent = List.copyOf(spent);
    }
  }

  /**
   * A pending job in the bytes that its store has of it: a snapshot that had to read and write each
   * record would keep the log waiting. What is newer than the record stands beside it.
   *
   * @param record the job's record, written
   * @param reason why it waits
   * @param priority its priority
   * @param eligible when it became eligible
   * @param accrued since when it accrues age
   * @param expectedStart when it is expected to start
   * @param lastConsidered when a plan considered it last
   * @param script key of its script
   * @param environment key of its environment
   * @param immediateUntil when it is withdrawn unless it has started, or zero
   * @param blockers what keeps it from starting
   * @param promised true when its expected start is a promise of the last plan
   * @param setAside ids of nodes that the last plan set aside for it
   */
  record WrittenJob(
      byte[] record,
      Reason reason,
      long priority,
      long eligible,
      long accrued,
      long expectedStart,
      long lastConsidered,
      long script,
      long environment,
      long immediateUntil,
      List<Blocker> blockers,
      boolean promised,
      List<Integer> setAside)
      implements SnapshotItem {
    public WrittenJob {
      blockers = List.copyOf(blockers);
      setAside = List.copyOf(setAside);
    }

    /** The same as an entry that can be loaded. */
    public JobEntry read(Job job) {
      JobStatus status =
          job.status().planned(reason, priority, eligible, accrued, expectedStart, lastConsidered);
      return new JobEntry(
          job.withStatus(status),
          script,
          environment,
          immediateUntil,
          blockers,
          promised,
          setAside);
    }
  }
}
