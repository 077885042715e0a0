package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.StepSpec;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks of a parallel program on this node and on one that the test plays. */
@Timeout(120)
class FencesEndToEndTest extends AgentHarness {
  private static final String ASK =
      "ask() { printf '%s\\n' \"$1\" >&$PMI_FD; IFS= read -r answer <&$PMI_FD; }\n"
          + "ask 'cmd=init pmi_version=1 pmi_subversion=1'\n";

  /** What the other node brings: a pair of key and value as launchers write it. */
  private static final byte[] OTHER = "\0\1\0\1bB".getBytes(StandardCharsets.ISO_8859_1);

  private void launch(String script) {
    Orders orders = orders();
    orders.nodes = List.of("n1", "n2");
    orders.stepAttributes = Map.of(StepSpec.MPI, StepSpec.PMI);
    controller.send(
        orders.launch(0, List.of(List.of(0, 2), List.of(1, 3)), "bash", "-c", ASK + script));
    listen();
  }

  private void listen() {
    controller.send(new ToNode.Attach(7, 0, true));
    controller.send(new ToNode.Credit(7, 0, 1 << 20));
  }

  private FromNode.Share share(int round) {
    return controller.await(FromNode.Share.class, share -> share.round() == round);
  }

  private void fenced(int round, byte[] pairs) {
    controller.send(new ToNode.Fenced(7, 0, 0, round, pairs));
  }

  private String output() {
    StringBuilder text = new StringBuilder();
    for (FromNode message : controller.heard()) {
      if (message instanceof FromNode.Output output) {
        text.append(new String(output.data(), StandardCharsets.UTF_8));
      }
    }
    return text.toString();
  }

  private void restartController() {
    controller.close();
    startController();
    controller.await(FromNode.Register.class);
  }

  @Test
  void tasksHearOfThoseOnAnotherNode() throws Exception {
    startBoth();
    launch(
        "ask cmd=get_my_kvsname; echo $PMI_RANK of $PMI_SIZE $answer\n"
            + "ask 'cmd=get kvsname=a key=PMI_process_mapping'; echo $answer\n"
            + "ask \"cmd=put kvsname=a key=a$PMI_RANK value=A\"; ask cmd=barrier_in\n"
            + "ask 'cmd=get kvsname=a key=b'; echo $answer; ask cmd=finalize");
    FromNode.Share share = share(1);
    assertThat(new String(share.pairs(), StandardCharsets.ISO_8859_1)).contains("a0A", "a2A");
    fenced(1, OTHER);
    assertThat(controller.await(FromNode.FencePassed.class))
        .isEqualTo(new FromNode.FencePassed(7, 0, 0, 1));
    assertThat(controller.await(FromNode.StepEnded.class).exit()).isEqualTo(ExitStatus.SUCCESS);
    assertThat(output().lines())
        .containsExactlyInAnyOrder(
            "0 of 4 cmd=my_kvsname rc=0 kvsname=7.0",
            "2 of 4 cmd=my_kvsname rc=0 kvsname=7.0",
            "cmd=get_result rc=0 value=(vector,(0,2,1),(0,2,1))",
            "cmd=get_result rc=0 value=(vector,(0,2,1),(0,2,1))",
            "cmd=get_result rc=0 value=B",
            "cmd=get_result rc=0 value=B");
  }

  @Test
  void aNewControllerIsToldWhereTheTasksAre() throws Exception {
    startBoth();
    launch("ask 'cmd=put kvsname=a key=x value=y'; ask cmd=barrier_in; ask cmd=barrier_in; exit 4");
    byte[] first = share(1).pairs();
    restartController();
    assertThat(share(1).pairs()).isEqualTo(first);
    fenced(1, OTHER);
    share(2);
    restartController();
    controller.await(FromNode.FencePassed.class, passed -> passed.round() == 1);
    share(2);
    // The first is said again only if somebody still has to know.
    assertThat(controller.heard())
        .noneMatch(message -> message instanceof FromNode.Share share && share.round() == 1);
    controller.send(new ToNode.AskShare(7, 0, 0, 1));
    assertThat(share(1).pairs()).isEqualTo(first);
    listen();
    fenced(2, new byte[0]);
    controller.await(FromNode.StepAborted.class); // ended without having finalized
    assertThat(controller.await(FromNode.StepEnded.class).exit().code()).isEqualTo(4);
  }

  @Test
  void aNewAgentGoesOn() throws Exception {
    startBoth();
    launch("ask cmd=barrier_in; ask cmd=finalize; echo done");
    share(1);
    agent.close();
    controller.clear();
    startAgent();
    share(1);
    listen();
    fenced(1, OTHER);
    assertThat(controller.await(FromNode.StepEnded.class).exit()).isEqualTo(ExitStatus.SUCCESS);
    assertThat(output()).isEqualTo("done\ndone\n");
  }

  @Test
  void anAbortIsReported() throws Exception {
    startBoth();
    launch("[ $PMI_RANK = 2 ] || { echo cmd=abort exitcode=6 >&$PMI_FD; }; sleep 100");
    assertThat(controller.await(FromNode.StepAborted.class))
        .isEqualTo(new FromNode.StepAborted(7, 0, 0, "task 0 aborts the step with exit code 6"));
    assertThat(controller.await(FromNode.StepEnded.class).exit()).isEqualTo(new ExitStatus(6, 0));
  }

  @Test
  void aStepThatCanNotGoOnIsEndedWithAWord() throws Exception {
    startBoth();
    launch("ask cmd=barrier_in; sleep 100");
    share(1);
    controller.send(new ToNode.StepFailed(7, 1, 0, "another run"));
    controller.send(new ToNode.StepFailed(7, 0, 0, "n2 has gone"));
    assertThat(controller.await(FromNode.StepEnded.class).exit()).isEqualTo(new ExitStatus(0, 9));
    assertThat(output()).contains("slurmstepd: error: mpi/pmi2: n2 has gone\n");
  }
}
