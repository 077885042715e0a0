package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.headrace.api.launcher.ExitStatus;
import org.headrace.api.launcher.FoundStep;
import org.headrace.api.launcher.SignalScope;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepOutcome;
import org.headrace.api.launcher.StepResult;
import org.junit.jupiter.api.Test;

/** Steps go on without the agent, and the next one finds them. */
class RecoveryTest extends LauncherHarness {

  private void fifo(String name) throws IOException {
    new ProcessBuilder("mkfifo", work.resolve(name).toString()).start().onExit().join();
  }

  private RecordingListener restartedListener;

  private List<FoundStep> restart() throws IOException {
    launcher.close();
    launcher = open();
    restartedListener = new RecordingListener();
    return launcher.recover(restartedListener);
  }

  @Test
  void aRunningStepIsFoundAndItsExitReported() throws IOException {
    fifo("go");
    order(script("read line < go; exit 9")).launch();
    List<Long> pids = listener.awaitStarted(BATCH);
    assertThat(restart()).containsExactly(new FoundStep.Alive(BATCH, 0));
    assertThat(restartedListener.awaitStarted(BATCH)).isEqualTo(pids);
    assertThat(isAlive(pids.get(0))).isTrue();
    Files.writeString(work.resolve("go"), "now\n");
    assertThat(restartedListener.awaitEnded(BATCH).tasks()).containsExactly(new ExitStatus(9, 0));
    assertThat(listener.hasEnded(BATCH)).isFalse();
  }

  @Test
  void aRecoveredStepCanBeSignalled() throws IOException {
    order(script("sleep 1000")).launch();
    listener.awaitStarted(BATCH);
    restart();
    assertThat(launcher.signal(BATCH, 15, SignalScope.ALL_PROCESSES)).isTrue();
    assertThat(restartedListener.awaitEnded(BATCH).tasks()).containsExactly(new ExitStatus(0, 15));
  }

  @Test
  void aStepThatEndedWhileTheAgentWasAwayIsFoundWithItsResultUntilForgotten() throws IOException {
    fifo("go");
    order(script("read line < go; exit 6")).launch();
    listener.awaitStarted(BATCH);
    launcher.close();
    Files.writeString(work.resolve("go"), "now\n");
    listener.await("end of the supervisor", () -> supervisors().isEmpty());
    assertThat(listener.hasEnded(BATCH)).isFalse();

    for (int i = 0; i < 2; i++) {
      List<FoundStep> found = restart();
      assertThat(found).hasSize(1);
      StepResult result = ((FoundStep.Ended) found.get(0)).result();
      assertThat(result.tasks()).containsExactly(new ExitStatus(6, 0));
      assertThat(result.outcome()).isEqualTo(StepOutcome.COMPLETED);
    }
    launcher.forget(BATCH, 0);
    assertThat(restart()).isEmpty();
  }

  @Test
  void outputWrittenWhileTheAgentWasAwayIsKept() throws IOException {
    StepKey key = new StepKey(6, 0);
    fifo("go");
    order(command("sh", "-c", "echo before; read l < go; echo after; touch written"))
        .key(6, 0)
        .tasks(streaming(0))
        .launch();
    listener.await("first output", () -> listener.output(key, 0).equals("before\n"));
    launcher.close();
    Files.writeString(work.resolve("go"), "now\n");
    listener.await("output", () -> Files.exists(work.resolve("written")));
    listener.await("result", () -> Files.exists(root.resolve("spool/steps/6.0.0/result")));
    launcher = open();
    RecordingListener again = new RecordingListener();
    assertThat(launcher.recover(again)).containsExactly(new FoundStep.Alive(key, 0));
    assertThat(again.awaitEnded(key).tasks()).containsExactly(ExitStatus.SUCCESS);
    assertThat(again.output(key, 0)).isEqualTo("after\n");
  }

  @Test
  void aKilledSupervisorMeansALostStepAndNoLeftovers() throws IOException {
    order(script("sleep 1000 & echo $! > pids; wait")).launch();
    long task = listener.awaitStarted(BATCH).get(0);
    listener.await("child", () -> size("pids") > 0);
    long child = Long.parseLong(read("pids").strip());
    ProcessHandle.of(supervisors().get(0)).orElseThrow().destroyForcibly();
    StepResult result = listener.awaitEnded(BATCH);
    assertThat(result.outcome()).isEqualTo(StepOutcome.LOST);
    assertThat(result.reason()).contains("supervisor disappeared");
    assertThat(result.tasks()).hasSize(1);
    listener.await("death of the task", () -> !isAlive(task) && !isAlive(child));
  }

  private long size(String name) {
    try {
      return Files.size(work.resolve(name));
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void anAttemptThatNeverStartedIsSettled() throws IOException {
    launcher.close();
    Path dir = root.resolve("spool/steps/12.-5.3");
    Files.createDirectory(
        dir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    launcher = open();
    assertThat(launcher.recover(listener))
        .containsExactly(new FoundStep.Alive(StepKey.batch(12), 3));
    StepResult result = listener.awaitEnded(StepKey.batch(12));
    assertThat(result.outcome()).isEqualTo(StepOutcome.FAILED_TO_START);
    assertThat(result.attempt()).isEqualTo(3);
  }

  @Test
  void theSpawnerMayDie() {
    order(script("true")).key(1, 0).run();
    ProcessHandle.current()
        .children()
        .filter(p -> p.info().commandLine().orElse("").contains(root.toString()))
        .forEach(ProcessHandle::destroyForcibly);
    for (int i = 1; i < 4; i++) {
      StepKey key = new StepKey(1, i);
      order(script("true")).key(1, i).launch();
      listener.awaitEnded(key);
    }
    assertThat(order(script("exit 3")).key(1, 9).run().tasks())
        .containsExactly(new ExitStatus(3, 0));
  }

  @Test
  void oneSpoolHasOneAgent() {
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another node agent uses the spool directory");
  }

  @Test
  void aLowerAttemptIsRefused() {
    OrderBuilder order = order(script("true"));
    order.attempt = 2;
    order.run();
    RecordingListener late = new RecordingListener();
    order.attempt = 1;
    launcher.launch(order.build(), late);
    StepResult result = late.awaitEnded(BATCH);
    assertThat(result.outcome()).isEqualTo(StepOutcome.FAILED_TO_START);
    assertThat(result.reason()).contains("attempt 2");
  }
}
