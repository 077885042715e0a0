package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A minute is the shortest limit there is, and next to nothing is done in it: this class alone runs
 * beside the others.
 */
@Execution(ExecutionMode.CONCURRENT)
class TimeLimitIT {
  @RegisterExtension static final ClusterUnderTest CLUSTER = ClusterUnderTest.named("limit", 1);

  @Test
  void timeLimitEndsTheJobWithTermAndThenKill() throws Exception {
    String limited =
        CLUSTER.submit(
            """
            trap 'echo TERM' TERM
            trap 'echo USR1' USR1
            (trap '' TERM; echo child $BASHPID; while :; do sleep 0.2; done) &
            while :; do sleep 0.2; done
            """,
            "--time=1",
            "--signal=B:USR1@50",
            "-o",
            "limited");
    CLUSTER.awaitFile("limited", "child \\d+");
    Patience.until(
        "end of the limited job",
        Duration.ofSeconds(150),
        () -> CLUSTER.states(limited).contains("TIMEOUT"),
        () -> CLUSTER.command("squeue", "-t", "all", "-j", limited).run().toString());
    String output = CLUSTER.read("limited");
    assertThat(output).contains("USR1\n").contains("TERM\n");
    assertThat(output.indexOf("USR1")).isLessThan(output.indexOf("TERM"));
    String child = output.replaceAll("(?s).*child (\\d+).*", "$1");
    assertThat(Path.of("/proc/" + child)).doesNotExist();
  }
}
