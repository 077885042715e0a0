package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.headrace.api.launcher.ExitStatus;
import org.headrace.api.launcher.IoTarget;
import org.headrace.api.launcher.LaunchOptions;
import org.headrace.api.launcher.Launcher;
import org.headrace.api.launcher.OutputKind;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.TaskOrder;
import org.junit.jupiter.api.Test;

/** Input and output that pass through the launcher. */
class StreamStepTest extends LauncherHarness {

  private static final StepKey KEY = new StepKey(5, 0);

  private OrderBuilder streams(int tasks, String... argv) {
    TaskOrder[] orders = new TaskOrder[tasks];
    for (int i = 0; i < tasks; i++) {
      orders[i] = streaming(i);
    }
    return order(command(argv)).key(5, 0).tasks(orders);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void outputAndErrorComeSeparatelyPerTask() {
    streams(3, "sh", "-c", "echo out $RANK; echo err $RANK >&2").run();
    for (int rank = 0; rank < 3; rank++) {
      assertThat(listener.output(KEY, rank)).isEqualTo("out " + rank + "\n");
      assertThat(listener.output(KEY, rank, OutputKind.STDERR)).isEqualTo("err " + rank + "\n");
    }
  }

  @Test
  void inputGoesToOneTaskOrToAll() {
    streams(2, "sh", "-c", "sed s/^/$RANK:/").launch();
    listener.awaitStarted(KEY);
    assertThat(launcher.input(KEY, Launcher.ALL_TASKS, bytes("both\n"), false)).isTrue();
    assertThat(launcher.input(KEY, 1, bytes("one\n"), false)).isTrue();
    assertThat(launcher.input(KEY, Launcher.ALL_TASKS, new byte[0], true)).isTrue();
    listener.awaitEnded(KEY);
    assertThat(listener.output(KEY, 0)).isEqualTo("0:both\n");
    assertThat(listener.output(KEY, 1)).isEqualTo("1:both\n1:one\n");
  }

  @Test
  void muchDataPassesWholeWithBackPressureOnBothSides() {
    streams(1, "sh", "-c", "cat; echo END").launch();
    byte[] chunk = new byte[100_000];
    Arrays.fill(chunk, (byte) 'x');
    listener.accept(false); // hold output back after the first piece
    boolean refused = false;
    for (int sent = 0; sent < 100; sent++) {
      if (!launcher.input(KEY, 0, chunk, false)) {
        refused = true;
        listener.accept(true);
        launcher.resumeOutput(KEY);
        listener.await("room for input", () -> launcher.input(KEY, 0, chunk, false));
      }
    }
    listener.accept(true);
    launcher.resumeOutput(KEY);
    launcher.input(KEY, 0, new byte[0], true);
    StepResult result = listener.awaitEnded(KEY);
    assertThat(refused).isTrue();
    assertThat(result.tasks()).containsExactly(ExitStatus.SUCCESS);
    assertThat(listener.outputBytes(KEY, 0)).isEqualTo(10_000_004L);
    assertThat(listener.output(KEY, 0)).endsWith("xEND\n");
  }

  @Test
  void inputToATaskThatClosedItIsDropped() {
    streams(1, "sh", "-c", "exec <&-; echo closed; while :; do :; done").launch();
    listener.await("closed input", () -> listener.output(KEY, 0).equals("closed\n"));
    byte[] chunk = new byte[1 << 20];
    for (int i = 0; i < 5; i++) {
      listener.await("room for input", () -> launcher.input(KEY, 0, chunk, false));
    }
    assertThat(listener.hasEnded(KEY)).isFalse();
  }

  @Test
  void theFirstTaskCanHaveATerminal() {
    OrderBuilder order = streams(1, "sh", "-c", "tty; stty size; read line; echo got $line");
    order.options = new LaunchOptions(false, 0, true, 33, 99, "", List.of(), List.of());
    order.launch();
    launcher.input(KEY, 0, bytes("typed\n"), false);
    assertThat(listener.awaitEnded(KEY).tasks()).containsExactly(ExitStatus.SUCCESS);
    assertThat(listener.output(KEY, 0))
        .contains("/dev/pts/", "33 99\r\n", "typed\r\n", "got typed\r\n");
  }

  @Test
  void theUserCanReopenTheStandardStreams() {
    OrderBuilder order = order(command("sh", "-c", "echo again > /dev/stderr")).key(5, 0);
    order.user = isRoot() ? nobody() : self();
    order.workDir = "/";
    order.tasks(
        new TaskOrder(
            0,
            0,
            Map.of(),
            new long[0],
            new IoTarget.Null(),
            new IoTarget.Stream(),
            new IoTarget.Stream(),
            List.of()));
    order.run();
    assertThat(listener.output(KEY, 0, OutputKind.STDERR)).isEqualTo("again\n");
  }
}
