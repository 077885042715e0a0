package org.headrace.commands.internal.scontrol;

import java.util.HashMap;
import java.util.Map;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.control.query.Snapshot;

/** How many jobs and array tasks wait and gain priority by age, by who pays for them. */
final class AccruingJobs {
  private final Accounts accounts;
  private final Map<Who, Long> counts = new HashMap<>();

  /** An association by its number, or a user or account of a quality of service, or all of it. */
  private record Who(long association, String qos, String account, String user) {}

  AccruingJobs(Snapshot snapshot) {
    accounts = snapshot.accounts();
    snapshot.jobs(
        row -> row.state() == JobState.PENDING,
        job -> {
          if (job.status().accruesSince() > 0) {
            count(job);
          }
        });
  }

  private void count(Job job) {
    long weight = job.pendingArray() ? job.status().pendingTasks().count() : 1;
    Charge charge = job.spec().charge();
    String user = job.spec().owner().user();
    Association at = accounts.payer(charge.account(), user, job.status().partition());
    for (; at != null; at = accounts.above(at)) {
      add(new Who(at.id(), "", "", ""), weight);
    }
    add(new Who(0, charge.qos(), "", ""), weight);
    add(new Who(0, charge.qos(), charge.account(), ""), weight);
    add(new Who(0, charge.qos(), "", user), weight);
  }

  private void add(Who who, long weight) {
    counts.merge(who, weight, Long::sum);
  }

  long of(Association one) {
    return counts.getOrDefault(new Who(one.id(), "", "", ""), 0L);
  }

  /**
   * @param account of that account, or the empty string for all
   * @param user of that user, or the empty string for all
   */
  long of(String qos, String account, String user) {
    return counts.getOrDefault(new Who(0, qos, account, user), 0L);
  }
}
