package org.headrace.commands.internal.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Dependency.Condition;
import org.headrace.api.job.Dependency.Kind;
import org.headrace.api.job.Execution;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Timing.Hold;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.MemoryRequest.Basis;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.command.Command;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the controller is asked for when a user writes this or that. */
class SpecTest {
  private static JobSpec spec(String line) {
    String[] words = ("--wrap=true " + line).trim().split(" ");
    FakeControl control = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("sbatch", words);
    try {
      int status = Commands.run(control, invocation);
      assertThat(invocation.errText() + status).endsWith("0");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return control.only(Command.SubmitJob.class).spec();
  }

  private static DynamicTest line(String line, Function<JobSpec, Object> part, Object expected) {
    return DynamicTest.dynamicTest(
        line + " -> " + expected, () -> assertThat(part.apply(spec(line))).isEqualTo(expected));
  }

  private static GresRequest gpus(String type, long count, Scope scope) {
    return new GresRequest("gpu", type, count, scope);
  }

  /** What a Slurm 22.05 makes of them: the first nodes by name are left, and it says so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-n2 -w n4,n2,n1        | 3 | n1,n2 | 2",
        "-n3 -N4 -w n[1-4]      | 4 | n1,n2,n3 | 3",
        "-n1 -N1-3 -w n2,n3     | 2 | n2 | 1",
        "-n2 -N4                | 4 | | 2",
      })
  void aNodeWithoutATaskIsNotAskedFor(String line, int from, String left, int nodes)
      throws Exception {
    String[] words = ("--wrap=true " + line).split(" +");
    FakeControl control = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("sbatch", words);
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(invocation.errText())
        .isEqualTo(
            "sbatch: Warning: can't run %d processes on %d nodes, setting nnodes to %d\n"
                .formatted(nodes, from, nodes));
    ResourceRequest request = control.only(Command.SubmitJob.class).spec().request();
    assertThat(request.nodes().required())
        .isEqualTo(left == null ? List.of() : List.of(left.split(",")));
    assertThat(List.of(request.minNodes(), request.maxNodes())).containsOnly(nodes);
  }

  @TestFactory
  Stream<DynamicTest> nodesAndTasks() {
    Function<JobSpec, Object> request = JobSpec::request;
    Function<JobSpec, Object> layout = spec -> spec.request().layout();
    Function<JobSpec, Object> gres = spec -> spec.request().gres();
    Function<JobSpec, Object> nodes =
        spec -> List.of(spec.request().minNodes(), spec.request().maxNodes());
    return Stream.of(
        line("", request, ResourceRequest.singleCpu()),
        line("-N2", nodes, List.of(2, 2)),
        line("-N2-4 -n2", nodes, List.of(2, 2)),
        line("-N1-4 -n2", nodes, List.of(1, 2)),
        line("-N1-4 -n6", nodes, List.of(1, 4)),
        line("-n2 --gpus=2 --gpus-per-task=1", gres, List.of(gpus("", 1, Scope.TASK))),
        line("--gpus=4 --gpus-per-task=2", gres, List.of(gpus("", 2, Scope.TASK))),
        line("--gpus=4 --gpus-per-task=2", layout, new TaskLayout(2, 1, 0, 0, 0, false, "")),
        line("--gpus=4 --gpus-per-node=2", gres, List.of(gpus("", 2, Scope.NODE))),
        line("--gpus=4 --gpus-per-node=2", nodes, List.of(2, 2)),
        line("--gpus=4 --gpus-per-node=2", layout, new TaskLayout(0, 1, 0, 0, 0, false, "")),
        line("--gpus-per-node=2 -n3 --gpus-per-task=1", nodes, List.of(2, 2)),
        line(
            "--gpus-per-node=2 -n3 --gpus-per-task=1",
            layout,
            new TaskLayout(4, 1, 2, 0, 0, false, "")),
        line("--gpus-per-node=2 -N3 -n4 --gpus-per-task=1", nodes, List.of(3, 3)),
        line(
            "--gpus=4 --gpus-per-node=2 -n4 --gpus-per-task=1",
            gres,
            List.of(gpus("", 1, Scope.TASK))),
        line("--cores-per-socket=2 -N4", layout, new TaskLayout(8, 1, 0, 0, 0, false, "")),
        line("--cores-per-socket=2", layout, new TaskLayout(1, 1, 0, 0, 0, false, "")),
        line("--cores-per-socket=2 -n3", layout, new TaskLayout(3, 1, 0, 0, 0, false, "")),
        line("--sockets-per-node=2 -N2", layout, new TaskLayout(4, 1, 0, 0, 0, false, "")),
        line("-B2:2:1", layout, new TaskLayout(4, 1, 0, 0, 0, false, "")),
        line("-B1:4 -N2", layout, new TaskLayout(8, 1, 0, 0, 0, false, "")),
        line("-N 2-8", nodes, List.of(2, 8)),
        line("-N 1k", nodes, List.of(1024, 1024)),
        line("-n 8", nodes, List.of(1, ResourceRequest.ANY_NUMBER)),
        line("-w n[1-2]", nodes, List.of(2, ResourceRequest.ANY_NUMBER)),
        line("-n 8", layout, new TaskLayout(8, 1, 0, 0, 0, false, "")),
        line("-N2", layout, new TaskLayout(0, 1, 0, 0, 0, false, "")),
        line("-N2 --ntasks-per-node=4", layout, new TaskLayout(0, 1, 4, 0, 0, false, "")),
        line("-n4 -c2 -O", layout, new TaskLayout(4, 2, 0, 0, 0, true, "")),
        line(
            "-n4 --ntasks-per-socket=2 --ntasks-per-core=1 -m cyclic:block",
            layout,
            new TaskLayout(4, 1, 0, 2, 1, false, "cyclic:block")),
        line("--gpus=4 --ntasks-per-gpu=2", layout, new TaskLayout(8, 1, 0, 0, 0, false, "")),
        line("-G 20", layout, new TaskLayout(0, 1, 0, 0, 0, false, "")),
        line("-G 20 -n1", layout, new TaskLayout(1, 1, 0, 0, 0, false, "")));
  }

  @TestFactory
  Stream<DynamicTest> memoryDevicesAndSharing() {
    Function<JobSpec, Object> layout = spec -> spec.request().layout();
    Function<JobSpec, Object> memory = spec -> spec.request().memory();
    Function<JobSpec, Object> gres = spec -> spec.request().gres();
    Function<JobSpec, Object> sharing = spec -> spec.request().sharing();
    return Stream.of(
        line("--mem=4G", memory, MemoryRequest.perNode(4096)),
        line("--mem=0", memory, MemoryRequest.perNode(0)),
        line("--mem=1T", memory, MemoryRequest.perNode(1 << 20)),
        line("--mem-per-cpu=500", memory, MemoryRequest.perCpu(500)),
        line("--gpus=1 --mem-per-gpu=2G", memory, new MemoryRequest(Basis.GPU, 2048)),
        line("", memory, MemoryRequest.NONE),
        line("--gres=gpu", gres, List.of(gpus("", 1, Scope.NODE))),
        line("--gres=gpu:tesla:2", gres, List.of(gpus("tesla", 2, Scope.NODE))),
        line("--gres=gres/gpu:2", gres, List.of(gpus("", 2, Scope.NODE))),
        line("--gres=none", gres, List.of()),
        line("-G a100:3", gres, List.of(gpus("a100", 3, Scope.JOB))),
        line("--gpus-per-node=2", gres, List.of(gpus("", 2, Scope.NODE))),
        line("-n2 --gpus-per-task=1", gres, List.of(gpus("", 1, Scope.TASK))),
        line("--gpus-per-socket=1 --sockets-per-node=2", gres, List.of(gpus("", 1, Scope.SOCKET))),
        line("--tres-per-task=cpu=2,gres/gpu=1", gres, List.of(gpus("", 1, Scope.TASK))),
        line("--tres-per-task=cpu=2", layout, new TaskLayout(1, 2, 0, 0, 0, false, "")),
        line("-G2 --cpus-per-gpu=3", spec -> spec.request().cpusPerGpu(), 3),
        line("--exclusive", sharing, Sharing.EXCLUSIVE),
        line("--exclusive=user", sharing, Sharing.USER),
        line("-s", sharing, Sharing.OVERSUBSCRIBE),
        line("--share", sharing, Sharing.OVERSUBSCRIBE),
        line(
            "-L matlab:2,ansys",
            spec -> spec.request().licenses(),
            Map.of("matlab", 2, "ansys", 1)));
  }

  @TestFactory
  Stream<DynamicTest> constraints() {
    return Stream.of(
        line("-C a&b", spec -> spec.request().nodes().features(), "a&b"),
        line("--prefer=fast", spec -> spec.request().nodes().prefer(), "fast"),
        line("-w n2,n1", spec -> spec.request().nodes().required(), List.of("n2", "n1")),
        line("-x n[1-2]", spec -> spec.request().nodes().excluded(), List.of("n1", "n2")),
        line("--mincpus=3", spec -> spec.request().nodes().minCpus(), 3),
        line("--tmp=2G", spec -> spec.request().nodes().minTmpDisk(), 2048L),
        line("-B 2:4:1", spec -> spec.request().nodes().coresPerSocket(), 4),
        line("-B 2:*", spec -> spec.request().nodes().sockets(), 2),
        line("--threads-per-core=2", spec -> spec.request().nodes().threadsPerCore(), 2),
        line("--hint=nomultithread", spec -> spec.request().nodes().threadsPerCore(), 1),
        line("--contiguous", spec -> spec.request().nodes().contiguous(), true),
        line("--switches=2@10", spec -> spec.request().nodes().maxSwitches(), 2),
        line("--switches=2@3", spec -> spec.request().nodes().switchWait(), 180_000L),
        line("--switches=2@10", spec -> spec.request().nodes().switchWait(), 300_000L),
        line("--switches=1", spec -> spec.request().nodes().switchWait(), 300_000L),
        line("--nodes=1", spec -> spec.request().nodes().switchWait(), 0L));
  }

  @TestFactory
  Stream<DynamicTest> timesAndIdentity() {
    Function<JobSpec, Object> limit = spec -> spec.timing().timeLimit();
    return Stream.of(
        line("-t 10", limit, 600_000L),
        line("-t 1-2", limit, 93_600_000L),
        line("-t 0:30", limit, 60_000L),
        line("-t UNLIMITED", limit, JobClass.UNLIMITED),
        line("-t 0", limit, JobClass.UNLIMITED),
        line("", limit, 0L),
        line("--time-min=5 -t10", spec -> spec.timing().timeMin(), 300_000L),
        line("--begin=2100-01-02T03:04:05", spec -> spec.timing().begin(), 4102542245000L),
        line("--deadline=2100-01-02", spec -> spec.timing().deadline(), 4102531200000L),
        line("--nice", spec -> spec.timing().nice(), 100),
        line("--nice=-7", spec -> spec.timing().nice(), -7),
        line("--priority=42", spec -> spec.timing().priority(), 42L),
        line("-H", spec -> spec.timing().hold(), Hold.USER),
        line("-p b,a", JobSpec::partitions, List.of("b", "a")),
        line("", JobSpec::partitions, List.of()),
        line("-A proj -q high --wckey=k", JobSpec::charge, new Charge("proj", "high", "k")),
        line("--reservation=r1", JobSpec::reservation, "r1"),
        line("-J my", JobSpec::name, "my"),
        line("", JobSpec::name, "wrap"),
        line("", JobSpec::owner, new Owner(1000, 1000, "ada", "users")));
  }

  @TestFactory
  Stream<DynamicTest> arraysAndDependencies() {
    Function<JobSpec, Object> array = JobSpec::array;
    Function<JobSpec, Object> dependency = JobSpec::dependency;
    return Stream.of(
        line("-a 0-15:4%3", array, array(3, new JobArray.Range(0, 12, 4))),
        line("-a 1,2,3,7", array, array(0, range(1, 3), range(7, 7))),
        line("-a 5", array, array(0, range(5, 5))),
        line("-a 1,5,6,7", array, array(0, range(1, 1), range(5, 7))),
        line("-a 1-3,10-30:10", array, array(0, range(1, 3), new JobArray.Range(10, 30, 10))),
        line("", array, JobArray.NONE),
        line(
            "-d afterok:5:6_2,afterany:7",
            dependency,
            new Dependency(
                List.of(
                    new Condition(Kind.AFTER_OK, 5, -1, 0),
                    new Condition(Kind.AFTER_OK, 6, 2, 0),
                    new Condition(Kind.AFTER_ANY, 7, -1, 0)),
                false)),
        line(
            "-d after:5+10?singleton",
            dependency,
            new Dependency(
                List.of(
                    new Condition(Kind.AFTER, 5, -1, 10), new Condition(Kind.SINGLETON, 0, -1, 0)),
                true)),
        line(
            "-d 9",
            dependency,
            new Dependency(List.of(new Condition(Kind.AFTER_ANY, 9, -1, 0)), false)));
  }

  private static JobArray.Range range(int first, int last) {
    return new JobArray.Range(first, last, 1);
  }

  private static JobArray array(int throttle, JobArray.Range... ranges) {
    return new JobArray(List.of(ranges), throttle);
  }

  @TestFactory
  Stream<DynamicTest> execution() {
    return Stream.of(
        line("-D /data", spec -> spec.execution().workDirectory(), "/data"),
        line("-D sub", spec -> spec.execution().workDirectory(), "/home/ada/work/sub"),
        line("", spec -> spec.execution().workDirectory(), "/home/ada/work"),
        line("-o a_%j -e b -i c", spec -> files(spec.execution()), List.of("c", "a_%j", "b")),
        line("--open-mode=append", spec -> spec.execution().append(), true),
        line("--no-requeue", spec -> spec.execution().requeue(), false),
        line("", spec -> spec.execution().outlivesNodes(), false),
        line("-k", spec -> spec.execution().outlivesNodes(), true),
        line("--no-kill", spec -> spec.execution().outlivesNodes(), true),
        line("-k --no-kill=off", spec -> spec.execution().outlivesNodes(), false),
        line("--no-requeue --requeue", spec -> spec.execution().requeue(), true),
        line("", spec -> spec.execution().requeue(), true),
        line(
            "--signal=B:USR1@90",
            spec -> spec.execution().warning(),
            new Execution.Warning(10, 90, true)),
        line("--signal=2", spec -> spec.execution().warning(), new Execution.Warning(2, 60, false)),
        line("--propagate=NOFILE", spec -> spec.execution().limits(), Map.of("NOFILE", 1024L)),
        line("--propagate=NONE", spec -> spec.execution().limits(), Map.of()),
        line("", spec -> spec.execution().groups(), List.of(27, 1000)),
        line("", spec -> spec.execution().umask(), 022));
  }

  private static List<String> files(Execution execution) {
    return List.of(execution.input(), execution.output(), execution.error());
  }

  @Test
  void keepsWhatTheControllerDoesNotLookAt() {
    Map<String, String> attributes =
        spec("--comment=hello --mail-type=BEGIN,END --kill-on-invalid-dep=yes").attributes();
    assertThat(attributes)
        .containsEntry(Attributes.COMMENT, "hello")
        .containsEntry(Attributes.MAIL_TYPE, "BEGIN,END")
        .containsEntry(Attributes.MAIL_USER, "ada")
        .containsEntry(Attributes.KILL_ON_INVALID_DEPENDENCY, "Yes")
        .containsEntry(Attributes.ALLOC_NODE_SID, "login1:4700")
        .containsEntry(
            Attributes.SUBMIT_LINE,
            "sbatch --wrap=true --comment=hello --mail-type=BEGIN,END --kill-on-invalid-dep=yes");
  }

  @Test
  void whatIsLeftToTheSystemIsAskedForWhereThatIsAllowed() throws Exception {
    FakeControl control = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("sbatch", "--wrap=true", "-S", "2");
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(invocation.errText())
        .isEqualTo(
            "sbatch: error: Ignoring -S since it's not allowed by configuration"
                + " (AllowSpecResourcesUsage = No)\n");
    assertThat(control.only(Command.SubmitJob.class).spec().request().system()).isNull();
  }

  @Test
  void saysSoWhenAnOptionHasNoEffect() throws Exception {
    FakeControl control = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("sbatch", "--wrap=true", "--gpu-freq=low");
    assertThat(Commands.run(control, invocation)).isZero();
    assertThat(invocation.errText())
        .isEqualTo("sbatch: warning: --gpu-freq is accepted and has no effect yet\n");
    assertThat(control.only(Command.SubmitJob.class).spec().attributes())
        .containsEntry("Option:gpu-freq", "low");
  }

  @Test
  void whoWaitsForMailIsToldThatNoneComes() throws Exception {
    FakeInvocation wanted = new FakeInvocation("sbatch", "--wrap=true", "--mail-type=END");
    assertThat(Commands.run(new FakeControl(), wanted)).isZero();
    assertThat(wanted.errText())
        .isEqualTo("sbatch: warning: --mail-type is accepted and has no effect yet\n");
    FakeInvocation unwanted = new FakeInvocation("sbatch", "--wrap=true", "--mail-type=none");
    assertThat(Commands.run(new FakeControl(), unwanted)).isZero();
    assertThat(unwanted.errText()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -N 2,4,8            | 2 8 [2, 4, 8]
          -N 8,2,4,2          | 2 8 [2, 4, 8]
          -N 1-15:4           | 1 13 [1, 5, 9, 13]
          -N 1-3,8            | 1 8 [1, 2, 3, 8]
          -N 2,3,4            | 2 4 []
          -N 2-8              | 2 8 []
          -N 1-4:8            | 1 1 []
          -N 1k,2k            | 1024 2048 [1024, 2048]
          -N 2,4,8 -n 6       | 2 4 [2, 4]
          -N 2,4,8 -n 3       | 2 2 []
          -N 2,4,8 -w a,b,c   | 4 8 [4, 8]
          -N 2,8 -w a,b,c -n4 | 4 4 []
          """)
  void nodesMayBeAListOfCounts(String line, String expected) {
    ResourceRequest request = spec(line).request();
    assertThat("%d %d %s".formatted(request.minNodes(), request.maxNodes(), request.counts()))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -N 2,               | "2," is not a valid node count
          -N 2,x              | "2,x" is not a valid node count
          -N 1-9:0            | has a step of 0
          -N 1-5000:2         | more than 1024 node counts
          -N 4,9-2            | Maximum node count 2 is less than minimum node count 9
          -N 0,2              | a job needs at least 1 node
          """)
  void listsOfCountsThatAreWrongAreRefused(String line, String message) throws Exception {
    FakeControl control = new FakeControl();
    FakeInvocation invocation = new FakeInvocation("sbatch", ("--wrap=true " + line).split(" +"));
    assertThat(Commands.run(control, invocation)).isNotZero();
    assertThat(invocation.errText()).contains(message);
    assertThat(control.commands()).isEmpty();
  }
}
