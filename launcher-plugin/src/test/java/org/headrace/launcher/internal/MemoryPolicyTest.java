package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.headrace.api.launcher.IoTarget;
import org.headrace.api.launcher.MemoryPolicy;
import org.headrace.api.launcher.MemoryPolicy.Mode;
import org.headrace.api.launcher.OutputKind;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.TaskOrder;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which nodes of memory tasks are held to, as the kernel tells it of a running program. */
class MemoryPolicyTest extends LauncherHarness {
  private static final Path MAPS = Path.of("/proc/self/numa_maps");
  private static final StepKey KEY = new StepKey(6, 0);

  private String policyOf(MemoryPolicy policy) {
    TaskOrder task =
        new TaskOrder(
            0,
            0,
            Map.of(),
            new long[0],
            new IoTarget.Null(),
            new IoTarget.Stream(),
            new IoTarget.Stream(),
            List.of(),
            policy);
    // In which memory the program's own file lies is another matter; its stack is its own.
    order(command("sh", "-c", "exec grep stack /proc/self/numa_maps")).key(6, 0).tasks(task).run();
    String line = listener.output(KEY, 0).strip();
    return line.isEmpty() ? "" : line.split(" ")[1];
  }

  private String errors() {
    return listener.output(KEY, 0, OutputKind.STDERR);
  }

  @ParameterizedTest
  @CsvSource({"DEFAULT, 0, default", "LOCAL, 0, local", "BIND, 1, bind:0", "PREFER, 1, prefer:0"})
  void memoryComesFromWhereItShould(Mode mode, long nodes, String policy) {
    Assumptions.assumeTrue(Files.exists(MAPS), "this kernel has no nodes of memory");
    assertThat(policyOf(new MemoryPolicy(mode, new long[] {nodes}, ""))).isEqualTo(policy);
    assertThat(errors()).isEmpty();
  }

  @Test
  void itIsSaidWhereThatIsWanted() {
    policyOf(new MemoryPolicy(Mode.BIND, new long[] {1}, "MASK"));
    assertThat(errors())
        .matches("mem-bind=MASK - \\S+, task  0  0 \\[\\d+]: mask 0x1( set| \\(.*)\n");
  }

  @Test
  void nodesThatAreNotThereAreNamedAndTheTaskRuns() {
    Assumptions.assumeTrue(Files.exists(MAPS), "this kernel has no nodes of memory");
    assertThat(policyOf(new MemoryPolicy(Mode.BIND, new long[] {0, 1L << 40}, "MAP")))
        .isEqualTo("default");
    assertThat(errors())
        .isEqualTo(
            "slurmstepd: error: task 0 can't be bound to its nodes of memory: Invalid argument\n");
    policyOf(new MemoryPolicy(Mode.BIND, new long[0], ""));
    assertThat(errors()).contains("Invalid argument");
  }
}
