package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.headrace.api.launcher.Containment;
import org.headrace.api.launcher.ExitStatus;
import org.headrace.api.launcher.IoTarget;
import org.headrace.api.launcher.LaunchOptions;
import org.headrace.api.launcher.Program;
import org.headrace.api.launcher.ResourceLimit;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepOutcome;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.TaskOrder;
import org.junit.jupiter.api.Test;

/** What a program of a step finds around it, and how its end is told. */
class ScriptStepTest extends LauncherHarness {

  @Test
  void aScriptFindsItsEnvironmentDirectoryMaskAndArguments() throws IOException {
    OrderBuilder order =
        order(script("pwd; umask; echo \"$GREETING|$1|$2\"; env | sort; touch made", "a b", "c"))
            .env("GREETING", "hello  world");
    order.umask = 027;
    order.options = new LaunchOptions(false, 0, false, 24, 80, "TASK_PID", List.of(), List.of());
    StepResult result = order.run();

    assertThat(result.outcome()).isEqualTo(StepOutcome.COMPLETED);
    assertThat(result.reason()).isEmpty();
    assertThat(result.tasks()).containsExactly(ExitStatus.SUCCESS);
    assertThat(read("out"))
        .startsWith(work + "\n0027\nhello  world|a b|c\n")
        .contains("TASK_PID=" + listener.awaitStarted(BATCH).get(0) + "\n")
        .doesNotContain("HOME=", "JAVA");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(work.resolve("made"))))
        .isEqualTo("rw-r-----");
    assertEmptyOrAbsent(root.resolve("spool/scripts"));
  }

  @Test
  void outputIsTruncatedOrAppended() throws IOException {
    Files.writeString(work.resolve("out"), "before and much longer\n");
    order(script("echo first; echo problem >&2")).run();
    assertThat(read("out")).isEqualTo("first\nproblem\n");

    OrderBuilder order = order(script("echo second"));
    order.attempt = 1;
    order.options = LaunchOptions.defaults().withAppendOutput(true);
    order.launch();
    listener.await("second end", () -> listener.endedCalls() == 2);
    assertThat(read("out")).isEqualTo("first\nproblem\nsecond\n");
  }

  private Path program(String name, String text) throws IOException {
    Path file = work.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private static LaunchOptions hooks(List<String> prologs, List<String> epilogs) {
    return new LaunchOptions(false, 0, false, 24, 80, "TASK_PID", prologs, epilogs);
  }

  @Test
  void taskPrologsSetUpWhatTheTaskFindsAndEpilogsComeAfterIt() throws IOException {
    Path prolog =
        program(
            "prolog",
            "echo export GREETING=hello world; echo unset UNWANTED; echo print a line; echo other;"
                + " echo lost >&2");
    Path epilog = program("epilog", "echo epilog $GREETING > after; echo lost");
    OrderBuilder order =
        order(script("echo \"[$GREETING] [$UNWANTED]\"; [ $TASK_PID = $$ ] || echo wrong; exit 4"))
            .env("UNWANTED", "1")
            .env("PATH", "/usr/bin:/bin");
    order.options = hooks(List.of(prolog.toString()), List.of(epilog.toString()));
    assertThat(order.run().tasks()).containsExactly(new ExitStatus(4, 0));
    assertThat(read("out")).isEqualTo("a line\n[hello world] []\n");
    assertThat(read("after")).isEqualTo("epilog hello world\n");
  }

  @Test
  void aTaskPrologThatFailsKeepsTheTaskFromRunning() throws IOException {
    OrderBuilder order = order(script("echo ran"));
    order.options = hooks(List.of(program("prolog", "exit 3").toString()), List.of());
    assertThat(order.run().tasks()).containsExactly(new ExitStatus(3, 0));
    assertThat(read("out")).contains("prolog failed status=3").doesNotContain("ran");
    OrderBuilder absent = order(script("echo ran")).key(1, 1);
    absent.options = hooks(List.of(work + "/absent"), List.of());
    assertThat(absent.run().tasks()).containsExactly(new ExitStatus(1, 0));
    assertThat(read("out")).contains("can not be executed: No such file").doesNotContain("ran");
  }

  @Test
  void aTaskWithAnEpilogEndsAsItWouldWithout() throws IOException {
    OrderBuilder order = order(script("kill -TERM $$"));
    order.options = hooks(List.of(), List.of(program("epilog", "touch after").toString()));
    assertThat(order.run().tasks()).containsExactly(new ExitStatus(0, 15));
    assertThat(work.resolve("after")).exists();
  }

  @Test
  void exitCodeAndSignalAreTold() {
    assertThat(order(script("exit 42")).key(1, 0).run().tasks())
        .containsExactly(new ExitStatus(42, 0));
    assertThat(order(script("kill -SEGV $$")).key(1, 1).run().tasks())
        .containsExactly(new ExitStatus(0, 11));
  }

  @Test
  void separateErrorFileAndInputFile() throws IOException {
    Files.writeString(work.resolve("in"), "from the file\n");
    OrderBuilder order = order(script("cat; echo oops >&2"));
    order.tasks(
        new TaskOrder(
            0, 0, Map.of(), new long[0], file("in"), file("out"), file("err"), List.of()));
    order.run();
    assertThat(read("out")).isEqualTo("from the file\n");
    assertThat(read("err")).isEqualTo("oops\n");
  }

  @Test
  void tasksHaveTheirOwnEnvironmentAndMayShareAFile() throws IOException {
    OrderBuilder order =
        order(command("sh", "-c", "echo rank $RANK")).key(2, 0).env("RANK", "none");
    TaskOrder[] tasks = new TaskOrder[8];
    for (int i = 0; i < tasks.length; i++) {
      tasks[i] =
          new TaskOrder(
              10 + i,
              i,
              Map.of("RANK", "" + (10 + i)),
              new long[0],
              new IoTarget.Null(),
              file("out"),
              new IoTarget.SameAsOutput(),
              i == 7 ? List.of("sh", "-c", "echo other $RANK; exit 3") : List.of());
    }
    StepResult result = order.tasks(tasks).run();
    assertThat(read("out").lines().sorted())
        .containsExactly(
            "other 17",
            "rank 10",
            "rank 11",
            "rank 12",
            "rank 13",
            "rank 14",
            "rank 15",
            "rank 16");
    assertThat(result.tasks()).hasSize(8);
    assertThat(result.tasks().get(7)).isEqualTo(new ExitStatus(3, 0));
    assertThat(listener.exits(order.key)).containsEntry(17, new ExitStatus(3, 0)).hasSize(8);
  }

  @Test
  void aMissingDirectoryIsReplacedByTmpWithAMessage() throws IOException {
    OrderBuilder order = order(script("pwd"));
    order.workDir = work.resolve("nowhere").toString();
    order.run();
    assertThat(read("out"))
        .isEqualTo(
            "slurmstepd: error: couldn't chdir to `"
                + work.resolve("nowhere")
                + "': No such file or directory: going to /tmp instead\n/tmp\n");
  }

  @Test
  void aProgramThatCannotBeExecutedSaysSoAndExitsWithTheErrorNumber() throws IOException {
    StepResult missing = order(command("no-such-program")).key(3, 0).run();
    assertThat(missing.outcome()).isEqualTo(StepOutcome.COMPLETED);
    assertThat(missing.tasks()).containsExactly(new ExitStatus(2, 0));
    assertThat(read("out"))
        .isEqualTo("slurmstepd: error: execve(): no-such-program: No such file or directory\n");

    Program text =
        new Program.Script("\0no interpreter".getBytes(StandardCharsets.UTF_8), List.of());
    assertThat(order(text).key(3, 1).run().tasks()).containsExactly(new ExitStatus(8, 0));
    assertThat(read("out")).matches("slurmstepd: error: execve\\(\\): .*: Exec format error\n");
  }

  @Test
  void aScriptWhoseInterpreterIsMissingNamesIt() throws IOException {
    int step = 0;
    for (String line : List.of("#! /no/such -x\n", "#!/no/such\r\n", "#!/no/such")) {
      Program script = new Program.Script(line.getBytes(StandardCharsets.UTF_8), List.of());
      assertThat(order(script).key(3, step++).run().tasks()).containsExactly(new ExitStatus(2, 0));
      assertThat(read("out"))
          .isEqualTo(
              "slurmstepd: error: execve(): bad interpreter(/no/such"
                  + (line.contains("\r") ? "^M" : "")
                  + "): No such file or directory\n");
    }
  }

  @Test
  void aProgramIsAlsoFoundInTheWorkingDirectory() throws IOException {
    Path program = work.resolve("mine");
    Files.writeString(program, "#!/bin/sh\necho mine\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    order(command("mine")).key(3, 2).run();
    assertThat(read("out")).isEqualTo("mine\n");
  }

  @Test
  void anOutputFileThatCannotBeOpenedFailsTheStepWithAReason() {
    OrderBuilder order = order(script("touch ran"));
    order.tasks(task(0, file("ok")), task(1, file("missing/out")));
    StepResult result = order.run();
    assertThat(result.outcome()).isEqualTo(StepOutcome.FAILED_TO_START);
    assertThat(result.reason())
        .isEqualTo(
            "task 1: could not open output file "
                + work.resolve("missing/out")
                + ": No such file or directory");
    assertThat(result.tasks()).containsExactly(new ExitStatus(1, 0), new ExitStatus(1, 0));
    assertThat(work.resolve("ran")).doesNotExist();
  }

  @Test
  void softLimitsAreSetAndHardOnesStand() throws IOException {
    OrderBuilder order = order(script("ulimit -n; ulimit -c; ulimit -s"));
    order.limits =
        List.of(
            new ResourceLimit(ResourceLimit.Resource.NOFILE, 77),
            new ResourceLimit(ResourceLimit.Resource.CORE, 0),
            new ResourceLimit(ResourceLimit.Resource.STACK, 4 << 20));
    order.run();
    assertThat(read("out")).isEqualTo("77\n0\n4096\n");
  }

  @Test
  void tasksAreBoundToTheirCpus() throws IOException {
    OrderBuilder order = order(script("grep Cpus_allowed_list /proc/self/status"));
    int last = Runtime.getRuntime().availableProcessors() - 1;
    long[] cpus = new long[last / 64 + 1];
    cpus[last / 64] = 1L << (last % 64);
    order.containment = new Containment(0, cpus, "", List.of());
    order.run();
    assertThat(read("out")).isEqualTo("Cpus_allowed_list:\t" + last + "\n");
  }

  @Test
  void usageIsMeasured() {
    StepResult result = order(script("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")).run();
    assertThat(result.usage().userMillis() + result.usage().systemMillis()).isPositive();
    assertThat(result.usage().maxRssKib()).isGreaterThan(500);
    assertThat(result.endMillis()).isGreaterThanOrEqualTo(result.startMillis());
  }

  @Test
  void oversizedOrdersAreRefusedWithAClearMessage() {
    StepResult variable = order(script("true")).env("BIG", "x".repeat(200_000)).run();
    assertThat(variable.outcome()).isEqualTo(StepOutcome.FAILED_TO_START);
    assertThat(variable.reason())
        .isEqualTo("environment variable BIG is 200004 bytes; at most 131071 are possible");

    OrderBuilder many = order(script("true")).key(4, 0);
    for (int i = 0; i < 30; i++) {
      many.env("V" + i, "x".repeat(100_000));
    }
    assertThat(many.run().reason()).contains("larger than 2097152 bytes");
    assertThat(order(command("echo", "a\0b")).key(4, 1).run().reason())
        .isEqualTo("argument 1 contains a zero byte");
    assertThat(order(script("true")).key(4, 2).tasks().run().reason()).contains("1 to 4096 tasks");
  }

  @Test
  void aSecondLaunchOfTheSameAttemptAttachesToTheFirst() throws IOException {
    OrderBuilder order = order(script("echo once >> count; cat fifo"));
    new ProcessBuilder("mkfifo", work.resolve("fifo").toString()).start().onExit().join();
    order.launch();
    List<Long> pids = listener.awaitStarted(BATCH);
    RecordingListener second = new RecordingListener();
    launcher.launch(order.build(), second);
    assertThat(second.awaitStarted(BATCH)).isEqualTo(pids);
    Files.writeString(work.resolve("fifo"), "done\n");
    assertThat(second.awaitEnded(BATCH).tasks()).containsExactly(ExitStatus.SUCCESS);
    assertThat(read("count")).isEqualTo("once\n");

    RecordingListener third = new RecordingListener();
    launcher.launch(order.build(), third);
    assertThat(third.awaitEnded(BATCH).tasks()).containsExactly(ExitStatus.SUCCESS);
    assertThat(read("count")).isEqualTo("once\n");
  }

  @Test
  void manyStepsAtOnceAllEndAndLeaveNothing() throws IOException {
    for (int i = 0; i < 100; i++) {
      OrderBuilder order = order(script("exit " + i)).key(1000 + i, StepKey.BATCH);
      order.tasks(task(0, new IoTarget.Null())).launch();
    }
    for (int i = 0; i < 100; i++) {
      StepKey key = StepKey.batch(1000 + i);
      assertThat(listener.awaitEnded(key).tasks()).containsExactly(new ExitStatus(i, 0));
      launcher.forget(key, 0);
    }
    listener.await("empty spool", () -> supervisors().isEmpty() && attempts() == 0);
    assertEmptyOrAbsent(root.resolve("spool/scripts"));
    // Only the spawner is left of us, and no zombie.
    assertThat(ProcessHandle.current().descendants().count()).isLessThanOrEqualTo(1);
  }

  private long attempts() {
    try (Stream<Path> dirs = Files.list(root.resolve("spool/steps"))) {
      return dirs.filter(Files::isDirectory).count();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void forgettingEmptiesTheSpool() {
    order(script("true")).run();
    launcher.forget(BATCH, 0);
    Path dir = root.resolve("spool/steps/77.-5.0");
    listener.await("removal of " + dir, () -> !Files.exists(dir));
  }

  private OrderBuilder ofALogin(String profile, String text) throws IOException {
    Path home = Files.createDirectory(work.resolve("home"));
    Files.writeString(home.resolve(".profile"), profile + "\n");
    OrderBuilder order = order(script(text));
    order.environment.clear();
    return order
        .env("SLURM_GET_USER_ENV", "1")
        .env("HOME", home.toString())
        .env("SHELL", "/bin/sh")
        .env("GIVEN", "given");
  }

  /** As sbatch --export=NONE wants it: what a profile sets, but for what is given. */
  @Test
  void aScriptMayHaveTheVariablesOfALogin() throws IOException {
    String profile =
        "echo noise; export FROM='a\nb' PATH=$PATH:/mine GIVEN=other SLURM_JOB_ID=9; sleep 100 &";
    OrderBuilder order =
        ofALogin(
            profile,
            "echo \"$FROM|$PATH|$GIVEN|$SLURM_JOB_ID\"; env | grep -c ^SLURM_JOB_ID || true");
    assertThat(order.run().tasks()).containsExactly(ExitStatus.SUCCESS);
    assertThat(read("out")).startsWith("a\nb|/usr").contains(":/mine|given|\n");
  }

  @Test
  void whoseLoginFailsRunsWithWhatIsGiven() throws IOException {
    OrderBuilder order = ofALogin("exit 1", "echo $GIVEN $PATH");
    assertThat(order.run().tasks()).containsExactly(ExitStatus.SUCCESS);
    assertThat(read("out"))
        .isEqualTo(
            "slurmstepd: error: the environment of a login of this user can't be had on node1\n"
                + "given /usr/local/bin:/usr/bin:/bin\n");
  }
}
