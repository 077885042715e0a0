package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Accounting's database goes away and comes back: jobs go on, and no record is lost. */
class DatabaseIT {
  @RegisterExtension
  static final ClusterUnderTest CLUSTER = ClusterUnderTest.named("data", 1).set("MinJobAge=2");

  @Test
  void recordsWaitForALockedDatabase() throws Exception {
    Path database = CLUSTER.directory().resolve("state/accounting.db");
    assumeTrue(CLUSTER.shell("command -v sqlite3").run().status() == 0, "sqlite3 is not installed");
    Patience.until("a database", Patience.USUAL, () -> Files.exists(database), () -> "");
    Process lock =
        new ProcessBuilder("sqlite3", database.toString()).redirectErrorStream(true).start();
    List<String> jobs;
    try {
      lock.getOutputStream().write("BEGIN EXCLUSIVE;\nSELECT 'held';\n".getBytes());
      lock.getOutputStream().flush();
      assertThat(lock.inputReader().readLine()).isEqualTo("held");
      jobs = runThrough();
    } finally {
      lock.destroy();
    }
    awaitRecords(jobs);
  }

  @Test
  void recordsWaitForADatabaseThatIsGone() throws Exception {
    Path database = CLUSTER.directory().resolve("state/accounting.db");
    // The controller serves before its history is open.
    Patience.until("a database", Patience.USUAL, () -> Files.exists(database), () -> "");
    CLUSTER.kill("slurmctld");
    Path aside = CLUSTER.directory().resolve("aside");
    CLUSTER.shell("mkdir " + aside + " && mv " + database + "* " + aside).run().text();
    Files.createDirectory(database);
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
    List<String> jobs = runThrough();
    // A crash with records waiting must not lose them either.
    CLUSTER.kill("slurmctld");
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
    Files.delete(database);
    CLUSTER.shell("mv " + aside + "/* " + database.getParent()).run().text();
    awaitRecords(jobs);
  }

  /** Jobs that begin and end, and that the controller forgets, while nothing can be recorded. */
  private static List<String> runThrough() throws Exception {
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      jobs.add(CLUSTER.submit("srun true; exit " + i, "-o", "/dev/null", "-J", "unseen"));
    }
    for (String job : jobs) {
      assertThat(CLUSTER.awaitEnd(job)).isEqualTo(jobs.indexOf(job) == 0 ? "COMPLETED" : "FAILED");
    }
    return jobs;
  }

  private static void awaitRecords(List<String> jobs) throws Exception {
    String list = String.join(",", jobs);
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < jobs.size(); i++) {
      String end = i == 0 ? "COMPLETED|0:0" : "FAILED|" + i + ":0";
      expected.put(jobs.get(i), end);
      expected.put(jobs.get(i) + ".batch", end);
      expected.put(jobs.get(i) + ".0", "COMPLETED|0:0");
    }
    Execution.Plan sacct =
        CLUSTER.command("sacct", "-n", "-P", "-o", "JobID,State,ExitCode", "-j", list);
    Patience.until(
        "records of jobs " + list,
        Patience.LONG,
        () -> {
          Map<String, String> found = new TreeMap<>();
          sacct
              .run()
              .output()
              .lines()
              .forEach(
                  line -> found.put(line.split("\\|")[0], line.substring(line.indexOf('|') + 1)));
          return found.equals(expected);
        },
        () -> "expected " + expected + ", sacct says " + sacct.run());
  }
}
