package org.headrace.commands.internal.sbcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.headrace.control.command.Command;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages are those of a running Slurm 22.05; what runs on a node is run here for real. */
class SbcastTest {
  private final FakeControl control = new FakeControl().startingJobs();
  private final FakeStreams streams = new FakeStreams();

  @TempDir Path folder;

  @BeforeEach
  void aJobOfTwoNodes() throws Exception {
    Commands.run(control, new FakeInvocation("sbatch", "-N2", "--wrap=true"));
  }

  private static FakeInvocation sbcast(String... arguments) {
    return new FakeInvocation("sbcast", arguments).with("SLURM_JOB_ID", "1").file("src", "hello\n");
  }

  private String refusal(int status, FakeInvocation invocation) throws Exception {
    assertThat(Commands.run(control, invocation)).isEqualTo(status);
    assertThat(control.commands()).noneMatch(Command.CreateStep.class::isInstance);
    return invocation.errText();
  }

  private StepSpec sent(String... arguments) throws Exception {
    Running running = Running.start(control, streams, sbcast(arguments));
    streams.tasks().taskEnded(0, 0, 0, "n1");
    streams.tasks().taskEnded(1, 0, 0, "n2");
    streams.tasks().closed();
    assertThat(running.status()).isZero();
    return control.only(Command.CreateStep.class).spec();
  }

  /** Runs what a node would. */
  private String receive(StepSpec spec, String input, int status) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(spec.argv());
    builder.environment().put("SLURM_JOB_ID", "1");
    builder.environment().put("SLURM_STEP_ID", "0");
    builder.environment().put("SLURM_PROCID", "0");
    builder.environment().put("SLURMD_NODENAME", "n1");
    Process process = builder.start();
    try (OutputStream out = process.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (java.io.IOException e) {
      // It has ended before it read.
    }
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(status);
    assertThat(folder.toFile().list((place, name) -> name.contains(".part."))).isEmpty();
    return said;
  }

  @Test
  void refusalsAreThoseOfSlurm() throws Exception {
    assertThat(refusal(1, new FakeInvocation("sbcast", "a", "b")))
        .isEqualTo(
            "sbcast: error: Need a job id to run this command.  Run from within a Slurm job or use"
                + " the --jobid option.\n");
    assertThat(refusal(1, sbcast("a")))
        .isEqualTo(
            "Need two file names, have 1 names\nTry \"sbcast --help\" for more information\n");
    assertThat(refusal(255, sbcast("-j99", "src", "/tmp/x")))
        .isEqualTo("sbcast: error: Slurm job 99 lookup error: Invalid job id specified\n");
    assertThat(refusal(1, sbcast("src", "/tmp/")))
        .isEqualTo("sbcast: error: Target filename cannot be a directory.\n");
    assertThat(refusal(255, sbcast("nosuch", "/tmp/x")))
        .isEqualTo("sbcast: error: Can't open `nosuch`: No such file or directory\n");
  }

  @Test
  void nobodySendsToTheJobOfAnother() throws Exception {
    assertThat(refusal(255, sbcast("src", "/tmp/x").as(1001)))
        .isEqualTo("sbcast: error: Slurm job 1 lookup error: Access/permission denied\n");
  }

  @Test
  void oneTaskOnEachNodeGetsTheFile() throws Exception {
    StepSpec spec = sent("src", "/tmp/x");
    assertThat(spec.nodes()).isEqualTo(2);
    assertThat(spec.layout().tasks()).isEqualTo(2);
    assertThat(spec.layout().tasksPerNode()).isEqualTo(1);
    assertThat(spec.sharing()).isEqualTo(StepSpec.StepSharing.OVERLAP);
    assertThat(spec.workDirectory()).isEqualTo("/home/ada/work");
    assertThat(streams.input()).isEqualTo("hello\n");
    assertThat(streams.inputTask()).isEqualTo(-1);
    assertThat(streams.inputEnded()).isTrue();
  }

  @Test
  void largeFilesGoInPieces() throws Exception {
    String content = "0123456789abcdef".repeat(3 * 65536 + 1);
    FakeInvocation invocation = sbcast("large", "/tmp/x").file("large", content);
    Running running = Running.start(control, streams, invocation);
    streams.tasks().closed();
    assertThat(running.status()).isZero();
    assertThat(streams.input()).isEqualTo(content);
    assertThat(streams.inputEnded()).isTrue();
  }

  @Test
  void saysOnWhichNodesItFailed() throws Exception {
    FakeInvocation invocation = sbcast("src", "/tmp/x");
    Running running = Running.start(control, streams, invocation);
    byte[] said = "File exists\n".getBytes(StandardCharsets.UTF_8);
    streams.tasks().output("n2", 1, true, said);
    streams.tasks().taskEnded(1, 17, 0, "n2");
    streams.tasks().taskEnded(0, 0, 0, "n1");
    streams.tasks().closed();
    assertThat(running.status()).isEqualTo(17);
    assertThat(invocation.errText())
        .isEqualTo("sbcast: error: REQUEST_FILE_BCAST(n2): File exists\n");
  }

  @Test
  void theFileIsWrittenWithItsMode() throws Exception {
    Path target = folder.resolve("a b;c");
    receive(sent("src", target.toString()), "hello\n", 0);
    assertThat(target).hasContent("hello\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void itsTimesAreKeptOnRequest() throws Exception {
    Path target = folder.resolve("x");
    receive(sent("-p", "src", target.toString()), "hello\n", 0);
    assertThat(Files.getLastModifiedTime(target).toMillis()).isEqualTo(1_000_000);
  }

  @Test
  void whatIsThereIsReplacedOnlyOnRequest() throws Exception {
    Path target = Files.writeString(folder.resolve("x"), "old");
    assertThat(receive(sent("src", target.toString()), "hello\n", 17)).isEqualTo("File exists\n");
    assertThat(target).hasContent("old");
  }

  @Test
  void aLinkIsReplacedAndNotFollowed() throws Exception {
    Path other = Files.writeString(folder.resolve("other"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), other);
    receive(sent("-f", "src", link.toString()), "hello\n", 0);
    assertThat(other).hasContent("old");
    assertThat(Files.isSymbolicLink(link)).isFalse();
    assertThat(link).hasContent("hello\n");
  }

  @Test
  void aLinkThatLeadsNowhereIsThereToo() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    assertThat(receive(sent("src", link.toString()), "hello\n", 17)).isEqualTo("File exists\n");
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  void placesThatCannotBe() throws Exception {
    StepSpec spec = sent("-f", "src", folder.resolve("no/x").toString());
    assertThat(receive(spec, "hello\n", 2)).isEqualTo("No such file or directory\n");
  }

  @Test
  void aFolderIsNoTarget() throws Exception {
    assertThat(receive(sent("-f", "src", folder.toString()), "hello\n", 21))
        .isEqualTo("Is a directory\n");
  }

  @Test
  void halfAFileIsNotLeftBehind() throws Exception {
    Path target = folder.resolve("x");
    assertThat(receive(sent("src", target.toString()), "hel", 1))
        .isEqualTo("The file has changed on its way\n");
    assertThat(target).doesNotExist();
  }

  @Test
  void srunSendsItsProgramAndRunsTheCopy() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("srun", "--bcast=/tmp/copy", "prog", "an argument")
            .with("SLURM_JOB_ID", "1")
            .file("/bin/prog", "#!/bin/sh\n");
    Running running = Running.start(control, streams, invocation);
    streams.tasks().closed();
    Running.until(
        "step",
        () ->
            control.commands().stream().filter(Command.CreateStep.class::isInstance).count() == 2);
    control.endStep(1, 1, ExitStatus.SUCCESS);
    assertThat(running.status()).isZero();
    List<StepSpec> specs =
        control.commands().stream()
            .filter(Command.CreateStep.class::isInstance)
            .map(command -> ((Command.CreateStep) command).spec())
            .toList();
    assertThat(specs.get(0).name()).isEqualTo("sbcast");
    assertThat(specs.get(1).name()).isEqualTo("prog");
    assertThat(specs.get(1).argv()).containsExactly("/tmp/copy", "an argument");
  }

  @Test
  void srunGivesItsAllocationBackWhenTheProgramDoesNotArrive() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("srun", "--bcast=/no/x", "prog").file("/bin/prog", "#!/bin/sh\n");
    Running running = Running.start(control, streams, invocation);
    byte[] said = "No such file or directory\n".getBytes(StandardCharsets.UTF_8);
    streams.tasks().output("n1", 0, true, said);
    streams.tasks().taskEnded(0, 2, 0, "n1");
    streams.tasks().closed();
    assertThat(running.status()).isEqualTo(1);
    assertThat(invocation.errText())
        .isEqualTo(
            "srun: error: REQUEST_FILE_BCAST(n1): No such file or directory\n"
                + "srun: fatal: Failed to broadcast '/bin/prog'. Step launch aborted.\n");
    assertThat(control.only(Command.SignalJob.class).complete()).isTrue();
  }

  @Test
  void srunNeedsAProgramToSend() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("srun", "--bcast", "nosuch").with("SLURM_JOB_ID", "1");
    assertThat(refusal(1, invocation)).isEqualTo("srun: fatal: Can not execute nosuch\n");
  }
}
