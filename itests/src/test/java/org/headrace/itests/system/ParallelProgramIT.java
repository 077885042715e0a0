package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code srun --mpi=pmi2}: tasks on several nodes find each other. What an MPI library would say is
 * said by a script; where MPICH is installed, a program of it is run too.
 */
class ParallelProgramIT {
  @RegisterExtension
  static final ClusterUnderTest CLUSTER =
      ClusterUnderTest.named("mpi", 3).set("MpiDefault=pmi2").set("KillWait=3");

  /** Speaks PMI-1: puts its node's name, and prints what all others have put. */
  private static final String PROGRAM =
      """
      #!/bin/bash
      # Usage: parallel [COMMAND]    COMMAND is run by each task before it comes to the barrier
      ask() { printf '%s\\n' "$1" >&$PMI_FD; IFS= read -r answer <&$PMI_FD; }
      ask 'cmd=init pmi_version=1 pmi_subversion=1'
      ask cmd=get_my_kvsname
      name=${answer##*=}
      ask "cmd=put kvsname=$name key=node$PMI_RANK value=$SLURMD_NODENAME"
      eval "$1"
      ask cmd=barrier_in
      for ((i = 0; i < PMI_SIZE; i++)); do
        ask "cmd=get kvsname=$name key=node$i"
        nodes+=" ${answer##*=}"
      done
      ask cmd=barrier_in
      ask cmd=finalize
      echo "$PMI_RANK:$nodes"
      """;

  private static String program;

  @BeforeAll
  static void writeProgram() throws IOException {
    Path file = CLUSTER.work().resolve("parallel");
    Files.writeString(file, PROGRAM);
    assertThat(file.toFile().setExecutable(true, false)).isTrue();
    program = file.toString();
  }

  private static List<String> lines(int tasks, String nodes) {
    return IntStream.range(0, tasks).mapToObj(rank -> rank + ": " + nodes).toList();
  }

  private static Execution srun(String... words) throws Exception {
    return CLUSTER.command("srun", words).run();
  }

  @Test
  void tasksFindEachOther() throws Exception {
    Execution block = srun("--mpi=pmi2", "-O", "-N3", "-n6", program);
    assertThat(block.lines())
        .as("%s", block)
        .containsExactlyInAnyOrderElementsOf(lines(6, "n1 n1 n2 n2 n3 n3"));
    // By the default of the configuration.
    Execution cyclic = srun("-O", "-N3", "-n6", "-m", "cyclic", program);
    assertThat(cyclic.lines())
        .as("%s", cyclic)
        .containsExactlyInAnyOrderElementsOf(lines(6, "n1 n2 n3 n1 n2 n3"));
    Execution none = srun("--mpi=none", "-n1", "sh", "-c", "echo [$PMI_FD]");
    assertThat(none.lines()).containsExactly("[]");
  }

  @Test
  void severalProgramsAreOneWorld() throws Exception {
    Files.writeString(
        CLUSTER.work().resolve("mp"), "0 " + program + "\n1-2 sh -c " + program + "\n");
    Execution several = srun("-N3", "-n3", "--multi-prog", "mp");
    assertThat(several.lines())
        .as("%s", several)
        .containsExactlyInAnyOrderElementsOf(lines(3, "n1 n2 n3"));
    Execution components =
        srun("-wn2", "-n1", program, ":", "-wn[1,3]", "-N2", "-n2", "sh", "-c", program);
    assertThat(components.lines())
        .as("%s", components)
        .containsExactlyInAnyOrderElementsOf(lines(3, "n2 n1 n3"));
  }

  @Test
  void theTasksOfOtherNodesEndWithOneThatAborts() throws Exception {
    String abort = "[ $PMI_RANK != 1 ] || { echo cmd=abort exitcode=7 >&$PMI_FD; sleep 1000; }";
    Execution done = srun("-N3", "-n3", program, abort);
    assertThat(done.status()).as("%s", done).isEqualTo(137);
    assertThat(done.errors())
        .contains("slurmstepd: error: mpi/pmi2: task 1 aborts the step with exit code 7")
        .contains("srun: error: n2: task 1: Exited with exit code 7")
        .contains("srun: error: n1: task 0: Killed")
        .contains("srun: error: n3: task 2: Killed");
  }

  @Test
  void nobodyWaitsForATaskThatHasEndedOnAnotherNode() throws Exception {
    Execution done = srun("-N3", "-n3", program, "[ $PMI_RANK != 1 ] || exit 0");
    assertThat(done.status()).as("%s", done).isEqualTo(137);
    assertThat(done.errors())
        .contains("tasks wait in a barrier for others, on another node, which have ended");
  }

  /** Those that wait in a barrier go on under the next controller. */
  @Test
  void aBarrierIsPassedThroughACrashOfTheController() throws Exception {
    String wait = "[ $PMI_RANK != 1 ] || { echo here > at; until [ -e go ]; do sleep 0.1; done; }";
    Process step =
        CLUSTER
            .command("srun", "-N3", "-n3", program, wait)
            .start(CLUSTER.work().resolve("out"), CLUSTER.work().resolve("err"));
    CLUSTER.awaitFile("at", "here");
    CLUSTER.kill("slurmctld");
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
    Files.createFile(CLUSTER.work().resolve("go"));
    assertThat(step.waitFor()).as(CLUSTER.read("err")).isZero();
    assertThat(CLUSTER.read("out").lines())
        .containsExactlyInAnyOrderElementsOf(lines(3, "n1 n2 n3"));
  }

  /** Several nodes on one machine mustn't take each other's shared memory for their own. */
  @Test
  void aProgramOfOpenMpiRuns() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mpicc.openmpi"))),
        "Open MPI (mpicc.openmpi) is not installed");
    assumeTrue(srun("--mpi=list").output().contains("pmix"), "Headrace was built without PMIx");
    try (InputStream source = getClass().getResourceAsStream("ring.c")) {
      Files.copy(source, CLUSTER.work().resolve("ompi.c"));
    }
    Execution compiled = CLUSTER.shell("mpicc.openmpi -o ompi ompi.c").run();
    assertThat(compiled.status()).as("%s", compiled).isZero();
    String settings = "--export=ALL,OMPI_MCA_btl='self,tcp',OMPI_MCA_btl_tcp_if_include=lo";
    Execution ring = srun("--mpi=pmix", settings, "-O", "-N3", "-n6", "./ompi");
    assertThat(ring.lines()).as("%s", ring).containsExactly("6 ranks, sum 15, ring 15");
    Execution alone = srun("--mpi=pmix", "-n2", "./ompi");
    assertThat(alone.lines()).as("%s", alone).containsExactly("2 ranks, sum 1, ring 1");
  }

  /** Every rank adds up the numbers of all, and the sum goes around. */
  @Test
  void aProgramOfMpichRuns() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mpicc.mpich"))),
        "MPICH (mpicc.mpich) is not installed");
    try (InputStream source = getClass().getResourceAsStream("ring.c")) {
      Files.copy(source, CLUSTER.work().resolve("ring.c"));
    }
    Execution compiled = CLUSTER.shell("mpicc.mpich -o ring ring.c").run();
    assertThat(compiled.status()).as("%s", compiled).isZero();
    Execution ring = srun("-O", "-N3", "-n6", "./ring");
    assertThat(ring.lines()).as("%s", ring).containsExactly("6 ranks, sum 15, ring 15");
    Execution alone = srun("-n1", "./ring");
    assertThat(alone.lines()).as("%s", alone).containsExactly("1 ranks, sum 0, ring 0");
  }
}
