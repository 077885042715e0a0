package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.BERT;
import static org.headrace.core.Specs.MINUTE;
import static org.headrace.core.Specs.ROOT;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;

/** Changes of jobs as a Slurm 22.05 takes and refuses them. */
class JobChangeTest {
  private final TestCluster cluster = TestCluster.up(1);

  private Outcome change(long job, Actor actor, JobChange... changes) {
    return cluster.apply(new Command.UpdateJob(JobTarget.of(job), List.of(changes)), actor);
  }

  private static ErrorCode code(Outcome outcome) {
    return ((Outcome.Rejected) outcome).code();
  }

  private static JobSpec tenMinutes() {
    JobSpec spec = Specs.job(ANNA);
    return spec.withTiming(spec.timing().withTimeLimit(10 * MINUTE));
  }

  @Test
  void theShortestTimeLimitStaysWithinTheTimeLimit() {
    long job = cluster.submit(tenMinutes());
    assertThat(change(job, ANNA, new JobChange.TimeMin(5 * MINUTE))).isEqualTo(Outcome.DONE);
    assertThat(cluster.job(job).spec().timing().timeMin()).isEqualTo(5 * MINUTE);
    assertThat(code(change(job, ANNA, new JobChange.TimeMin(11 * MINUTE))))
        .isEqualTo(ErrorCode.INVALID_TIME_MIN);
    assertThat(change(job, ANNA, new JobChange.TimeLimit(4 * MINUTE)))
        .as("front ends refuse it; logs have it")
        .isEqualTo(Outcome.DONE);
    assertThat(
            change(
                job, ANNA, new JobChange.TimeLimit(3 * MINUTE), new JobChange.TimeMin(2 * MINUTE)))
        .as("both at once")
        .isEqualTo(Outcome.DONE);
    assertThat(change(job, ANNA, new JobChange.TimeMin(0))).isEqualTo(Outcome.DONE);
    assertThat(code(change(job, BERT, new JobChange.TimeMin(MINUTE))))
        .isEqualTo(ErrorCode.ACCESS_DENIED);
  }

  @Test
  void aWorkingDirectoryIsAbsoluteAndOfAJobThatWaits() {
    long job = cluster.submit(tenMinutes());
    assertThat(change(job, ANNA, new JobChange.WorkDirectory("/var/tmp"))).isEqualTo(Outcome.DONE);
    assertThat(cluster.job(job).spec().execution().workDirectory()).isEqualTo("/var/tmp");
    assertThat(code(change(job, ANNA, new JobChange.WorkDirectory("here"))))
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    cluster.schedule();
    assertThat(code(change(job, ANNA, new JobChange.WorkDirectory("/tmp"))))
        .isEqualTo(ErrorCode.NOT_PENDING);
  }

  @Test
  void onlyAdministratorsHaveNodesBooted() {
    JobSpec boots = tenMinutes().withAttributes(Map.of("Option:reboot", "yes"));
    long job = cluster.submit(boots);
    assertThat(cluster.job(job).spec().attributes())
        .as("front ends refuse it; older logs have it")
        .isEmpty();
    JobChange boot = new JobChange.Attribute("Option:reboot", "yes");
    assertThat(code(change(job, ANNA, boot))).isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(change(job, ROOT, boot)).isEqualTo(Outcome.DONE);
    cluster.schedule();
    assertThat(code(change(job, ROOT, boot))).isEqualTo(ErrorCode.NOT_PENDING);
  }

  private void parameters(String words) {
    cluster.system(new Command.Configure(Specs.cluster(1, Map.of("SchedulerParameters", words))));
  }

  /** With enable_user_top, as scontrol top does it. */
  @Test
  void usersTakeFromTheirOwnJobsWhatOthersOfThemGet() {
    long first = cluster.submit(tenMinutes());
    long second = cluster.submit(tenMinutes());
    cluster.submit(Specs.job(BERT));
    JobChange gain = new JobChange.OwnOrder(-50);
    change(first, ANNA, new JobChange.Nice(50));
    assertThat(code(change(second, ANNA, gain))).isEqualTo(ErrorCode.ACCESS_DENIED);
    parameters("bf_licenses,enable_user_top");
    assertThat(code(change(second, ANNA, new JobChange.OwnOrder(-51))))
        .as("more than was given")
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(change(second, ANNA, gain)).isEqualTo(Outcome.DONE);
    assertThat(code(change(first, ANNA, new JobChange.OwnOrder(0))))
        .as("it has been given away")
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(code(change(second, ANNA, new JobChange.Nice(-60))))
        .as("a nice value is another matter")
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(code(change(second, BERT, gain))).isEqualTo(ErrorCode.ACCESS_DENIED);
  }

  /** The first of them would have had what was left, and the second been refused after that. */
  @Test
  void tasksThatGainMoreThanOthersHaveLostTogetherAllStayWhereTheyAre() {
    parameters("enable_user_top");
    long other = cluster.submit(Specs.array(ANNA, 0, 0, 0));
    change(other, ANNA, new JobChange.Nice(50));
    long array = cluster.submit(Specs.array(ANNA, 0, 3, 0));
    List<JobChange> gain = List.of(new JobChange.OwnOrder(-50));
    JobTarget two = new JobTarget(array, List.of(new JobArray.Range(1, 2, 1)));
    int before = cluster.machine.publish().jobCount();
    assertThat(code(cluster.apply(new Command.UpdateJob(two, gain), ANNA)))
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(cluster.machine.publish().jobCount()).isEqualTo(before);
    assertThat(cluster.job(array).status().pendingTasks().count()).isEqualTo(4);
    assertThat(cluster.apply(new Command.UpdateJob(JobTarget.task(array, 1), gain), ANNA))
        .isEqualTo(Outcome.DONE);
  }

  @Test
  void withAllowZeroLicMoreLicencesThanThereAreCanBeAskedFor() {
    JobSpec three = tenMinutes();
    three = three.withRequest(three.request().withLicenses(Map.of("matlab", 3)));
    assertThat(cluster.refused(three, ANNA).code()).isEqualTo(ErrorCode.INVALID_LICENSES);
    parameters("allow_zero_lic");
    assertThat(cluster.refused(three, ANNA).code())
        .as("as it was before the word counted")
        .isEqualTo(ErrorCode.INVALID_LICENSES);
    three = three.withAttributes(Map.of("MoreLicenses", "1"));
    long job = cluster.submit(three);
    assertThat(cluster.schedule()).as("there are two").doesNotContain(job);
    JobSpec unknown = three.withRequest(three.request().withLicenses(Map.of("matlb", 1)));
    assertThat(cluster.refused(unknown, ANNA).code()).isEqualTo(ErrorCode.INVALID_LICENSES);
  }
}
