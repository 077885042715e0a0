package org.headrace.frontdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.headrace.control.front.Caller;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both clients against the real server. */
@Timeout(60)
class ClientTest {
  private Doors doors;

  static Stream<List<String>> clients() throws Exception {
    return Stream.of(List.of(Doors.nativeClient().toString()), Doors.javaClient());
  }

  @BeforeEach
  void open() throws IOException {
    doors = new Doors();
  }

  @AfterEach
  void close() throws IOException {
    doors.close();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void outputErrorAndExitStatusArrive(List<String> client) throws Exception {
    doors.command(
        "hello",
        in -> {
          in.out().println("Grüße " + in.arguments());
          in.err().println("careful");
          return 42;
        });
    Doors.Result result = Doors.run(doors.client(client, "hello", "a b", "", "-x"));
    assertThat(result).isEqualTo(new Doors.Result(42, "Grüße [a b, , -x]\n", "careful\n"));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theFirstOfSeveralSocketsThatListensServes(List<String> client) throws Exception {
    doors.command("hello", in -> 7);
    Path dead = doors.folder.resolve("dead");
    try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(dead));
    }
    ProcessBuilder builder = doors.client(client, "hello");
    Path none = doors.folder.resolve("none");
    builder.environment().put("HEADRACE_SOCKET", none + ":" + dead + "::" + doors.socket);
    assertThat(Doors.run(builder)).isEqualTo(new Doors.Result(7, "", ""));
    builder.environment().put("HEADRACE_SOCKET", dead + ":" + none);
    assertThat(Doors.run(builder))
        .isEqualTo(
            new Doors.Result(
                1,
                "",
                "hello: error: Unable to contact slurm controller (connect failure): No such file"
                    + " or directory at "
                    + none
                    + "\n"));
    builder.environment().put("HEADRACE_SOCKET", ":");
    assertThat(Doors.run(builder))
        .isEqualTo(new Doors.Result(1, "", "hello: error: HEADRACE_SOCKET=: names no socket\n"));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theVersionNeedsNoController(List<String> client) throws Exception {
    for (String option : List.of("-V", "--version")) {
      ProcessBuilder builder = doors.client(client, "squeue", option, "-l");
      builder.environment().put("HEADRACE_SOCKET", doors.folder.resolve("none").toString());
      assertThat(Doors.run(builder)).isEqualTo(new Doors.Result(0, "slurm 26.05.3\n", ""));
    }
    doors.command("hello", in -> 7);
    assertThat(Doors.run(doors.client(client, "hello", "-V")).code()).isEqualTo(7);
    doors.command("srun", in -> 8);
    assertThat(Doors.run(doors.client(client, "srun", "prog", "-V")).code()).isEqualTo(8);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theCommandLearnsAboutItsCaller(List<String> client) throws Exception {
    AtomicReference<Invocation> seen = new AtomicReference<>();
    doors.command(
        "who",
        in -> {
          seen.set(in);
          return 0;
        });
    List<String> shell =
        new ArrayList<>(List.of("sh", "-c", "umask 027; ulimit -n 500; exec \"$@\""));
    shell.add("sh");
    shell.addAll(client);
    ProcessBuilder builder = doors.client(shell, "who");
    builder.environment().put("COLOUR", "gr\nün=x");
    assertThat(Doors.run(builder).code()).isZero();
    Invocation in = seen.get();
    Caller caller = in.caller();
    assertThat(caller.user()).isEqualTo(System.getProperty("user.name"));
    assertThat(in.environment()).containsEntry("COLOUR", "gr\nün=x");
    assertThat(in.workingDirectory()).isEqualTo(doors.folder.toRealPath().toString());
    assertThat(in.umask()).isEqualTo(027);
    assertThat(in.limits().get("NOFILE").soft()).isEqualTo(500);
    assertThat(in.limits()).containsKeys("CPU", "STACK", "CORE", "AS", "MEMLOCK", "NPROC");
    assertThat(in.hostName()).isNotEmpty();
    assertThat(in.clientPid()).isPositive();
    assertThat(in.sessionId()).isNotNegative();
    assertThat(in.inputIsTerminal() || in.outputIsTerminal()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void readsALargeScriptAndRefusesATooLargeOne(List<String> client) throws Exception {
    byte[] script = new byte[4 << 20];
    new Random(1).nextBytes(script);
    Files.write(doors.folder.resolve("job.sh"), script);
    AtomicReference<byte[]> seen = new AtomicReference<>();
    doors.command(
        "sbatch",
        in -> {
          seen.set(in.readFile(in.arguments().get(0), Long.parseLong(in.arguments().get(1))));
          return 0;
        });
    assertThat(Doors.run(doors.client(client, "sbatch", "job.sh", "4194304")).code()).isZero();
    assertThat(Arrays.equals(seen.get(), script)).isTrue();
    assertThat(Doors.run(doors.client(client, "sbatch", "job.sh", "4194303")))
        .isEqualTo(new Doors.Result(1, "", "sbatch: error: job.sh is larger than 4194303 bytes\n"));
    assertThat(Doors.run(doors.client(client, "sbatch", "none.sh", "10")))
        .isEqualTo(new Doors.Result(1, "", "sbatch: error: No such file or directory\n"));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void readsAScriptFromStandardInput(List<String> client) throws Exception {
    doors.command(
        "sbatch",
        in -> {
          in.out().write(in.readStandardInput(1 << 20));
          return 0;
        });
    String script = "#!/bin/sh\n" + "date\n".repeat(50_000);
    Doors.Result result =
        Doors.run(doors.client(client, "sbatch"), script.getBytes(StandardCharsets.UTF_8));
    assertThat(result).isEqualTo(new Doors.Result(0, script, ""));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void streamsInputAtTheConsumersPace(List<String> client) throws Exception {
    byte[] input = new byte[3_000_000];
    new Random(2).nextBytes(input);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    doors.command(
        "srun",
        in -> {
          Collector collector = new Collector(received);
          in.streamInput(collector);
          collector.ended.await(20, TimeUnit.SECONDS);
          in.out().print(received.size());
          return 0;
        });
    Doors.Result result = Doors.run(doors.client(client, "srun"), input);
    assertThat(result).isEqualTo(new Doors.Result(0, "3000000", ""));
    assertThat(Arrays.equals(received.toByteArray(), input)).isTrue();
  }

  private static final class Collector implements InputListener {
    final ByteArrayOutputStream to;
    final CountDownLatch ended = new CountDownLatch(1);

    Collector(ByteArrayOutputStream to) {
      this.to = to;
    }

    @Override
    public CompletionStage<Void> data(byte[] bytes) {
      to.writeBytes(bytes);
      return CompletableFuture.runAsync(() -> {});
    }

    @Override
    public void end() {
      ended.countDown();
    }
  }

  @ParameterizedTest
  @MethodSource("clients")
  void signalsGoToTheCommandOnceItAsksForThem(List<String> client) throws Exception {
    LinkedBlockingQueue<Integer> signals = new LinkedBlockingQueue<>();
    doors.command(
        "srun",
        in -> {
          in.onSignal(signals::add);
          in.out().println("ready");
          in.out().flush();
          Integer first = signals.take();
          in.out().println(first);
          in.out().flush();
          Integer second = signals.take();
          return first * 10 + second;
        });
    Process process = doors.client(client, "srun").start();
    try (var reader = process.inputReader()) {
      assertThat(reader.readLine()).isEqualTo("ready");
      kill(process, "TERM");
      assertThat(reader.readLine()).isEqualTo("15");
      kill(process, "INT");
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(152);
    } finally {
      process.destroyForcibly();
    }
  }

  static void kill(Process process, String signal) throws Exception {
    assertThat(
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                .start()
                .waitFor())
        .isZero();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aChildRunsInTheClientAndItsStatusComesBack(List<String> client) throws Exception {
    doors.command(
        "salloc",
        in -> {
          in.out().println("granted");
          var environment = new LinkedHashMap<>(in.environment());
          environment.put("SLURM_JOB_ID", "7");
          return in.runChild(in.arguments(), environment).toCompletableFuture().get();
        });
    assertThat(
            Doors.run(
                doors.client(client, "salloc", "sh", "-c", "echo job $SLURM_JOB_ID; cat; exit 3"),
                "typed\n".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new Doors.Result(3, "granted\njob 7\ntyped\n", ""));
    assertThat(Doors.run(doors.client(client, "salloc", "sh", "-c", "kill -9 $$")).code())
        .isEqualTo(137);
    Doors.Result missing = Doors.run(doors.client(client, "salloc", "/no/such/program"));
    assertThat(missing.code()).isEqualTo(127);
    assertThat(missing.err()).startsWith("salloc: error: Unable to exec command \"/no/such/prog");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aChildCanBeKilled(List<String> client) throws Exception {
    doors.command(
        "salloc",
        in -> {
          var end = in.runChild(List.of("sleep", "100"), in.environment());
          in.killChild(15);
          return end.toCompletableFuture().get();
        });
    assertThat(Doors.run(doors.client(client, "salloc")).code()).isEqualTo(143);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void unknownCommandsAndFailuresAreExplained(List<String> client) throws Exception {
    doors.command("squeue", in -> 0);
    doors.command(
        "sinfo",
        in -> {
          throw new IllegalStateException("broken");
        });
    assertThat(Doors.run(doors.client(client, "sque")))
        .isEqualTo(
            new Doors.Result(
                127, "", "sque: error: unknown command 'sque'; known: sinfo, squeue\n"));
    assertThat(Doors.run(doors.client(client, "sinfo")))
        .isEqualTo(
            new Doors.Result(
                1, "", "sinfo: error: internal error: java.lang.IllegalStateException: broken\n"));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void largeOutputKeepsItsOrderWithErrors(List<String> client) throws Exception {
    doors.command(
        "squeue",
        in -> {
          for (int i = 0; i < 200_000; i++) {
            (i % 50_000 == 7 ? in.err() : in.out()).println("line " + i);
          }
          return 0;
        });
    ProcessBuilder builder = doors.client(client, "squeue").redirectErrorStream(true);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      expected.append("line ").append(i).append('\n');
    }
    assertThat(out.contentEquals(expected)).isTrue();
    assertThat(process.waitFor()).isZero();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aClientThatIsKilledIsNoticed(List<String> client) throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(2);
    doors.command(
        "srun",
        in -> {
          in.disconnected().thenRun(gone::countDown);
          in.runChild(List.of("true"), in.environment()).exceptionally(e -> -1);
          running.countDown();
          try {
            in.readStandardInput(100);
          } catch (IOException e) {
            gone.countDown();
          }
          return 0;
        });
    Process process = doors.client(client, "srun").start();
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    process.destroyForcibly();
    assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
    Doors.await("connection is forgotten", () -> doors.door.connections() == 0);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void withoutAControllerTheReasonIsClear(List<String> client) throws Exception {
    Path none = doors.folder.resolve("none");
    ProcessBuilder builder = doors.client(client, "squeue");
    builder.environment().put("HEADRACE_SOCKET", none.toString());
    assertThat(Doors.run(builder))
        .isEqualTo(
            new Doors.Result(
                1,
                "",
                "squeue: error: Unable to contact slurm controller (connect failure): "
                    + "No such file or directory at "
                    + none
                    + "\n"));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theSocketIsFoundInSlurmConf(List<String> client) throws Exception {
    doors.command("squeue", in -> 5);
    Path conf = doors.folder.resolve("slurm.conf");
    Files.writeString(
        conf,
        "ClusterName=x\n#HeadraceSocket=/wrong\n HEADRACESOCKET = "
            + doors.socket
            + "  # here\nSlurmUser="
            + System.getProperty("user.name")
            + "\n");
    ProcessBuilder builder = doors.client(client, "squeue");
    builder.environment().remove("HEADRACE_SOCKET");
    builder.environment().put("SLURM_CONF", conf.toString());
    assertThat(Doors.run(builder)).isEqualTo(new Doors.Result(5, "", ""));
  }
}
