package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.headrace.api.launcher.ExitStatus;
import org.headrace.api.launcher.IoTarget;
import org.headrace.api.launcher.LaunchOptions;
import org.headrace.api.launcher.SignalScope;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepOutcome;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.TaskOrder;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Signals by scope, and that nothing of a step outlives it. */
class SignalStepTest extends LauncherHarness {

  private static final int KILL = 9;
  private static final int TERM = 15;

  private List<Long> recordedPids(String name, int count) {
    listener.await(
        count + " process ids",
        () -> {
          try (Stream<String> lines = Files.lines(work.resolve(name))) {
            return lines.filter(line -> !line.isBlank()).count() == count;
          } catch (IOException e) {
            return false;
          }
        });
    try {
      return Files.readAllLines(work.resolve(name)).stream().map(Long::parseLong).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A tree with a plain child, one in its own session, and a daemon that lost its parent. */
  private static final String TREE =
      """
      sleep 1000 & echo $! >> pids
      setsid sh -c 'echo $$ >> pids; trap "" TERM; sleep 1001' &
      (setsid sh -c 'echo $$ >> pids; exec sleep 1002' >/dev/null 2>&1 &)
      """;

  @Test
  void aTextForTheUserIsAmongTheErrorsBeforeTheEnd() {
    order(script("echo up; sleep 1000")).launch();
    listener.await("the script's output", () -> output().contains("up\n"));
    launcher.tell(BATCH, "slurmstepd: error: *** told ***\n");
    listener.await("the text", () -> output().contains("*** told ***\n"));
    launcher.signal(BATCH, KILL, SignalScope.ALL_PROCESSES);
    listener.awaitEnded(BATCH);
    launcher.tell(BATCH, "too late");
  }

  @Test
  void killingEndsTheWholeTreeWithDaemons() {
    order(script(TREE + "wait")).launch();
    List<Long> pids = recordedPids("pids", 3);
    assertThat(pids).allMatch(LauncherHarness::isAlive);
    assertThat(launcher.signal(BATCH, KILL, SignalScope.ALL_PROCESSES)).isTrue();
    StepResult result = listener.awaitEnded(BATCH);
    assertThat(result.tasks()).containsExactly(new ExitStatus(0, KILL));
    assertThat(pids).noneMatch(LauncherHarness::isAlive);
    assertThat(launcher.signal(BATCH, KILL, SignalScope.ALL_PROCESSES)).isFalse();
  }

  @Test
  void terminationReachesEveryProcessThatListens() throws IOException {
    order(
            script(
                "trap 'echo caught; exit 5' TERM; (setsid sh -c 'echo $$ >> pids; exec sleep 99' &)"
                    + "; echo $$ >> pids; while :; do sleep 0.05; done"))
        .launch();
    List<Long> pids = recordedPids("pids", 2);
    launcher.signal(BATCH, TERM, SignalScope.ALL_PROCESSES);
    assertThat(listener.awaitEnded(BATCH).tasks()).containsExactly(new ExitStatus(5, 0));
    assertThat(read("out")).contains("caught");
    assertThat(pids).noneMatch(LauncherHarness::isAlive);
  }

  @Test
  void whatOutlivesTheTasksIsEndedWithTheStep() {
    order(script(TREE + "while [ $(wc -l < pids) -lt 3 ]; do sleep 0.02; done; exit 7")).launch();
    StepResult result = listener.awaitEnded(BATCH);
    assertThat(result.tasks()).containsExactly(new ExitStatus(7, 0));
    assertThat(recordedPids("pids", 3)).noneMatch(LauncherHarness::isAlive);
  }

  @Test
  void leftoversGetTheirKillWait() throws IOException {
    OrderBuilder order =
        order(
            script(
                "setsid sh -c 'trap \"echo bye >> out2; exit\" TERM; echo $$ >> pids;"
                    + " while :; do sleep 0.02; done' &\n"
                    + "while [ ! -s pids ]; do sleep 0.02; done"));
    order.options = new LaunchOptions(false, 10_000, false, 24, 80, "", List.of(), List.of());
    order.run();
    assertThat(read("out2")).isEqualTo("bye\n");
  }

  @Test
  void theTasksScopeReachesGroupsAndTheShellScopeOnlyTheShell() throws IOException {
    String waiting = "while :; do sleep 0.02; done";
    order(
            script(
                "trap 'echo shell' USR1\n"
                    + "sh -c 'trap \"echo child\" USR1; echo $$ >> pids; "
                    + waiting
                    + "' &\n"
                    + "setsid sh -c 'trap \"echo daemon\" USR1; echo $$ >> pids; "
                    + waiting
                    + "' &\n"
                    + waiting))
        .launch();
    recordedPids("pids", 2);
    launcher.signal(BATCH, 10, SignalScope.BATCH_SHELL);
    listener.await("shell", () -> heard("shell") == 1);
    assertThat(output()).doesNotContain("child", "daemon");
    launcher.signal(BATCH, 10, SignalScope.TASKS);
    listener.await("group", () -> heard("shell") == 2 && heard("child") == 1);
    assertThat(output()).doesNotContain("daemon");
    launcher.signal(BATCH, 10, SignalScope.ALL_PROCESSES);
    listener.await("daemon", () -> output().contains("daemon"));
  }

  /** How often a line was written; the shell adds its own about children that a signal ended. */
  private long heard(String line) {
    return output().lines().filter(line::equals).count();
  }

  private String output() {
    try {
      return read("out");
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void aStoppedStepIsKilledToo() {
    order(script("echo $$ >> pids; sleep 1000")).launch();
    recordedPids("pids", 1);
    launcher.signal(BATCH, 19, SignalScope.ALL_PROCESSES);
    launcher.signal(BATCH, KILL, SignalScope.ALL_PROCESSES);
    assertThat(listener.awaitEnded(BATCH).tasks()).containsExactly(new ExitStatus(0, KILL));
  }

  @Test
  void aSignalRightAfterTheLaunchIsNotLost() {
    StepKey key = new StepKey(8, 0);
    order(command("sleep", "1000")).key(8, 0).launch();
    assertThat(launcher.signal(key, KILL, SignalScope.ALL_PROCESSES)).isTrue();
    listener.awaitEnded(key);
  }

  @Test
  void aStepThatHangsOpeningItsOutputCanBeKilled() throws IOException {
    new ProcessBuilder("mkfifo", work.resolve("out").toString()).start().onExit().join();
    order(script("true")).launch();
    listener.await("supervisor", () -> !supervisors().isEmpty());
    launcher.signal(BATCH, KILL, SignalScope.ALL_PROCESSES);
    StepResult result = listener.awaitEnded(BATCH);
    assertThat(result.outcome()).isEqualTo(StepOutcome.COMPLETED);
    assertThat(result.tasks()).containsExactly(new ExitStatus(0, KILL));
  }

  @Test
  void nobodyKnowsAStepThatIsNotThere() {
    assertThat(launcher.signal(new StepKey(999, 0), TERM, SignalScope.TASKS)).isFalse();
  }

  /** The supervisor hears at once that the task is ready and that it has ended. */
  @Test
  void aTaskThatIsKilledJustBeforeItIsLetGoEndsTheStep() throws Exception {
    Assumptions.assumeTrue(isRoot(), "where a process waits is root's to see");
    Path pipe = work.resolve("in");
    run("mkfifo", pipe.toString());
    TaskOrder waiting =
        new TaskOrder(
            0,
            0,
            Map.of(),
            new long[0],
            file("in"),
            file("out"),
            new IoTarget.SameAsOutput(),
            List.of());
    order(command("true")).tasks(waiting).launch();
    listener.await("the task", () -> waitsAt("fifo", "wait_for_partner"));
    long supervisor = supervisors().get(0);
    long task = taskOf(supervisor);
    run("kill", "-STOP", "" + supervisor);
    try (OutputStream opened = Files.newOutputStream(pipe)) {
      listener.await("the task to be ready", () -> waitsAt("pipe_read", "pipe_wait"));
      run("kill", "-KILL", "" + task);
      run("kill", "-CONT", "" + supervisor);
      assertThat(listener.awaitEnded(BATCH).tasks()).containsExactly(new ExitStatus(0, KILL));
      opened.flush();
    }
  }

  private boolean waitsAt(String... places) {
    try {
      List<Long> supervisors = supervisors();
      long task = supervisors.isEmpty() ? 0 : taskOf(supervisors.get(0));
      String place = task == 0 ? "" : Files.readString(Path.of("/proc/" + task + "/wchan"));
      return Stream.of(places).anyMatch(place::contains);
    } catch (IOException e) {
      return false;
    }
  }

  private static long taskOf(long supervisor) {
    return ProcessHandle.of(supervisor)
        .orElseThrow()
        .children()
        .mapToLong(ProcessHandle::pid)
        .findFirst()
        .orElse(0);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }
}
