package org.headrace.sim.internal.history;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.accounting.internal.MariadbAccounting;
import org.headrace.accounting.internal.PostgresqlAccounting;
import org.headrace.accounting.internal.SqliteAccounting;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingStore;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Timing;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.sim.internal.SimException;
import org.headrace.sim.internal.SimulatedMachine;

/**
 * Jobs of a cluster's own accounting, as they can be replayed: each run that ended, from the moment
 * at which nothing but resources and priority held it back. So a dependency, a begin time or a hold
 * counts for what it came to. Jobs that never started are left out; components of a heterogeneous
 * job are jobs of their own.
 *
 * @param jobs runs, by arrival
 * @param leftOut jobs that never started, or haven't ended yet
 */
record History(List<PastJob> jobs, int leftOut) {

  /**
   * Reads the database that a configuration names.
   *
   * @param state where the controller keeps its state, or null for what the configuration says
   * @param from not ended before, in epoch milliseconds, or zero
   * @param to not eligible after, in epoch milliseconds, or zero
   * @throws SimException if it can't be read
   */
  static History read(ClusterDefinition cluster, Path state, long from, long to)
      throws SimException {
    Map<String, String> settings = new HashMap<>(cluster.settings());
    String kept = settings.getOrDefault("StateSaveLocation", "/var/spool/slurmctld");
    settings.put("directory", state == null ? kept : state.toString());
    AccountingStore store = store(settings.getOrDefault("AccountingStorageType", ""));
    try {
      store.open(cluster.name(), settings);
      JobQuery all =
          new JobQuery(
              List.of(), List.of(), List.of(), List.of(), List.of(), Set.of(), from, to, true, 0);
      return of(store.jobs(all));
    } catch (AccountingException e) {
      throw new SimException(e.getMessage());
    } finally {
      close(store);
    }
  }

  private static AccountingStore store(String type) throws SimException {
    String word = type.substring(type.indexOf('/') + 1);
    return switch (word) {
      case "sqlite", "slurmdbd" -> new SqliteAccounting();
      case "postgresql" -> new PostgresqlAccounting();
      case "mariadb", "mysql" -> new MariadbAccounting();
      default ->
          throw new SimException(
              "AccountingStorageType is '" + type + "': there is no history to replay");
    };
  }

  private static void close(AccountingStore store) throws SimException {
    try {
      ((AutoCloseable) store).close();
    } catch (Exception e) {
      throw new SimException("the accounting database can't be closed: " + e.getMessage());
    }
  }

  static History of(List<JobHistory> all) {
    List<PastJob> jobs = new ArrayList<>();
    int leftOut = 0;
    for (JobHistory one : all) {
      JobStatus status = one.job().status();
      if (status.started() > 0
          && status.ended() >= status.started()
          && status.allocation() != null) {
        jobs.add(past(one.job(), jobs.size() + 1L));
      } else {
        leftOut++;
      }
    }
    jobs.sort(Comparator.comparingLong(PastJob::arrived).thenComparingLong(PastJob::id));
    return new History(List.copyOf(jobs), leftOut);
  }

  private static PastJob past(Job job, long number) {
    JobSpec spec = job.spec();
    JobStatus status = job.status();
    long arrived = status.eligible() > 0 ? status.eligible() : status.submitted();
    Timing asked = spec.timing();
    Execution plain = SimulatedMachine.execution().withRequeue(spec.execution().requeue());
    JobSpec replayed =
        spec.withArray(JobArray.NONE)
            .withDependency(Dependency.NONE)
            .withReservation("")
            .withComponent(JobComponent.NONE)
            .withPartitions(
                status.partition().isEmpty() ? spec.partitions() : List.of(status.partition()))
            .withExecution(plain)
            .withTiming(Timing.ANY.withTimeLimit(status.timeLimit()).withNice(asked.nice()));
    return new PastJob(
        number,
        replayed,
        Math.min(arrived, status.started()),
        status.started(),
        Math.max(1, status.ran(status.ended())),
        status.allocation().cpus());
  }
}
