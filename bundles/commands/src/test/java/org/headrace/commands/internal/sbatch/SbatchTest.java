package org.headrace.commands.internal.sbatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Breadth;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Segments;
import org.headrace.api.model.Sharing;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SbatchTest {
  private static final String HERE = "/home/ada/work/";

  private final FakeControl control = new FakeControl();

  private Command.SubmitJob submitted() {
    return control.only(Command.SubmitJob.class);
  }

  private List<String> variables() {
    String text = new String(submitted().files().environment(), StandardCharsets.UTF_8);
    return Arrays.asList(text.split("\0"));
  }

  /** Nodes without a GPU, and without a task, can't be planned; refused by a Slurm 22.05, too. */
  @Test
  void noMoreNodesThanGpusOfTheJob() throws Exception {
    for (String more : List.of("--gpus-per-task=1", "--ntasks-per-gpu=1", "-c2")) {
      FakeControl own = new FakeControl();
      FakeInvocation invocation =
          new FakeInvocation("sbatch", "-N3-4", "--gpus=2", more, "--wrap=true");
      assertThat(Commands.run(own, invocation)).isEqualTo(1);
      assertThat(invocation.errText())
          .startsWith("sbatch: error: Failed to validate job spec, --gpus < -N\n");
    }
    FakeControl own = new FakeControl();
    FakeInvocation fewTasks = new FakeInvocation("sbatch", "-N2", "-n1", "--gpus=1", "--wrap=true");
    assertThat(Commands.run(own, fewTasks)).as(fewTasks.errText()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "enforce-binding, ENFORCED, USUAL",
    "disable-binding, IGNORED, USUAL",
    "One-Task-Per-Sharing, USUAL, APART",
    "'multiple-tasks-per-sharing,enforce-binding', ENFORCED, TOGETHER",
    "allow-task-sharing, USUAL, USUAL",
  })
  void flagsSayHowDevicesAreHandedOut(
      String words, DevicePolicy.Locality locality, DevicePolicy.TaskSharing tasks)
      throws Exception {
    FakeControl own = new FakeControl();
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "--gres-flags=" + words, "--gpus=1", "--wrap=true");
    assertThat(Commands.run(own, invocation)).as(invocation.errText()).isZero();
    assertThat(own.only(Command.SubmitJob.class).spec().request().devices())
        .isEqualTo(new DevicePolicy(locality, tasks));
  }

  /** Tasks, CPUs of a task and GPUs that follow from each other, as with a Slurm 22.05. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --ntasks-per-gpu=2 -n8                   | 8 1 4/JOB
          --ntasks-per-gpu=2 --gpus=4              | 8 1 4/JOB
          --ntasks-per-gpu=2 --gpus=4 -n4          | 8 1 4/JOB
          --ntasks-per-gpu=2 --gpus-per-node=2 -N2 | 8 1 2/NODE
          --ntasks-per-gpu=2 --gres=gpu:2          | 4 1 2/NODE
          --gpus-per-task=2 -n4 --cpus-per-gpu=3   | 4 6 2/TASK
          --gres=gpu:3 --gpus-per-node=1           | 1 1 3/NODE
          --gpus=4 --gpus-per-node=2               | 0 1 2/NODE
          """)
  void gpusAndTasksFollowFromEachOther(String options, String expected) throws Exception {
    List<String> words = new ArrayList<>(List.of(options.split(" ")));
    words.add("--wrap=true");
    FakeControl own = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("sbatch", words.toArray(String[]::new));
    assertThat(Commands.run(own, invocation)).as(invocation.errText()).isZero();
    ResourceRequest request = own.only(Command.SubmitJob.class).spec().request();
    GresRequest gpus = request.gres().get(0);
    assertThat(request.gres()).hasSize(1);
    assertThat(
            "%d %d %d/%s"
                .formatted(
                    request.layout().tasks(),
                    request.layout().cpusPerTask(),
                    gpus.count(),
                    gpus.scope()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --ntasks-per-gpu=2 -n7                     | has to be a multiple of --ntasks-per-gpu
          --ntasks-per-gpu=2 --gpus-per-task=1 -n4   | is mutually exclusive with --ntasks-per-gpu
          --gpus=2 --gpu-freq=nonsense               | Invalid --gpu-freq argument: gpu:nonsense
          --gpus=2 --gpu-freq=foo=high               | Invalid --gpu-freq argument: gpu:foo=high
          --gpus=2 --gpu-bind=map_gpu:z              | Invalid --gpu-bind argument: gpu:map_gpu:z
          --gpus=2 --gpu-bind=map_gpu:0*0            | Invalid --gpu-bind argument: gpu:map_gpu:0*0
          --gpus=2 --gpu-bind=map_gpu:c              | Invalid --gpu-bind argument: gpu:map_gpu:c
          --gpus=2 --tres-bind=closest               | Invalid --tres-bind argument: closest
          """)
  void gpuOptionsThatAreWrongAreRefused(String options, String message) throws Exception {
    List<String> words = new ArrayList<>(List.of(options.split(" ")));
    words.add("--wrap=true");
    FakeInvocation invocation = new FakeInvocation("sbatch", words.toArray(String[]::new));
    assertThat(Commands.run(new FakeControl(), invocation)).isNotZero();
    assertThat(invocation.errText()).contains(message);
  }

  @Test
  void segmentsAndBreadthAreAskedFor() throws Exception {
    FakeControl own = new FakeControl();
    FakeInvocation invocation =
        new FakeInvocation(
            "sbatch",
            "-N4",
            "--segment=2",
            "--spread-segments",
            "--spread-job",
            "--exclusive=topo",
            "--wrap=true");
    assertThat(Commands.run(own, invocation)).as(invocation.errText()).isZero();
    ResourceRequest request = own.only(Command.SubmitJob.class).spec().request();
    assertThat(request.nodes().segments()).isEqualTo(new Segments(2, true, false));
    assertThat(request.nodes().breadth()).isEqualTo(Breadth.MOST);
    assertThat(request.sharing()).isEqualTo(Sharing.TOPOLOGY);
    FakeInvocation odd = new FakeInvocation("sbatch", "-N5", "--segment=2", "--wrap=true");
    assertThat(Commands.run(new FakeControl(), odd)).isNotZero();
    assertThat(odd.errText()).contains("--segment=2 doesn't divide --nodes=5; use -N 4 or -N 6");
  }

  @Test
  void submitsAScriptWithItsDirectivesAndArguments() throws Exception {
    String script = "#!/bin/sh\n#SBATCH -n 4 --time=10\n#SBATCH -J fromscript\nsrun hostname\n";
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "-t", "20", "job.sh", "-n", "arg 2")
            .file(HERE + "job.sh", script);
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(invocation.outText()).isEqualTo("Submitted batch job 1\n");
    assertThat(invocation.errText()).isEmpty();
    var spec = submitted().spec();
    assertThat(spec.name()).isEqualTo("fromscript");
    assertThat(spec.request().layout().tasks()).isEqualTo(4);
    assertThat(spec.timing().timeLimit()).isEqualTo(1_200_000);
    assertThat(spec.execution().batch()).isTrue();
    assertThat(spec.execution().arguments()).containsExactly("-n", "arg 2");
    assertThat(spec.attributes()).containsEntry("Command", HERE + "job.sh -n arg 2");
    assertThat(submitted().files().script()).isEqualTo(script.getBytes(StandardCharsets.UTF_8));
    assertThat(control.actors().get(0).uid()).isEqualTo(1000);
  }

  @Test
  void commandLineOverrulesVariablesAndThoseTheScript() throws Exception {
    String script = "#!/bin/sh\n#SBATCH -p script -A script -q script --mem=1G\n";
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "-p", "line", "j")
            .with("SBATCH_PARTITION", "env")
            .with("SBATCH_ACCOUNT", "env")
            .with("SBATCH_MEM_PER_CPU", "7")
            .file(HERE + "j", script);
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(submitted().spec().partitions()).containsExactly("line");
    assertThat(submitted().spec().charge().account()).isEqualTo("env");
    assertThat(submitted().spec().charge().qos()).isEqualTo("script");
    assertThat(submitted().spec().request().memory().mebibytes()).isEqualTo(7);
  }

  @Test
  void findsAScriptInThePath() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "tool").file("/bin/tool", "#!/bin/sh\ntrue\n");
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(submitted().spec().name()).isEqualTo("tool");
  }

  @Test
  void takesAScriptFromStandardInput() throws Exception {
    FakeInvocation invocation = new FakeInvocation("sbatch").input("#!/bin/sh\n#SBATCH -c2\n");
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(submitted().spec().name()).isEqualTo("sbatch");
    assertThat(submitted().spec().request().layout().cpusPerTask()).isEqualTo(2);
  }

  @Test
  void passesTheEnvironmentOn() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "-n3", "-c2", "--mem=2G", "--wrap=true").with("FOO", "a=b");
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(variables())
        .contains(
            "FOO=a=b",
            "HOME=/home/ada",
            "SLURM_SUBMIT_DIR=/home/ada/work",
            "SLURM_SUBMIT_HOST=login1",
            "SLURM_JOB_NAME=wrap",
            "SLURM_NTASKS=3",
            "SLURM_NPROCS=3",
            "SLURM_CPUS_PER_TASK=2",
            "SLURM_MEM_PER_NODE=2048");
  }

  @Test
  void exportChoosesVariables() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "--export=FOO,BAR=1,'Q=a,b'", "--wrap=true")
            .with("FOO", "f")
            .with("OTHER", "o")
            .with("SLURM_MINE", "m");
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(variables()).contains("FOO=f", "BAR=1", "Q=a,b", "SLURM_MINE=m");
    assertThat(variables()).noneMatch(entry -> entry.startsWith("OTHER="));
    assertThat(variables()).noneMatch(entry -> entry.startsWith("HOME="));
  }

  @Test
  void exportNoneLeavesThoseOfTheJobAlone() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "--export=NONE", "--wrap=true").with("FOO", "f");
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(variables()).allMatch(entry -> entry.startsWith("SLURM_"));
    assertThat(submitted().spec().attributes()).containsEntry("GetUserEnv", "1");
  }

  @Test
  void parsableAndQuiet() throws Exception {
    FakeInvocation parsable = new FakeInvocation("sbatch", "--parsable", "--wrap=true");
    assertThat(Commands.run(control, parsable)).isZero();
    assertThat(parsable.outText()).isEqualTo("1\n");
    FakeInvocation cluster =
        new FakeInvocation("sbatch", "--parsable", "-M", "peer", "--wrap=true");
    assertThat(Commands.run(control, cluster)).isZero();
    assertThat(cluster.outText()).isEqualTo("2;peer\n");
    FakeInvocation quiet = new FakeInvocation("sbatch", "-Q", "--wrap=true");
    assertThat(Commands.run(control, quiet)).isZero();
    assertThat(quiet.outText()).isEmpty();
  }

  @Test
  void saysInSlurmsWordsWhatTheControllerRefused() throws Exception {
    control.answering(
        command ->
            new Outcome.Rejected(
                ErrorCode.NODES_UNAVAILABLE, "3 nodes asked for; partition main has 2"));
    FakeInvocation invocation = new FakeInvocation("sbatch", "-N3", "--wrap=true");
    assertThat(Commands.run(control, invocation)).isEqualTo(1);
    assertThat(invocation.errText())
        .isEqualTo(
            "sbatch: error: Batch job submission failed: Requested node configuration is not"
                + " available\n"
                + "sbatch: error: 3 nodes asked for; partition main has 2\n");
  }

  @Test
  void exitErrorVariableCounts() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "-n0", "--wrap=true").with("SLURM_EXIT_ERROR", "77");
    assertThat(Commands.run(control, invocation)).isEqualTo(77);
  }

  @Test
  void waitReturnsTheJobsExitCode() throws Exception {
    FakeInvocation invocation = new FakeInvocation("sbatch", "-W", "--wrap=true");
    CompletableFuture<Integer> status = new CompletableFuture<>();
    Thread thread = runner(invocation, status);
    await(() -> control.commands().size() == 1 && !invocation.outText().isEmpty());
    assertThat(status).isNotDone();
    control.end(1, JobState.FAILED, new ExitStatus(3, 0));
    assertThat(status.get(10, TimeUnit.SECONDS)).isEqualTo(3);
    thread.join(10_000);
    assertThat(control.listeners()).isZero();
  }

  @Test
  void waitEndsWithTheUser() throws Exception {
    FakeInvocation invocation = new FakeInvocation("sbatch", "-W", "--wrap=true");
    CompletableFuture<Integer> status = new CompletableFuture<>();
    runner(invocation, status);
    invocation.disconnect();
    assertThat(status.get(10, TimeUnit.SECONDS)).isEqualTo(1);
  }

  private Thread runner(FakeInvocation invocation, CompletableFuture<Integer> status) {
    Thread thread =
        new Thread(
            () -> {
              try {
                status.complete(Commands.run(control, invocation));
              } catch (Exception e) {
                status.completeExceptionally(e);
              }
            });
    thread.start();
    return thread;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void helpUsageAndVersion() throws Exception {
    FakeInvocation version = new FakeInvocation("sbatch", "-V");
    assertThat(Commands.run(control, version)).isZero();
    assertThat(version.outText()).isEqualTo("slurm 26.05.3\n");
    for (String program : List.of("sbatch", "srun", "salloc")) {
      FakeInvocation help = new FakeInvocation(program, "--help");
      assertThat(Commands.run(control, help)).isZero();
      assertThat(help.outText())
          .startsWith("Usage: " + program)
          .contains("--job-name=", "--gpus-per-node=", "-t, --time=");
      assertThat(help.outText().lines()).allMatch(line -> line.length() <= 80);
      FakeInvocation usage = new FakeInvocation(program, "--usage");
      assertThat(Commands.run(control, usage)).isZero();
      assertThat(usage.outText()).contains("[-J name]");
    }
  }

  @Test
  void optionsAreToldInSlurmsWords() throws Exception {
    String options = "--open-mode=append --profile=none --hint=nomultithread --wrap=true";
    FakeInvocation invocation = new FakeInvocation("sbatch", options.split(" "));
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(variables())
        .contains(
            "SLURM_OPEN_MODE=a",
            "SLURM_PROFILE=None",
            "SLURM_HINT=nomultithread",
            "SLURM_THREADS_PER_CORE=1");
  }

  @Test
  void aWrongDirectiveIsAWrongOption() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "j").file(HERE + "j", "#!/bin/sh\n#SBATCH -n1 oops\n");
    assertThat(Commands.run(control, invocation)).isEqualTo(255);
  }

  /** The first alone was looked at. */
  @Test
  void eachComponentIsTestedWithoutBeingSubmitted() throws Exception {
    Outcome refusal =
        new Outcome.Rejected(ErrorCode.NODES_UNAVAILABLE, "asked for 9 nodes, there are 4");
    control.answering(
        command ->
            command instanceof Command.SubmitJob one && one.spec().request().minNodes() == 9
                ? refusal
                : null);
    FakeInvocation refused =
        new FakeInvocation("sbatch", "--test-only", "-n1", ":", "-N9", "--wrap=true");
    assertThat(Commands.run(control, refused)).isEqualTo(1);
    assertThat(refused.errText())
        .endsWith(
            """
            allocation failure: Requested node configuration is not available
            sbatch: asked for 9 nodes, there are 4
            """);
    FakeInvocation taken =
        new FakeInvocation("sbatch", "--test-only", "-n1", ":", "-N2", "--wrap=true");
    assertThat(Commands.run(control, taken)).isZero();
    assertThat(taken.errText().lines()).hasSize(2);
  }

  /** Options of the command line go with those of the script, component by component. */
  @Test
  void componentsOfScriptAndCommandLineAreSubmittedTogether() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "-t5", ":", "-J", "two", "j", "a")
            .file(HERE + "j", "#!/bin/sh\n#SBATCH -J one -n2\n#SBATCH hetjob\n#SBATCH -n3\n");
    Commands.run(control, invocation);
    List<Command.SubmitJob> components = control.only(Command.SubmitComponents.class).components();
    assertThat(components).hasSize(2);
    assertThat(components).extracting(one -> one.spec().name()).containsExactly("one", "two");
    assertThat(components)
        .extracting(one -> one.spec().request().layout().tasks())
        .containsExactly(2, 3);
    assertThat(components.get(0).spec().timing().timeLimit()).isEqualTo(300_000);
    assertThat(components.get(0).spec().execution().arguments()).contains("a");
  }

  @Test
  void hostileScriptsAreRefused() throws Exception {
    String[][] cases = {
      {"", "Batch script is empty!"},
      {"hello\n", "This does not look like a batch script."},
      {"#!/bin/sh\r\n\r\n", "DOS line breaks"},
      {"#!/bin/sh\n\0\n", "NULL character"},
      {"#!/bin/sh\n#SBATCH -n \"3\n", "Unmatched `\"`"},
      {"#!/bin/sh\n#SBATCH oops\n", "Invalid directive found in batch script: oops"},
      {"#!/bin/sh\n#SBATCH --bogus\n", "unrecognized option '--bogus'"},
      {"#!/bin/sh\n#SBATCH -n \u0007\u001b[2J\n", "Invalid numeric value \"\\x07\\x1b[2J\""},
    };
    for (String[] example : cases) {
      FakeInvocation invocation = new FakeInvocation("sbatch", "j").file(HERE + "j", example[0]);
      assertThat(Commands.run(control, invocation)).isNotZero();
      assertThat(invocation.errText()).contains(example[1]);
    }
    assertThat(control.commands()).isEmpty();
  }

  @Test
  void oversizedScriptIsRefused() throws Exception {
    byte[] script = new byte[5 << 20];
    Arrays.fill(script, (byte) '\n');
    System.arraycopy("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII), 0, script, 0, 10);
    FakeInvocation invocation = new FakeInvocation("sbatch", "j").file(HERE + "j", script);
    assertThat(Commands.run(control, invocation)).isEqualTo(1);
    assertThat(control.commands()).isEmpty();
    assertThat(invocation.errText()).startsWith("sbatch: error: ").contains("too large");
  }

  @Test
  void scriptWithInvalidUtf8IsKeptByteForByte() throws Exception {
    byte[] script = "#!/bin/sh\n# x\nexit 0\n".getBytes(StandardCharsets.US_ASCII);
    script[12] = (byte) 0xff;
    FakeInvocation invocation = new FakeInvocation("sbatch", "j").file(HERE + "j", script);
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(submitted().files().script()).isEqualTo(script);
  }

  @Test
  void longCommandLinesAreNoProblem() throws Exception {
    String[] words = new String[100_002];
    Arrays.fill(words, "argument-x");
    words[0] = "--comment=" + "c".repeat(1 << 16);
    words[1] = "j";
    FakeInvocation invocation = new FakeInvocation("sbatch", words).file(HERE + "j", "#!/bin/sh\n");
    assertThat(Commands.run(control, invocation)).isEqualTo(1);
    assertThat(invocation.errText()).contains("1048576");
    assertThat(control.commands()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--gres=gpu:1,shard:2", "--gres=mps:50,gpu:a100:1"})
  void wholeGpusAndPortionsTogetherAreRefused(String option) throws Exception {
    FakeInvocation invocation = new FakeInvocation("sbatch", option, "--wrap=true");
    assertThat(Commands.run(control, invocation)).isEqualTo(1);
    assertThat(invocation.errText()).contains("ask for gpu or for", "not for both");
    assertThat(control.commands()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--array=0-99999999999999999999",
        "--nodelist=n[0-999999999]",
        "--dependency=afterok:99999999999999999999",
        "--time=99999999999999999999",
        "--mem=99999999999999999999T",
        "--gres=gpu:99999999999999999999",
        "--licenses=a:2000000000,a:2000000000",
        "--job-name=a\0b",
        "--chdir=/a\0b",
        "--nodes=99999999999",
        "--signal=@",
        "--switches=@",
        "--distribution=plane=0",
        "--cpus-per-task=2147483648",
        "--begin=now+99999999999999999999weeks",
      })
  void hostileValuesAreRefused(String option) throws Exception {
    FakeInvocation invocation = new FakeInvocation("sbatch", option, "--wrap=true");
    assertThat(Commands.run(control, invocation)).isNotZero();
    assertThat(invocation.errText()).isNotEmpty().hasSizeLessThan(2000);
    assertThat(control.commands()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(((", "a&(b", "a[b", "a)", "[a|b", "a&&b", "|a", "a|", "a*x", "a*0", "[]", "()", "a]b",
        "&", "[a&b]", "[a*2&c]"
      })
  void malformedFeaturesAreRefused(String features) throws Exception {
    for (String option : List.of("-C", "--prefer")) {
      FakeInvocation invocation = new FakeInvocation("sbatch", option, features, "--wrap", "true");
      assertThat(Commands.run(control, invocation)).isEqualTo(1);
      assertThat(invocation.errText())
          .startsWith(
              "sbatch: error: Batch job submission failed: Invalid feature specification\n"
                  + "sbatch: error: features '"
                  + features
                  + "', character ");
    }
    assertThat(control.commands()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a&b|c",
        "(a|b)&c",
        "[a|b]",
        "[(a&b)|c*2]",
        "a*2&b*4",
        "[a|b]*3&c",
        "a,b",
        "[a*2&b*1]"
      })
  void featuresAreTaken(String features) throws Exception {
    Commands.run(control, new FakeInvocation("sbatch", "-C", features, "--wrap", "true"));
    assertThat(submitted().spec().request().nodes().features()).isEqualTo(features);
  }

  @Test
  void aVariableThatNoProgramCouldBeStartedWithIsRefused() throws Exception {
    String longest = "x".repeat((128 << 10) - "BIG=".length() - 1);
    FakeInvocation fits = new FakeInvocation("sbatch", "--wrap", "true").with("BIG", longest);
    assertThat(Commands.run(control, fits)).as(fits.errText()).isZero();
    FakeInvocation tooLong =
        new FakeInvocation("sbatch", "--wrap", "true").with("BIG", longest + "x");
    assertThat(Commands.run(control, tooLong)).isEqualTo(1);
    assertThat(tooLong.errText())
        .startsWith("sbatch: error: Environment variable BIG is too long: its name and value have ")
        .contains("\nsbatch: error: Leave it out by --export, ");
    FakeInvocation without =
        new FakeInvocation("sbatch", "--export", "NONE", "--wrap", "true")
            .with("BIG", longest + "x");
    assertThat(Commands.run(control, without)).isZero();
    assertThat(control.commands()).hasSize(2);
  }

  @Test
  void theScriptsOwnOptionsCanBeIgnored() throws Exception {
    FakeControl control = new FakeControl();
    FakeInvocation invocation =
        new FakeInvocation("sbatch", "--ignore-directives", "-Jmine")
            .input("#!/bin/sh\n#SBATCH -n3 -J script\n#SBATCH hetjob\n#SBATCH oops\n#PBS -N pbs\n");
    assertThat(Commands.run(control, invocation)).as(invocation.errText()).isZero();
    JobSpec spec = control.only(Command.SubmitJob.class).spec();
    assertThat(spec.name()).isEqualTo("mine");
    assertThat(spec.request().layout().tasks()).isNotEqualTo(3);
  }
}
