package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.ROOT;

import java.util.List;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;

/** Jobs that only accounting knows get an end there; those that are known don't. */
class RunawaysTest {
  private final TestCluster cluster = TestCluster.up(1);

  /** The job under an id that nobody has. */
  static Job forgotten(Job running) {
    return new Job(
        running.id() + 5000,
        running.arrayId(),
        running.arrayTask(),
        running.spec(),
        running.status());
  }

  private List<AccountingRecord> recordsAfter(Command.EndRunaways command) {
    List<AccountingRecord> before = cluster.machine.accountingBacklog(0, 1000);
    long last = before.get(before.size() - 1).number();
    assertThat(cluster.apply(command, ROOT)).isEqualTo(Outcome.DONE);
    return cluster.machine.accountingBacklog(last, 1000);
  }

  @Test
  void theyEndWhenTheyStarted() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    Job running = cluster.job(id);
    Job forgotten = forgotten(running);
    List<AccountingRecord> records =
        recordsAfter(
            new Command.EndRunaways(
                List.of(
                    new Command.EndRunaways.Runaway(running, List.of("n1")),
                    new Command.EndRunaways.Runaway(forgotten, List.of("n1")))));
    assertThat(records).hasSize(1);
    AccountingRecord.JobChanged record = (AccountingRecord.JobChanged) records.get(0);
    assertThat(record.job().id()).isEqualTo(forgotten.id());
    assertThat(record.job().status().state()).isEqualTo(JobState.COMPLETED);
    assertThat(record.job().status().ended()).isEqualTo(running.status().started());
    assertThat(record.nodes()).containsExactly("n1");
    assertThat(cluster.job(id).status().state()).as("it is known").isEqualTo(JobState.RUNNING);
  }
}
