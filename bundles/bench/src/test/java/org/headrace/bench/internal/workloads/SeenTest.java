package org.headrace.bench.internal.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lines as {@code scontrol -o show job} prints them, of a Slurm 22.05 and of ours. */
class SeenTest {
  private static final String RUNS =
      "JobId=7 JobName=w3j01 UserId=root(0) Priority=1234 JobState=RUNNING Reason=None"
          + " Dependency=(null) ExitCode=0:0 NodeList=n[1-2] NumNodes=2 NumCPUs=4 ";

  @Test
  void whatAJobHasIsReadFromEither() {
    Seen slurm = one(RUNS + "TRES=cpu=4,mem=400M,node=2,billing=4 Socks/Node=*");
    Seen headrace =
        one(RUNS + "ReqTRES=cpu=4,mem=1G,node=2 AllocTRES=cpu=4,mem=400M,node=2,billing=4");
    assertThat(slurm).isEqualTo(headrace);
    assertThat(slurm.running()).isTrue();
    assertThat(slurm.tres()).containsEntry("mem", "400M").containsEntry("node", "2");
    assertThat(slurm.list()).isEqualTo("n[1-2]");
  }

  /** Which is given for a moment when a job was changed is none. */
  @Test
  void reasonsThatChangeToAndFroAreSeveral() {
    Seen job = one(RUNS);
    assertThat(job.withReason("None|Priority|Resources").reasons())
        .containsExactlyInAnyOrder("Priority", "Resources");
    assertThat(job.withReason("None").reasons()).containsExactly("None");
  }

  @Test
  void tasksThatHaveNotStartedAreSeenOneByOne() {
    Map<String, Seen> all =
        Seen.parse(
            List.of(
                "JobId=9 ArrayJobId=8 ArrayTaskId=0 JobName=w3j02 JobState=RUNNING Reason=None",
                "JobId=8 ArrayJobId=8 ArrayTaskId=1-2,5%2 JobName=w3j02 JobState=PENDING"
                    + " Reason=JobArrayTaskLimit",
                "JobId=10 JobName=other JobState=PENDING Reason=None"),
            "w3j");
    assertThat(all.keySet()).containsExactly("w3j02_0", "w3j02_1", "w3j02_2", "w3j02_5");
    assertThat(all.get("w3j02_0").running()).isTrue();
    assertThat(all.get("w3j02_5").reason()).isEqualTo("JobArrayTaskLimit");
    assertThat(all.get("w3j02_5").id()).isEqualTo("8_5");
  }

  private static Seen one(String line) {
    return Seen.parse(List.of(line), "w3j").get("w3j01");
  }
}
