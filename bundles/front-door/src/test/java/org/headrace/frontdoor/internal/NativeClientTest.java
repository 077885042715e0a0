package org.headrace.frontdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.headrace.control.front.Caller;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only the native client has to do with: the kernel, terminals, speed. */
@Timeout(120)
class NativeClientTest {
  private Doors doors;

  @BeforeEach
  void open() throws Exception {
    doors = new Doors();
  }

  @AfterEach
  void close() throws Exception {
    doors.close();
  }

  @Test
  void itIsCalledByTheNameOfTheCommand() throws Exception {
    doors.command("squeue", in -> in.program().equals("squeue") ? in.arguments().size() : 99);
    Path link = doors.folder.resolve("squeue");
    Files.createSymbolicLink(link, Doors.nativeClient());
    assertThat(Doors.run(doors.client(List.of(link.toString()), "-l", "-a")).code()).isEqualTo(2);
  }

  @Test
  void usersAreTheOnesThatTheKernelSays() throws Exception {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    AtomicReference<Caller> seen = new AtomicReference<>();
    doors.command(
        "id",
        in -> {
          seen.set(in.caller());
          return 0;
        });
    Path copy = copyForEverybody();
    List<String> nobody =
        List.of(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", copy.toString(), "id");
    ProcessBuilder builder = doors.client(nobody);
    builder.environment().put("USER", "root");
    builder.environment().put("LOGNAME", "root");
    assertThat(Doors.run(builder)).isEqualTo(new Doors.Result(0, "", ""));
    assertThat(seen.get().uid()).isEqualTo(65534);
    assertThat(seen.get().gid()).isEqualTo(65534);
    assertThat(seen.get().user()).isEqualTo("nobody");
    assertThat(seen.get().isRoot()).isFalse();
    Doors.run(doors.nativeCall("id"));
    assertThat(seen.get().uid()).isZero();
    ProcessBuilder nameless =
        doors.client(
            List.of(
                "setpriv", "--reuid=54321", "--regid=54322", "--clear-groups", copy + "", "id"));
    assertThat(Doors.run(nameless).code()).isZero();
    assertThat(seen.get()).isEqualTo(new Caller(54321, 54322, "54321", "54322", new int[] {54322}));
  }

  @Test
  void filesAreReadWithTheCallersRights() throws Exception {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    doors.command("sbatch", in -> in.readFile("secret", 100).length);
    Path secret = doors.folder.resolve("secret");
    Files.writeString(secret, "root only");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    assertThat(Doors.run(doors.nativeCall("sbatch")).code()).isEqualTo(9);
    ProcessBuilder builder =
        doors.client(
            List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                copyForEverybody().toString(),
                "sbatch"));
    assertThat(Doors.run(builder))
        .isEqualTo(new Doors.Result(1, "", "sbatch: error: Permission denied\n"));
  }

  @Test
  void theServerOfTheConfigurationIsTrustedIfItIsRoot() throws Exception {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    doors.command("squeue", in -> 0);
    Path conf = doors.folder.resolve("slurm.conf");
    Files.writeString(conf, "HeadraceSocket=" + doors.socket + "\n");
    ProcessBuilder builder =
        doors.client(
            List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                copyForEverybody().toString(),
                "squeue"));
    builder.environment().remove("HEADRACE_SOCKET");
    builder.environment().put("SLURM_CONF", conf.toString());
    assertThat(Doors.run(builder)).isEqualTo(new Doors.Result(0, "", ""));
  }

  @Test
  void aForeignServerIsNotTrustedUnlessChosen() throws Exception {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Path open = Files.createDirectory(doors.folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path socket = open.resolve("s");
    String name = ForeignServer.class.getSimpleName() + ".class";
    Path classes = Files.createDirectories(open.resolve("org/headrace/frontdoor/internal"));
    Files.copy(ForeignServer.class.getResourceAsStream(name), classes.resolve(name));
    Process server =
        doors
            .client(
                List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                open.toString(),
                ForeignServer.class.getName(),
                socket.toString())
            .start();
    try {
      assertThat(server.inputReader().readLine()).isEqualTo("listening");
      Path conf = doors.folder.resolve("slurm.conf");
      Files.writeString(conf, "HeadraceSocket=" + socket + "\nSlurmUser=root\n");
      ProcessBuilder builder = doors.nativeCall("squeue");
      builder.environment().remove("HEADRACE_SOCKET");
      builder.environment().put("SLURM_CONF", conf.toString());
      Doors.Result refused = Doors.run(builder);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("runs as uid 65534, which is neither root, nor SlurmUser");
      Files.writeString(conf, "HeadraceSocket=" + socket + "\nSlurmUser=nobody\n");
      assertThat(Doors.run(builder).err()).contains("lost the connection");
      builder.environment().put("HEADRACE_SOCKET", socket.toString());
      assertThat(Doors.run(builder).err()).contains("lost the connection");
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  private Path copyForEverybody() throws Exception {
    Path copy = doors.folder.resolve("headrace-client");
    Files.copy(Doors.nativeClient(), copy);
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    return copy;
  }

  @Test
  void itEndsQuietlyWhenNobodyReadsItsOutput() throws Exception {
    doors.command(
        "squeue",
        in -> {
          for (int i = 0; i < 1_000_000 && !in.out().checkError(); i++) {
            in.out().println("a line of some length, number " + i);
          }
          return 0;
        });
    String call = "'" + Doors.nativeClient() + "' squeue | head -n 1; echo ${PIPESTATUS[0]}";
    Doors.Result result = Doors.run(doors.client(List.of("bash", "-c", call)));
    assertThat(result).isEqualTo(new Doors.Result(0, "a line of some length, number 0\n141\n", ""));
    Doors.await("the connection ends", () -> doors.door.connections() == 0);
  }

  @Test
  void withoutAListenerAnInterruptKillsIt() throws Exception {
    doors.command(
        "squeue",
        in -> {
          in.out().println("started");
          in.out().flush();
          in.disconnected().toCompletableFuture().get();
          return 0;
        });
    Process process = doors.nativeCall("squeue").start();
    assertThat(process.inputReader().readLine()).isEqualTo("started");
    ClientTest.kill(process, "INT");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
  }

  @Test
  void closedDescriptorsDontMixWithTheConnection() throws Exception {
    doors.command(
        "squeue",
        in -> {
          in.out().println("out");
          return 3;
        });
    String call = "'" + Doors.nativeClient() + "' squeue <&- >&- 2>&-; echo $?";
    assertThat(Doors.run(doors.client(List.of("sh", "-c", call))).out()).isEqualTo("3\n");
  }

  @Test
  void aLostConnectionIsReported() throws Exception {
    doors.command(
        "squeue",
        in -> {
          in.out().println("started");
          in.out().flush();
          Thread.currentThread().join();
          return 0;
        });
    Process process = doors.nativeCall("squeue").redirectErrorStream(true).start();
    try (var reader = process.inputReader()) {
      assertThat(reader.readLine()).isEqualTo("started");
      doors.door.close();
      assertThat(reader.readLine()).contains("squeue: error: ");
      assertThat(process.waitFor()).isEqualTo(1);
    }
  }

  @Test
  void aTrivialCommandIsFast() throws Exception {
    doors.command(
        "squeue",
        in -> {
          in.out().println("JOBID PARTITION NAME");
          return 0;
        });
    double[] ms = new double[600];
    List<String> words = new ArrayList<>(List.of(Doors.nativeClient().toString(), "squeue"));
    for (int i = 0; i < ms.length; i++) {
      ProcessBuilder builder = doors.client(words);
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      long start = System.nanoTime();
      assertThat(builder.start().waitFor()).isZero();
      ms[i] = (System.nanoTime() - start) / 1e6;
    }
    double[] warm = Arrays.copyOfRange(ms, 400, 600);
    Arrays.sort(warm);
    System.out.printf(
        "native client, trivial command, 200 runs after 400: median %.2f ms, p95 %.2f ms "
            + "(with starting a process from Java)%n",
        warm[100], warm[190]);
    assertThat(warm[100]).isLessThan(100);
  }
}
