package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What sacct says of jobs that have ended in every way. */
class AccountingIT {
  @RegisterExtension static final ClusterUnderTest CLUSTER = Clusters.THREE_NODES;

  @Test
  void everyEndIsOnRecordWithItsSteps() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    String fine = CLUSTER.submit("srun -n2 true", "-n2", "-N2", "-J", "fine", "-o", "/dev/null");
    String failed = CLUSTER.submit("srun bash -c 'exit 4'; exit 3", "-J", "bad", "-o", "/dev/null");
    String array = CLUSTER.submit("exit $SLURM_ARRAY_TASK_ID", "-a", "0,7", "-o", "/dev/null");
    String held = CLUSTER.submit("true", "-H", "-o", "/dev/null");
    String cut = CLUSTER.submit("sleep 1000", "-J", "cut", "-o", "/dev/null");
    CLUSTER.awaitState(cut, "RUNNING");
    CLUSTER.command("scancel", cut, held).run().text();
    expected.put(fine, "fine|COMPLETED|0:0|2");
    expected.put(fine + ".batch", "batch|COMPLETED|0:0|1");
    expected.put(fine + ".0", "true|COMPLETED|0:0|2");
    expected.put(failed, "bad|FAILED|3:0|1");
    expected.put(failed + ".batch", "batch|FAILED|3:0|1");
    expected.put(failed + ".0", "bash|FAILED|4:0|1");
    expected.put(array + "_0", "sbatch|COMPLETED|0:0|1");
    expected.put(array + "_0.batch", "batch|COMPLETED|0:0|1");
    expected.put(array + "_7", "sbatch|FAILED|7:0|1");
    expected.put(array + "_7.batch", "batch|FAILED|7:0|1");
    expected.put(cut, "cut|CANCELLED by 0|0:0|1");
    expected.put(cut + ".batch", "batch|CANCELLED|0:15|1");
    expected.put(held, "sbatch|CANCELLED by 0|0:0|1");
    String jobs = String.join(",", fine, failed, array, held, cut);
    Execution.Plan sacct =
        CLUSTER.command(
            "sacct", "-n", "-P", "-o", "JobID,JobName,State,ExitCode,NNodes", "-j", jobs);
    Map<String, String> found = new TreeMap<>();
    Patience.until(
        "all records",
        Patience.USUAL,
        () -> {
          found.clear();
          sacct
              .run()
              .lines()
              .forEach(
                  line -> found.put(line.split("\\|")[0], line.substring(line.indexOf('|') + 1)));
          return found.equals(expected);
        },
        () -> "expected\n" + lines(expected) + "\nfound\n" + lines(found));
    assertThat(
            CLUSTER
                .command("sacct", "-n", "-X", "-P", "-s", "F", "-o", "JobID", "-j", jobs)
                .run()
                .lines())
        .containsExactlyInAnyOrder(failed, array + "_7");
  }

  private static String lines(Map<String, String> records) {
    StringBuilder text = new StringBuilder();
    records.forEach((job, record) -> text.append(job).append(' ').append(record).append('\n'));
    return text.toString();
  }
}
