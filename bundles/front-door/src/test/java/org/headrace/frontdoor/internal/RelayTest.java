package org.headrace.frontdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.headrace.control.front.Caller;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.headrace.testkit.Ports;
import org.headrace.transport.SealedChannel;
import org.headrace.transport.Standing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of a controller that follows, and of hosts without one, are served by the leader. */
@Timeout(120)
class RelayTest {
  private static final ClusterKey KEY = new ClusterKey("the cluster's");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();
  private Member one;
  private Member two;

  /** A controller that leads or doesn't, as the test says. */
  private final class Member implements Route, Closeable {
    volatile boolean leads;
    final InetSocketAddress address;
    final LeaderSearch search;
    final Doors doors;
    final Closeable daemons;

    Member(int number) throws IOException {
      address = addresses.get(number);
      search = new LeaderSearch(KEY, addresses.stream().filter(a -> a != address).toList());
      doors = new Doors(0, this);
      daemons = doors.door.serveDaemons(address, KEY);
    }

    @Override
    public Place place() {
      return leads ? Place.HERE : Place.ELSEWHERE;
    }

    @Override
    public SealedChannel reach() throws IOException {
      return search.connect();
    }

    ProcessBuilder call(String... arguments) throws Exception {
      return doors.nativeCall(arguments);
    }

    @Override
    public void close() throws IOException {
      daemons.close();
      doors.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    for (int i = 0; i < 3; i++) {
      addresses.add(new InetSocketAddress("127.0.0.1", Ports.free()));
    }
    one = keep(new Member(0));
    two = keep(new Member(1)); // The third is dead.
    two.leads = true;
  }

  private Member keep(Member member) {
    open.add(member);
    return member;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  @Test
  void theLeaderServesTheClientsOfOthers() throws Exception {
    two.doors.command(
        "hello",
        in -> {
          in.out().println(in.arguments() + " from " + in.workingDirectory());
          in.err().println(new String(in.readFile("script", 1000)));
          return 42;
        });
    Files.writeString(one.doors.folder.resolve("script"), "echo hi");
    assertThat(Doors.run(one.call("hello", "a", "ü")))
        .isEqualTo(
            new Doors.Result(
                42, "[a, ü] from " + one.doors.folder.toRealPath() + "\n", "echo hi\n"));
    assertThat(Doors.run(one.call("hullo")))
        .isEqualTo(
            new Doors.Result(127, "", "hullo: error: unknown command 'hullo'; known: hello\n"));
  }

  @Test
  void theCallerIsWhoTheKernelOfTheClientsHostSays() throws Exception {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    AtomicReference<Caller> seen = new AtomicReference<>();
    two.doors.command(
        "id",
        in -> {
          seen.set(in.caller());
          return 0;
        });
    Path copy = one.doors.folder.resolve("headrace-client");
    Files.copy(Doors.nativeClient(), copy);
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> nobody =
        List.of("setpriv", "--reuid=54321", "--regid=54322", "--groups=7,8", copy.toString(), "id");
    assertThat(Doors.run(one.doors.client(nobody))).isEqualTo(new Doors.Result(0, "", ""));
    assertThat(seen.get()).isEqualTo(new Caller(54321, 54322, "54321", "54322", new int[] {54322}));
    assertThat(Doors.run(one.call("id")).code()).isZero();
    assertThat(seen.get().isRoot()).isTrue();
  }

  @Test
  void largeStreamsGoBothWays() throws Exception {
    two.doors.command("cat", RelayTest::cat);
    byte[] sent = new byte[9 << 20];
    new Random(5).nextBytes(sent);
    Path input = one.doors.folder.resolve("input");
    Path output = one.doors.folder.resolve("output");
    Files.write(input, sent);
    Process process =
        one.call("cat").redirectInput(input.toFile()).redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(3);
    assertThat(Arrays.equals(Files.readAllBytes(output), sent)).isTrue();
  }

  private static int cat(Invocation in) throws Exception {
    CompletableFuture<Integer> end = new CompletableFuture<>();
    in.streamInput(
        new InputListener() {
          @Override
          public CompletionStage<Void> data(byte[] bytes) {
            in.out().write(bytes, 0, bytes.length);
            return CompletableFuture.completedFuture(null);
          }

          @Override
          public void end() {
            end.complete(3);
          }
        });
    return end.get();
  }

  @Test
  void manyCommandsOnOneConnection() throws Exception {
    two.doors.command("count", in -> in.arguments().size());
    try (Wire wire = new Wire(one.doors.socket)) {
      for (int i = 0; i < 50; i++) {
        wire.send(Wire.hello("count", Collections.nCopies(i, "x").toArray(String[]::new)));
        assertThat(wire.exit()).isEqualTo(i);
      }
    }
    Doors.await("all is forgotten", () -> two.doors.door.connections() == 0);
  }

  @Test
  void theLeaderLearnsThatAClientHasGone() throws Exception {
    CountDownLatch runs = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    two.doors.command(
        "wait",
        in -> {
          in.resumable("token");
          in.disconnected().thenRun(gone::countDown);
          runs.countDown();
          gone.await();
          return 0;
        });
    Process process = one.call("wait").start();
    assertThat(runs.await(20, TimeUnit.SECONDS)).isTrue();
    process.destroyForcibly();
    assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
    Doors.await("the connection is forgotten", () -> one.doors.door.connections() == 0);
  }

  /** The daemon in between dies: nobody must take the client for dead, who goes another way. */
  @Test
  void aClientThatCanGoOnDoesSoByAnotherDoor() throws Exception {
    AtomicReference<String> interrupted = new AtomicReference<>();
    two.doors.command(
        "step",
        in -> {
          in.resumable("where I was");
          if (in.resumeToken().isEmpty()) {
            in.out().println("begun");
            in.out().flush();
            in.disconnected().thenRun(() -> interrupted.set("taken for dead"));
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.compareAndSet(null, "left alone");
              throw e;
            }
          }
          in.out().println(in.resumeToken());
          return 5;
        });
    ProcessBuilder builder = one.call("step");
    builder.environment().put("HEADRACE_SOCKET", one.doors.socket + ":" + two.doors.socket);
    Process process = builder.start();
    // What comes after the token: the client has read both before its door is closed.
    assertThat(process.getInputStream().readNBytes(6)).asString().isEqualTo("begun\n");
    one.doors.door.close();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(5);
    assertThat(new String(process.getInputStream().readAllBytes())).isEqualTo("where I was\n");
    Doors.await("the end of the first call", () -> interrupted.get() != null);
    assertThat(interrupted.get()).isEqualTo("left alone");
  }

  /** The daemon in between can be lost with what it has taken. */
  @Test
  void outputIsSafeWhenTheClientHasItAndNotBefore() throws Exception {
    CompletableFuture<CompletionStage<Void>> asked = new CompletableFuture<>();
    two.doors.command(
        "step",
        in -> {
          in.out().print("x".repeat(200_000)); // More than a pipe takes.
          CompletionStage<Void> safe = in.resumable("token");
          asked.complete(safe);
          safe.toCompletableFuture().get(20, TimeUnit.SECONDS);
          return 6;
        });
    Process process = one.call("step").start();
    assertThat(process.getInputStream().readNBytes(1000)).hasSize(1000);
    assertThat(asked.get(20, TimeUnit.SECONDS).toCompletableFuture()).isNotDone();
    assertThat(process.getInputStream().readAllBytes()).hasSize(199_000);
    assertThat(process.waitFor()).isEqualTo(6);
    assertThat(Doors.run(two.call("step")).code()).isEqualTo(6);
  }

  /** A client that is killed leaves unread what was on its way to it. */
  @Test
  void theLeaderLearnsThatAClientHasGoneInTheMiddle() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    two.doors.command(
        "yes",
        in -> {
          in.resumable("token");
          in.disconnected().thenRun(gone::countDown);
          while (!in.out().checkError()) {
            in.out().println("yes");
          }
          return 0;
        });
    Process process = one.call("yes").start();
    assertThat(process.getInputStream().readNBytes(100_000)).hasSize(100_000);
    process.destroyForcibly();
    assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aChangeOfTheLeaderIsFollowed() throws Exception {
    Semaphore calls = new Semaphore(0);
    for (Member member : List.of(one, two)) {
      member.doors.command(
          "step",
          in -> {
            in.resumable("x");
            calls.release();
            if (in.resumeToken().isEmpty()) {
              new CountDownLatch(1).await();
            }
            return member == one ? 1 : 2;
          });
    }
    Process there = two.call("step").start();
    Process here = one.call("step").start();
    assertThat(calls.tryAcquire(2, 20, TimeUnit.SECONDS)).isTrue();
    two.leads = false;
    one.leads = true;
    two.doors.door.retire();
    assertThat(there.waitFor(20, TimeUnit.SECONDS) && here.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(List.of(there.exitValue(), here.exitValue())).containsExactly(1, 1);
  }

  @Test
  void aClientWaitsForALeaderAndIsToldIfThereIsNone() throws Exception {
    one.doors.command("hello", in -> 1);
    two.doors.command("hello", in -> 2);
    two.leads = false;
    Process waits = one.call("hello").start();
    Doors.await("the client is there", () -> one.doors.door.connections() == 1);
    two.leads = true;
    assertThat(waits.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(waits.exitValue()).isEqualTo(2);
    two.leads = false;
    Doors.Result none = Doors.run(one.call("hello"));
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err())
        .startsWith("hello: error: Unable to contact slurm controller (connect failure): ")
        .contains("127.0.0.1:" + two.address.getPort() + " doesn't lead")
        .contains("127.0.0.1:" + addresses.get(2).getPort() + ": Connection refused");
  }

  @Test
  void strangersAreNotServedAndDoNotKeepOthersOut() throws Exception {
    two.doors.command("hello", in -> 2);
    List<Socket> strangers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Socket socket = new Socket(two.address.getAddress(), two.address.getPort());
      open.add(socket);
      strangers.add(socket);
    }
    Doors.await("most are turned away", () -> two.doors.door.connections() <= 16);
    assertThat(Doors.run(two.call("hello")).code()).isEqualTo(2);
    for (Socket stranger : strangers) {
      stranger.close();
    }
    Doors.await("they are forgotten", () -> two.doors.door.connections() == 0);
    assertThat(new LeaderSearch(new ClusterKey("another"), addresses).standing(two.address))
        .isNull();
    assertThat(one.search.standing(two.address)).isEqualTo(Standing.SERVES);
    assertThat(one.search.standing(addresses.get(2))).isNull();
    assertThat(two.search.standing(one.address)).isEqualTo(Standing.WAITS);
    assertThat(Doors.run(one.call("hello")).code()).isEqualTo(2);
  }
}
