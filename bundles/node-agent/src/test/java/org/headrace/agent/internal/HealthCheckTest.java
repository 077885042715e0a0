package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.junit.jupiter.api.Test;

/** The site's program that looks after a node, run by a real agent. */
class HealthCheckTest extends AgentHarness {
  private Path check(String more) throws Exception {
    return script(
        "check", "echo $SLURMD_NODENAME $SLURM_CONF $HOME >> " + work + "/checks\n" + more);
  }

  private void configure(Path program, String interval, String states) throws Exception {
    settings.put("HealthCheckProgram", program.toString());
    settings.put("HealthCheckInterval", interval);
    settings.put("HealthCheckNodeState", states);
    startBoth();
  }

  private long checks() throws Exception {
    return Files.exists(work.resolve("checks")) ? read("checks").lines().count() : 0;
  }

  private void awaitChecks(long count) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (checks() < count) {
      assertThat(System.nanoTime()).as("%d health checks", count).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void theProgramRunsAtTheStartAndAtIntervalsWhateverItSays() throws Exception {
    configure(check("echo broken; exit 1"), "1", "ANY");
    awaitChecks(3);
    assertThat(read("checks").lines()).startsWith("n1 /etc/test.conf");
  }

  @Test
  void atTheStartOnlyWhereThatIsSaid() throws Exception {
    configure(check(""), "1", "START_ONLY");
    awaitChecks(1);
    controller.send(new ToNode.Welcome(settings));
    controller.send(orders().batch("sleep 2"));
    controller.await(FromNode.StepEnded.class);
    assertThat(checks()).isEqualTo(1);
  }

  @Test
  void anIdleNodeIsLeftAloneWhereOnlyBusyOnesAreChecked() throws Exception {
    configure(check(""), "1", "ALLOC,CYCLE");
    awaitChecks(1);
    controller.send(orders().batch("until [ $(wc -l < checks) -ge 2 ]; do sleep 0.1; done"));
    assertThat(controller.await(FromNode.StepEnded.class).exit().success()).isTrue();
  }
}
