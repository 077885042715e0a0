package org.headrace.controller.internal.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.controller.testing.Samples;
import org.headrace.controller.testing.SharedKey;
import org.headrace.core.ClusterMachine;
import org.headrace.core.PublishedState;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.protocol.node.FromNode;
import org.headrace.testkit.Ports;
import org.headrace.transport.DriverDirectory;
import org.headrace.transport.TransportSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLiaisonTest {
  private static final RecordCodec<FromNode> OUT = RecordCodec.of(FromNode.class);
  private static final int CORES = 4;
  private static final long SECONDS = 30;

  /** What is due once, and what is due again and again last, is kept for the test to run. */
  private static final class Timer extends ScheduledThreadPoolExecutor {
    private Runnable due;
    private Runnable often;

    Timer() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      due = task;
      return null;
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable task, long first, long delay, TimeUnit unit) {
      often = task;
      return null;
    }
  }

  private final BlockingQueue<Command> logged = new LinkedBlockingQueue<>();
  private final CompletableFuture<Outcome> registered = new CompletableFuture<>();
  private final Timer timer = new Timer();
  private volatile boolean full;
  private NodeLiaison liaison;

  @TempDir Path folder;

  @BeforeEach
  void lead() throws IOException {
    int port = Ports.free();
    String place = DriverDirectory.of(folder, "links").toString();
    liaison =
        NodeLiaison.open(
            new TransportSettings(place, "127.0.0.1", port, new SharedKey()),
            0,
            this::log,
            Runnable::run);
    liaison.leading(state(port), timer);
  }

  @AfterEach
  void end() {
    liaison.close();
    timer.shutdownNow();
  }

  private static PublishedState state(int agentPort) {
    ClusterMachine machine = new ClusterMachine(new HeapJobStore(), new HeapFileStore());
    machine.apply(
        new Command.Configure(Samples.cluster(CORES, Map.of(), agentPort)), Actor.SYSTEM, 1_000);
    return machine.publish();
  }

  private CompletableFuture<Outcome> log(Command command, Actor actor) {
    logged.add(command);
    if (full && command instanceof Command.NodeResponds) {
      return CompletableFuture.completedFuture(
          new Outcome.Rejected(ErrorCode.DISK_FULL, "no room"));
    }
    return command instanceof Command.RegisterNode
        ? registered
        : CompletableFuture.completedFuture(Outcome.DONE);
  }

  private Command next() throws InterruptedException {
    Command next = logged.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("nothing was logged for %d s", SECONDS).isNotNull();
    return next;
  }

  private void register() throws InterruptedException {
    liaison.connected("n1");
    liaison.message(
        "n1",
        OUT.encode(
            new FromNode.Register(
                "n1",
                Samples.hardware(CORES),
                List.of(),
                "1",
                "",
                "",
                0,
                0,
                0,
                0,
                "n1",
                List.of())));
    assertThat(next()).isEqualTo(new Command.NodeResponds("n1", true));
    assertThat(next()).isInstanceOf(Command.RegisterNode.class);
  }

  @Test
  void aNodeWhoseReportIsOnItsWayWhenTheAbsentAreLookedForRespondsInTheEnd() throws Exception {
    register();
    timer.due.run();
    assertThat(next()).isEqualTo(new Command.NodeResponds("n1", false));

    registered.complete(Outcome.DONE);

    assertThat(next()).isEqualTo(new Command.NodeResponds("n1", true));
  }

  @Test
  void aNodeThatHasGoneBeforeItsReportWasLoggedIsAbsent() throws Exception {
    register();
    liaison.disconnected("n1", "its agent is gone");
    assertThat(next()).isEqualTo(new Command.NodeResponds("n1", false));

    registered.complete(Outcome.DONE);

    assertThat(liaison.ask("n1").get(SECONDS, TimeUnit.SECONDS)).isEmpty();
    assertThat(logged).isEmpty();
  }

  @Test
  void whatTheLogHadNoRoomForIsSaidAgain() throws Exception {
    register();
    registered.complete(Outcome.DONE);
    full = true;
    liaison.disconnected("n1", "its agent is gone");
    assertThat(next()).isEqualTo(new Command.NodeResponds("n1", false));
    timer.often.run();
    assertThat(next()).isEqualTo(new Command.NodeResponds("n1", false));
    full = false;
    timer.often.run();
    assertThat(next()).isEqualTo(new Command.NodeResponds("n1", false));
    timer.often.run();
    assertThat(liaison.ask("n1").get(SECONDS, TimeUnit.SECONDS)).isEmpty();
    assertThat(logged).isEmpty();
  }
}
