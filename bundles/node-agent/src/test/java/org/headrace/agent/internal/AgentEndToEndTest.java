package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Step;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agent, launcher and link for real, with processes. */
@Timeout(120)
class AgentEndToEndTest extends AgentHarness {
  private static String text(List<FromNode> heard, int task, boolean error) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (FromNode message : heard) {
      if (message instanceof FromNode.Output output
          && output.task() == task
          && output.error() == error) {
        bytes.writeBytes(output.data());
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static long outputBytes(List<FromNode> heard) {
    return heard.stream()
        .mapToLong(message -> message instanceof FromNode.Output out ? out.data().length : 0)
        .sum();
  }

  private boolean isAlive(String pidFile) throws Exception {
    Path stat = Path.of("/proc/" + read(pidFile).trim() + "/stat");
    return Files.exists(stat) && !Files.readString(stat).contains(") Z ");
  }

  private void awaitFile(String name) throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!Files.exists(work.resolve(name)) || read(name).isEmpty()) {
      assertThat(System.nanoTime()).as("file " + name + " in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void registersWithWhatItHas() throws Exception {
    startBoth();
    FromNode.Register register = controller.await(FromNode.Register.class);
    assertThat(register.node()).isEqualTo("n1");
    assertThat(register.hardware().cores()).isEqualTo(64);
    assertThat(register.bootTime()).isPositive();
    assertThat(register.operatingSystem()).startsWith("Linux ");
    assertThat(register.version()).isEqualTo("1.2.3");
    assertThat(register.steps()).isEmpty();
    controller.send(new ToNode.Ping());
    assertThat(controller.await(FromNode.Alive.class).freeMemory()).isPositive();
  }

  @Test
  void runsAScriptFromLaunchToRelease() throws Exception {
    startBoth();
    Orders orders = orders();
    controller.send(orders.prepare());
    controller.send(
        orders.batch(
            "echo out $SLURM_JOB_ID $SLURM_PROCID $SLURMD_NODENAME $SLURM_TASK_PID; echo err >&2; exit 3"));
    FromNode.Ready ready = controller.await(FromNode.Ready.class);
    assertThat(ready).isEqualTo(new FromNode.Ready(7, 0));
    FromNode.StepEnded ended = controller.await(FromNode.StepEnded.class);
    assertThat(ended.stepId()).isEqualTo(Step.BATCH);
    assertThat(ended.exit()).isEqualTo(new ExitStatus(3, 0));
    assertThat(ended.message()).isEmpty();
    assertThat(read("slurm-7.out")).matches("out 7 0 n1 \\d+\nerr\n");
    controller.send(orders.release());
    assertThat(controller.await(FromNode.Released.class))
        .isEqualTo(new FromNode.Released(7, 0, ""));
  }

  @Test
  void repeatedOrdersDoNothingTwice() throws Exception {
    startBoth();
    Orders orders = orders();
    ToNode.Launch launch = orders.batch("echo once >> count; until [ -e go ]; do sleep 0.05; done");
    for (int i = 0; i < 3; i++) {
      controller.send(orders.prepare());
      controller.send(launch);
    }
    awaitFile("count");
    controller.send(launch);
    Files.createFile(work.resolve("go"));
    controller.await(FromNode.StepEnded.class);
    controller.send(launch);
    controller.send(orders.release());
    controller.send(orders.release());
    controller.await(FromNode.Released.class);
    assertThat(read("count")).isEqualTo("once\n");
    assertThat(controller.heard().toString()).containsOnlyOnce("StepEnded[");
  }

  @Test
  void anOutputFileThatCannotBeOpenedIsSaid() throws Exception {
    startBoth();
    Orders orders = orders();
    orders.output = "missing/%j";
    controller.send(orders.batch("true"));
    FromNode.StepEnded ended = controller.await(FromNode.StepEnded.class);
    assertThat(ended.exit().success()).isFalse();
    assertThat(ended.message()).contains("could not open output file").contains("missing/7");
  }

  @Test
  void anOrderForAnotherNodeIsRefused() throws Exception {
    startBoth();
    Orders orders = orders();
    orders.nodes = List.of("n2");
    controller.send(orders.batch("true"));
    FromNode.StepEnded ended = controller.await(FromNode.StepEnded.class);
    assertThat(ended.exit()).isEqualTo(new ExitStatus(1, 0));
    assertThat(ended.message()).contains("not one of the step's nodes");
  }

  @Test
  void anAgentThatComesBackFindsItsSteps() throws Exception {
    startBoth();
    Orders going = orders();
    going.jobId = 11;
    controller.send(going.batch("echo $$ > pid; until [ -e go ]; do sleep 0.05; done; exit 5"));
    Orders over = orders();
    over.jobId = 12;
    controller.confirms(false);
    controller.send(over.batch("exit 6"));
    controller.await(FromNode.StepEnded.class, e -> e.jobId() == 12);
    awaitFile("pid");
    agent.close();
    controller.clear();
    startAgent();
    FromNode.Register register = controller.await(FromNode.Register.class);
    assertThat(register.steps())
        .containsExactlyInAnyOrder(
            new FromNode.HeldStep(11, 0, Step.BATCH), new FromNode.HeldStep(12, 0, Step.BATCH));
    FromNode.StepEnded again = controller.await(FromNode.StepEnded.class, e -> e.jobId() == 12);
    assertThat(again.exit().code()).isEqualTo(6);
    controller.confirms(true);
    Files.createFile(work.resolve("go"));
    FromNode.StepEnded late = controller.await(FromNode.StepEnded.class, e -> e.jobId() == 11);
    assertThat(late.exit().code()).isEqualTo(5);
    controller.send(going.release());
    controller.await(FromNode.Released.class, r -> r.jobId() == 11);
  }

  @Test
  void whatIsSafeIsForgotten() throws Exception {
    startBoth();
    Orders orders = orders();
    controller.send(orders.batch("true"));
    controller.await(FromNode.StepEnded.class);
    controller.send(orders.release());
    controller.await(FromNode.Released.class);
    controller.send(new ToNode.Ping());
    controller.await(FromNode.Alive.class);
    agent.close();
    controller.clear();
    startAgent();
    assertThat(controller.await(FromNode.Register.class).steps()).isEmpty();
  }

  @Test
  void aControllerThatComesBackHearsEverythingAgain() throws Exception {
    startBoth();
    Orders orders = orders();
    controller.send(orders.batch("until [ -e go ]; do sleep 0.05; done; exit 4"));
    controller.await(FromNode.Ready.class);
    controller.close();
    Files.createFile(work.resolve("go"));
    awaitSpoolResult();
    startController();
    controller.confirms(false);
    FromNode.Register register = controller.await(FromNode.Register.class);
    assertThat(register.steps()).containsExactly(new FromNode.HeldStep(7, 0, Step.BATCH));
    assertThat(controller.await(FromNode.StepEnded.class).exit().code()).isEqualTo(4);
  }

  private void awaitSpoolResult() {
    Path result = root.resolve("spool/steps/7.-5.0/result");
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!Files.exists(result)) {
      assertThat(System.nanoTime()).as("a result in the spool").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void anAgentWithoutAControllerWaitsForOne() throws Exception {
    startAgent();
    startController();
    assertThat(controller.await(FromNode.Register.class).node()).isEqualTo("n1");
  }

  @Test
  void streamedTasksAreHeardLabelledAndInOrder() throws Exception {
    startBoth();
    Orders orders = orders();
    orders.cpusPerNode = 3;
    String program = "read line; echo out $SLURM_PROCID $line; echo err >&2; exit $SLURM_PROCID";
    controller.send(orders.launch(0, List.of(List.of(0, 1, 2)), "/bin/sh", "-c", program));
    byte[] line = "hello\n".getBytes(StandardCharsets.UTF_8);
    controller.send(new ToNode.Input(7, 0, -1, line, true, 0));
    controller.send(new ToNode.Attach(7, 0, true));
    controller.send(new ToNode.Credit(7, 0, 1 << 20));
    FromNode.StepEnded ended = controller.await(FromNode.StepEnded.class);
    assertThat(ended.exit()).isEqualTo(new ExitStatus(2, 0));
    List<FromNode> heard = controller.heard();
    for (int task = 0; task < 3; task++) {
      assertThat(text(heard, task, false)).isEqualTo("out " + task + " hello\n");
      assertThat(text(heard, task, true)).isEqualTo("err\n");
      FromNode.TaskEnded end = new FromNode.TaskEnded(7, 0, task, new ExitStatus(task, 0));
      assertThat(heard).contains(end);
    }
    assertThat(heard).contains(new FromNode.OutputClosed(7, 0));
  }

  @Test
  void outputFlowsNoFasterThanItIsAsked() throws Exception {
    startBoth();
    Orders orders = orders();
    int size = 3_000_000;
    controller.send(
        orders.launch(0, List.of(List.of(0)), "/usr/bin/head", "-c", "" + size, "/dev/zero"));
    controller.send(new ToNode.Attach(7, 0, true));
    controller.send(new ToNode.Credit(7, 0, 1000));
    controller.awaitAll("some output", heard -> outputBytes(heard) >= 1000);
    controller.send(new ToNode.Ping());
    controller.await(FromNode.Alive.class);
    // A chunk may exceed the credit, no more.
    long first = outputBytes(controller.heard());
    assertThat(first).isLessThanOrEqualTo(1000 + (256 << 10));
    assertThat(controller.heard().toString()).doesNotContain("TaskEnded");
    controller.send(new ToNode.Credit(7, 0, size));
    controller.await(FromNode.StepEnded.class);
    assertThat(outputBytes(controller.heard())).isEqualTo(size);
  }

  @Test
  void outputThatNobodyWantsDoesNotHoldAStepBack() throws Exception {
    startBoth();
    controller.send(
        orders().launch(0, List.of(List.of(0)), "/usr/bin/head", "-c", "9000000", "/dev/zero"));
    controller.send(new ToNode.Attach(7, 0, false));
    assertThat(controller.await(FromNode.StepEnded.class).exit().success()).isTrue();
  }

  @Test
  void aStepThatReadsNothingEnds() throws Exception {
    startBoth();
    controller.send(orders().launch(0, List.of(List.of(0)), "/bin/true"));
    controller.send(new ToNode.Attach(7, 0, true));
    assertThat(controller.await(FromNode.StepEnded.class).exit().success()).isTrue();
  }

  @Test
  void largeInputArrivesWhole() throws Exception {
    startBoth();
    Orders orders = orders();
    orders.output = "sum";
    controller.send(orders.launch(0, List.of(List.of(0)), "/bin/sh", "-c", "sleep 0.3; wc -c"));
    byte[] block = new byte[1 << 18];
    for (int i = 0; i < 20; i++) {
      controller.send(new ToNode.Input(7, 0, 0, block, i == 19, (long) i * block.length));
    }
    controller.await(FromNode.StepEnded.class);
    assertThat(read("sum").trim()).isEqualTo("" + 20 * block.length);
  }

  @Test
  void inputThatComesTwiceIsTakenOnceAndAGapIsNotPassedOver() throws Exception {
    startBoth();
    Orders orders = orders();
    orders.output = "got";
    controller.send(orders.launch(0, List.of(List.of(0)), "/bin/cat"));
    controller.send(new ToNode.Attach(7, 0, true, 0));
    controller.send(input("abc", false, 0));
    controller.send(input("gap", true, 9));
    controller.send(input("bcdef", false, 1));
    controller.send(input("", true, 6));
    controller.send(input("abc", false, 0));
    controller.await(FromNode.StepEnded.class);
    assertThat(read("got")).isEqualTo("abcdef");
    assertThat(controller.heard()).contains(new FromNode.InputTaken(7, 0, 6));
  }

  @Test
  void anAgentThatComesBackSaysHowMuchInputAStepHasHad() throws Exception {
    startBoth();
    Orders orders = orders();
    orders.output = "got";
    controller.send(orders.launch(0, List.of(List.of(0)), "/bin/cat"));
    controller.send(new ToNode.Attach(7, 0, true, 0));
    controller.send(input("abc", false, 0));
    controller.awaitAll("input is read", heard -> heard.contains(new FromNode.InputTaken(7, 0, 3)));
    agent.close();
    controller.clear();
    startAgent();
    controller.await(FromNode.Register.class);
    controller.send(new ToNode.Attach(7, 0, true, 0));
    controller.awaitAll(
        "the agent knows", heard -> heard.contains(new FromNode.InputTaken(7, 0, 3)));
    controller.send(input("bcd", true, 1));
    controller.await(FromNode.StepEnded.class);
    assertThat(read("got")).isEqualTo("abcd");
  }

  private static ToNode.Input input(String text, boolean end, long position) {
    return new ToNode.Input(7, 0, -1, text.getBytes(StandardCharsets.UTF_8), end, position);
  }

  @Test
  void signalsReachTheProcessesThatAreMeant() throws Exception {
    startBoth();
    Orders orders = orders();
    controller.send(
        orders.batch(
            "trap 'echo shell > sig; exit 9' USR1; echo 1 > up; while :; do sleep 0.05; done"));
    awaitFile("up");
    controller.send(new ToNode.Signal(7, 1, ToNode.Signal.ALL_STEPS, 9, true, true));
    controller.send(new ToNode.Signal(7, 0, ToNode.Signal.ALL_STEPS, 10, false, true));
    controller.send(new ToNode.Signal(7, 0, ToNode.Signal.ALL_STEPS, 10, true, false));
    assertThat(controller.await(FromNode.StepEnded.class).exit()).isEqualTo(new ExitStatus(9, 0));
    assertThat(read("sig")).isEqualTo("shell\n");
  }

  /** Everybody's steps are ended by the same words, said once: by the first node of each. */
  @Test
  void theFirstNodeOfAStepSaysThatItIsCancelled() throws Exception {
    startBoth();
    Orders orders = orders();
    controller.send(orders.prepare());
    orders.nodes = List.of("n1", "n2");
    controller.send(orders.launch(0, List.of(List.of(0), List.of(1)), "/bin/sleep", "100"));
    orders.nodes = List.of("n2", "n1");
    controller.send(orders.launch(1, List.of(List.of(0), List.of(1)), "/bin/sleep", "100"));
    for (int step = 0; step < 2; step++) {
      controller.send(new ToNode.Attach(7, step, true));
      controller.send(new ToNode.Credit(7, step, 1 << 20));
    }
    controller.send(new ToNode.Signal(7, 0, ToNode.Signal.ALL_STEPS, 15, false, true));
    for (int step = 0; step < 2; step++) {
      int id = step;
      controller.await(FromNode.StepEnded.class, ended -> ended.stepId() == id);
    }
    List<FromNode> heard = controller.heard();
    assertThat(text(heard, 0, true)).contains("*** STEP 7.0 ON n1 CANCELLED AT");
    assertThat(text(heard, 1, true)).isEmpty();
  }

  @Test
  void aReleaseEndsWhatIsLeftFirstKindlyThenByForce() throws Exception {
    startBoth();
    Orders orders = orders();
    controller.send(
        orders.batch(
            "trap 'echo term >> term' TERM; (setsid sleep 1000 & echo $! > daemon);"
                + " echo $$ > pid; while :; do sleep 0.05; done"));
    awaitFile("pid");
    controller.send(orders.release());
    // The controller asks for it, too; a program that cleans up does so once.
    controller.send(new ToNode.Signal(7, 0, ToNode.Signal.ALL_STEPS, 15, true, true));
    controller.await(FromNode.Released.class);
    assertThat(read("term")).isEqualTo("term\n");
    assertThat(isAlive("pid")).isFalse();
    assertThat(isAlive("daemon")).isFalse();
    FromNode.StepEnded ended = controller.await(FromNode.StepEnded.class);
    assertThat(ended.exit()).isEqualTo(new ExitStatus(0, 9));
  }

  @Test
  void anUnknownRunIsReleasedAtOnce() throws Exception {
    startBoth();
    controller.send(orders().release());
    assertThat(controller.await(FromNode.Released.class).message()).isEmpty();
  }

  private static final java.util.Set<String> SHELLS_OWN =
      java.util.Set.of("PATH", "PWD", "OLDPWD", "SHLVL", "_");

  @Test
  void hooksRunAroundAJobWithNothingOfTheUsersEnvironment() throws Exception {
    Path log = root.resolve("hooks");
    settings.put("Prolog", script("prolog", "env | sort > " + log + ".prolog").toString());
    settings.put("Epilog", script("epilog", "env | sort > " + log + ".epilog").toString());
    startBoth();
    Orders orders = orders();
    orders.environment =
        java.util.Map.of("PATH", "/evil", "LD_PRELOAD", "/evil.so", "SLURM_JOB_COMMENT", "evil");
    controller.send(orders.batch(": > ran"));
    controller.await(FromNode.StepEnded.class);
    controller.send(orders.release());
    assertThat(controller.await(FromNode.Released.class).message()).isEmpty();
    String prolog = Files.readString(Path.of(log + ".prolog"));
    assertThat(prolog)
        .contains("SLURM_JOB_ID=7\n", "SLURM_SCRIPT_CONTEXT=prolog_slurmd\n", "SLURM_JOB_USER=")
        .doesNotContain("evil");
    // Nor of the agent's own, which may be that of whoever started it by hand.
    assertThat(prolog.lines().map(line -> line.substring(0, line.indexOf('='))))
        .allMatch(name -> name.startsWith("SLURM") || SHELLS_OWN.contains(name));
    assertThat(Files.readString(Path.of(log + ".epilog")))
        .contains("SLURM_SCRIPT_CONTEXT=epilog_slurmd\n", "SLURM_JOB_EXIT_CODE2=0:0\n");
    assertThat(work.resolve("ran")).exists();
  }

  @Test
  void aPrologThatFailsKeepsTheJobAway() throws Exception {
    settings.put("Prolog", script("prolog", "echo disk is bad; exit 7").toString());
    startBoth();
    controller.send(orders().batch(": > ran"));
    FromNode.LaunchFailed failed = controller.await(FromNode.LaunchFailed.class);
    assertThat(failed.prolog()).isTrue();
    assertThat(failed.message()).contains("exited with 7").contains("disk is bad");
    controller.send(orders().release());
    controller.await(FromNode.Released.class);
    assertThat(work.resolve("ran")).doesNotExist();
  }

  @Test
  void aPrologThatHangsIsEnded() throws Exception {
    settings.put(
        "Prolog", script("prolog", "sleep 1000 & echo $! > " + work + "/pid; wait").toString());
    settings.put("PrologEpilogTimeout", "1");
    startBoth();
    controller.send(orders().prepare());
    FromNode.LaunchFailed failed = controller.await(FromNode.LaunchFailed.class);
    assertThat(failed.message()).contains("took longer than 1.0 s");
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (isAlive("pid")) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  @Test
  void anEpilogThatFailsIsSaidAndTheNodeReleased() throws Exception {
    settings.put("Epilog", root.resolve("absent").toString());
    startBoth();
    Orders orders = orders();
    controller.send(orders.batch("true"));
    controller.await(FromNode.StepEnded.class);
    controller.send(orders.release());
    assertThat(controller.await(FromNode.Released.class).message()).contains("doesn't exist");
  }

  @Test
  void thePrologIsNotRepeatedByAnAgentThatComesBackAndTheEpilogIsRun() throws Exception {
    settings.put("Prolog", script("prolog", "echo p >> " + root + "/hooks").toString());
    settings.put("Epilog", script("epilog", "echo e >> " + root + "/hooks").toString());
    startBoth();
    Orders orders = orders();
    controller.send(orders.prepare());
    controller.await(FromNode.Ready.class);
    agent.close();
    controller.clear();
    startAgent();
    controller.await(FromNode.Register.class);
    controller.send(orders.batch("true"));
    controller.await(FromNode.StepEnded.class);
    controller.send(orders.release());
    controller.await(FromNode.Released.class);
    assertThat(Files.readString(root.resolve("hooks"))).isEqualTo("p\ne\n");
  }
}
