package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the script of a job is given, and what is known of its end. */
class BatchJobIT {
  @RegisterExtension static final ClusterUnderTest CLUSTER = Clusters.THREE_NODES;

  @Test
  void runsAsTheUserWhoSubmittedWithTheShellThatSheSubmittedFrom() throws Exception {
    Path home = Files.createDirectories(CLUSTER.work().resolve("here"));
    home.toFile().setWritable(true, false);
    String script =
        """
        #!/bin/bash
        #SBATCH --job-name=facts
        #SBATCH --chdir=%s
        #SBATCH --output=facts-%%j.txt
        #SBATCH -n 2 --time=5
        echo "user $(id -un) $(id -gn)"
        echo "groups $(id -G)"
        echo "cwd $PWD"
        echo "umask $(umask)"
        echo "files $(ulimit -S -n)"
        echo "mine $MINE"
        echo "job $SLURM_JOB_ID $SLURM_JOB_NAME $SLURM_NTASKS $SLURM_CLUSTER_NAME"
        echo "from $SLURM_SUBMIT_DIR"
        echo "args $*"
        """
            .formatted(home);
    Files.writeString(CLUSTER.work().resolve("facts.sh"), script);
    String[] nobody = Clusters.asNobody();
    String job =
        CLUSTER
            .shell("umask 027; ulimit -S -n 321; export MINE='a b'; sbatch --parsable facts.sh 1 2")
            .under(nobody)
            .run()
            .text();
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    Path output = home.resolve("facts-" + job + ".txt");
    assertThat(Files.readString(output).lines())
        .containsExactly(
            "user nobody nogroup",
            "groups 65534",
            "cwd " + home,
            "umask 0027",
            "files 321",
            "mine a b",
            "job " + job + " facts 2 headrace",
            "from " + CLUSTER.work(),
            "args 1 2");
    assertThat(Files.getOwner(output).getName()).isEqualTo("nobody");
    assertThat(Files.getPosixFilePermissions(output)).hasSize(3);
  }

  @Test
  void namesOutputFilesByPattern() throws Exception {
    String job =
        CLUSTER.submit(
            "echo out; echo err >&2",
            "-J",
            "pat",
            "-w",
            "n2",
            "-o",
            "o-%x-%u-%N-%5j-%%",
            "-e",
            "e-%j");
    String array = CLUSTER.submit("echo $SLURM_ARRAY_TASK_ID", "-a", "3,5", "-o", "a-%A_%a");
    CLUSTER.awaitEnd(job);
    CLUSTER.awaitEnd(array);
    String padded = String.format("%05d", Long.parseLong(job));
    assertThat(CLUSTER.read("o-pat-root-n2-" + padded + "-%")).isEqualTo("out\n");
    assertThat(CLUSTER.read("e-" + job)).isEqualTo("err\n");
    assertThat(CLUSTER.read("a-" + array + "_3")).isEqualTo("3\n");
    assertThat(CLUSTER.read("a-" + array + "_5")).isEqualTo("5\n");
  }

  @Test
  void readsItsInputAndAppendsWhereAsked() throws Exception {
    Files.writeString(CLUSTER.work().resolve("input"), "line 1\nline 2\n");
    Files.writeString(CLUSTER.work().resolve("log"), "before\n");
    CLUSTER.awaitEnd(CLUSTER.submit("cat", "--input=input", "--output=log", "--open-mode=append"));
    assertThat(CLUSTER.read("log")).isEqualTo("before\nline 1\nline 2\n");
    CLUSTER.awaitEnd(CLUSTER.submit("echo after", "--output=log", "--open-mode=truncate"));
    assertThat(CLUSTER.read("log")).isEqualTo("after\n");
  }

  @Test
  void reportsExitCodesAndSignals() throws Exception {
    String failed = CLUSTER.submit("exit 7", "-o", "/dev/null");
    String killed = CLUSTER.submit("kill -SEGV $$", "-o", "/dev/null");
    String missing = CLUSTER.submit("#!/no/such/shell\n", "-o", "/dev/null");
    assertThat(CLUSTER.awaitEnd(failed)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(failed, "ExitCode")).isEqualTo("7:0");
    assertThat(CLUSTER.awaitEnd(killed)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(killed, "ExitCode")).isEqualTo("0:11");
    assertThat(CLUSTER.awaitEnd(missing)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(missing, "ExitCode")).isEqualTo("2:0");
  }

  @Test
  void waitGivesTheJobsExitCode() throws Exception {
    Execution waited =
        CLUSTER.command("sbatch", "--wait", "-o", "/dev/null", "--wrap", "exit 5").run();
    assertThat(waited.status()).as("%s", waited).isEqualTo(5);
  }

  @Test
  void outputThatCannotBeWrittenFailsTheJobAndNothingElse() throws Exception {
    String job = CLUSTER.submit("true", "-o", "/no/such/directory/out");
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("FAILED");
    assertThat(CLUSTER.awaitEnd(CLUSTER.submit("true", "-o", "/dev/null"))).isEqualTo("COMPLETED");
    assertThat(CLUSTER.command("sinfo", "-h", "-t", "down,drain", "-o", "%D").run().lines())
        .allMatch(line -> line.isBlank() || line.strip().equals("0"));
  }

  @Test
  void gpuJobsSeeTheirDevicesAndNoOthers() throws Exception {
    String both =
        CLUSTER.submit("echo $CUDA_VISIBLE_DEVICES", "--gres=gpu:2", "-w", "n1", "-o", "gpus");
    CLUSTER.awaitEnd(both);
    assertThat(CLUSTER.read("gpus")).isEqualTo("0,1\n");
    String script = "echo $SLURM_JOB_GPUS; until [ -e gpu-go ]; do sleep 0.1; done";
    String one = CLUSTER.submit(script, "--gres=gpu:1", "-w", "n1", "-o", "gpu-a");
    String two = CLUSTER.submit(script, "--gres=gpu:1", "-w", "n1", "-o", "gpu-b");
    String devices = CLUSTER.awaitFile("gpu-a", "\\d\n") + CLUSTER.awaitFile("gpu-b", "\\d\n");
    assertThat(devices.lines()).containsExactlyInAnyOrder("0", "1");
    String third = CLUSTER.submit("true", "--gres=gpu:1", "-w", "n1", "-o", "/dev/null");
    CLUSTER.awaitReason(third, "Resources");
    Files.createFile(CLUSTER.work().resolve("gpu-go"));
    for (String job : new String[] {one, two, third}) {
      assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    }
  }
}
