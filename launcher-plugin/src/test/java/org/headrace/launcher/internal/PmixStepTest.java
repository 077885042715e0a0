package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.headrace.api.launcher.ExitStatus;
import org.headrace.api.launcher.OutputKind;
import org.headrace.api.launcher.ParallelWorld;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.TaskOrder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that find each other by PMIx, where the build had its headers. */
class PmixStepTest extends LauncherHarness {
  private static final StepKey KEY = new StepKey(6, 0);
  private static final ExitStatus KILLED = new ExitStatus(0, 9);
  private static Path compiled;

  private Path client;

  private static String output(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? said.trim() : "";
  }

  private static Path server() {
    return Path.of(System.getProperty("headrace.stepd")).resolveSibling("headrace-pmix");
  }

  @BeforeEach
  void compileClient() throws Exception {
    assumeTrue(
        output(server().toString(), "--version").startsWith("pmix_v"),
        "headrace-pmix was built without PMIx (libpmix-dev)");
    if (compiled == null) {
      Path source = Files.createTempFile("pmix-client", ".c");
      try (InputStream text = getClass().getResourceAsStream("/pmix-client.c")) {
        Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
      }
      Path program = Files.createTempFile("pmix-client", "");
      List<String> words =
          new ArrayList<>(List.of("cc", "-o", program.toString(), source.toString()));
      String flags = output("pkg-config", "--cflags", "--libs", "pmix");
      words.addAll(Arrays.asList(flags.split("\\s+")));
      Process process = new ProcessBuilder(words).inheritIO().start();
      assertThat(process.waitFor()).isZero();
      Files.delete(source);
      program.toFile().deleteOnExit();
      compiled = program;
    }
    client = work.resolve("pmix-client");
    Files.copy(compiled, client);
    assertThat(client.toFile().setExecutable(true, false)).isTrue();
    assertThat(client.toFile().setReadable(true, false)).isTrue();
  }

  private OrderBuilder tasks(int job, String placement, int nodes, int[] ranks, String... words) {
    TaskOrder[] orders = new TaskOrder[ranks.length];
    for (int i = 0; i < ranks.length; i++) {
      orders[i] = streaming(ranks[i]);
    }
    List<String> argv = new ArrayList<>(List.of(client.toString()));
    argv.addAll(List.of(words));
    OrderBuilder order = order(command(argv.toArray(new String[0]))).key(job, 0).tasks(orders);
    order.world = new ParallelWorld("slurm.pmix.6.0", 2 * nodes, 0, nodes, "", 0, placement);
    return order;
  }

  private OrderBuilder pair(String... words) {
    return tasks(6, "0\nn1:0-1", 1, new int[] {0, 1}, words);
  }

  private List<String> lines(StepKey key, int rank) {
    return listener.output(key, rank).lines().toList();
  }

  private String errors() {
    return listener.output(KEY, 0, OutputKind.STDERR);
  }

  @Test
  void tasksOfANodeFindEachOther() {
    StepResult result = pair().run();
    assertThat(errors()).isEmpty();
    assertThat(result.tasks()).containsExactly(ExitStatus.SUCCESS, ExitStatus.SUCCESS);
    for (int rank = 0; rank < 2; rank++) {
      assertThat(lines(KEY, rank))
          .containsExactly(
              String.format(
                  "slurm.pmix.6.0 %d of 2, local %d of 2, node 0 of 1, peers 0,1 n1", rank, rank),
              "others of0 of1");
    }
  }

  @Test
  void theServerIsTheUsersToo() {
    assumeTrue(isRoot(), "needs root");
    OrderBuilder order = pair();
    order.user = nobody();
    assertThat(order.run().tasks()).containsExactly(ExitStatus.SUCCESS, ExitStatus.SUCCESS);
  }

  private void fence(int round) {
    StepKey other = new StepKey(8, 0);
    listener.await(
        "shares of fence " + round,
        () -> Stream.of(KEY, other).allMatch(key -> listener.shares(key).containsKey(round)));
    byte[] first = listener.shares(KEY).get(round);
    byte[] second = listener.shares(other).get(round);
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    launcher.fenced(KEY, round, both);
    launcher.fenced(other, round, both);
  }

  @Test
  void tasksOfTwoNodesFindEachOther() {
    String nodes = "\nn1:0,2;n2:1,3";
    StepKey other = new StepKey(8, 0);
    tasks(6, 0 + nodes, 2, new int[] {0, 2}).launch();
    tasks(8, 1 + nodes, 2, new int[] {1, 3}).launch();
    fence(1);
    fence(2);
    assertThat(listener.awaitEnded(KEY).tasks()).containsOnly(ExitStatus.SUCCESS);
    assertThat(listener.awaitEnded(other).tasks()).containsOnly(ExitStatus.SUCCESS);
    assertThat(lines(other, 3))
        .containsExactly(
            "slurm.pmix.6.0 3 of 4, local 1 of 2, node 1 of 2, peers 1,3 n2",
            "others of0 of1 of2 of3");
    assertThat(lines(KEY, 0)).contains("others of0 of1 of2 of3");
  }

  @Test
  void whoAbortsTakesTheOthersAlong() {
    StepResult result = pair("abort", "1").run();
    assertThat(result.tasks()).containsExactly(KILLED, new ExitStatus(7, 0));
    assertThat(errors())
        .isEqualTo(
            "slurmstepd: error: mpi/pmix: task 1 aborts the step with exit code 7: enough\n");
    listener.await("word for the other nodes", () -> !listener.aborted(KEY).isEmpty());
  }

  /**
   * The others wait for it even where it calls that success; the library may tell them before they
   * are ended.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void whoEndsWithoutHavingFinalizedEndsTheStep(int code) {
    List<ExitStatus> ends = pair("exit", "1", Integer.toString(code)).run().tasks();
    assertThat(ends.get(0)).isNotEqualTo(ExitStatus.SUCCESS);
    assertThat(ends.get(1)).isEqualTo(new ExitStatus(code, 0));
    assertThat(errors()).contains("mpi/pmix: task ", " without having finalized");
  }

  @Test
  void whoNeverCameIsNotWaitedFor() {
    assertThat(pair("absent", "1").run().tasks()).containsExactly(KILLED, ExitStatus.SUCCESS);
    assertThat(errors())
        .contains("mpi/pmix: task 1 has ended without PMIx, by which task 0 waits for it");
  }

  /** Nobody is left to answer. */
  @Test
  void aServerThatIsKilledEndsTheStep() throws IOException {
    pair("wait", "0", work.resolve("never").toString()).launch();
    listener.await("connected tasks", () -> lines(KEY, 0).size() == 1 && lines(KEY, 1).size() == 1);
    ProcessHandle.of(servers().get(0)).orElseThrow().destroyForcibly();
    assertThat(listener.awaitEnded(KEY).tasks()).doesNotContain(ExitStatus.SUCCESS);
    assertThat(errors()).contains("mpi/pmix: the PMIx server of node node1 has gone");
  }

  private List<Long> servers() {
    return supervisors().stream()
        .flatMap(supervisor -> ProcessHandle.of(supervisor).stream())
        .flatMap(ProcessHandle::children)
        .filter(child -> child.info().command().orElse("").endsWith("/headrace-pmix"))
        .map(ProcessHandle::pid)
        .toList();
  }

  @Test
  void programsWithoutPmixRunAsEver() {
    OrderBuilder order = pair();
    order.program = command("sh", "-c", "echo $PMIX_RANK $PMIX_NAMESPACE");
    assertThat(order.run().tasks()).containsOnly(ExitStatus.SUCCESS);
    assertThat(lines(KEY, 1)).containsExactly("1 slurm.pmix.6.0");
    assertThat(servers()).isEmpty();
  }

  @Test
  void aPlacementThatMakesNoSenseIsNotStarted() {
    OrderBuilder order = tasks(6, "0\nn1:0-9", 1, new int[] {0, 1});
    assertThat(order.run().reason()).contains("no world of tasks");
  }
}
