package org.headrace.frontdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandRegistryTest {
  private record Command(String name, int code) implements UserCommand {
    @Override
    public String summary() {
      return "for a test";
    }

    @Override
    public int run(Invocation in) {
      return code;
    }
  }

  private static int serving(CommandRegistry registry) throws Exception {
    try (CommandRegistry.Lease lease = registry.acquire("squeue", 0)) {
      return lease == null ? -1 : lease.command().run(null);
    }
  }

  @Test
  void theHighestRankServesThenTheOldest() throws Exception {
    CommandRegistry registry = new CommandRegistry();
    Command one = new Command("squeue", 1);
    Command two = new Command("squeue", 2);
    Command three = new Command("squeue", 3);
    registry.add(one, 0);
    registry.add(two, 0);
    assertThat(serving(registry)).isEqualTo(1);
    registry.add(three, 5);
    assertThat(serving(registry)).isEqualTo(3);
    assertThat(registry.remove(three, 0)).isZero();
    assertThat(registry.remove(one, 0)).isZero();
    assertThat(serving(registry)).isEqualTo(2);
    registry.remove(two, 0);
    assertThat(serving(registry)).isEqualTo(-1);
    assertThat(registry.names()).isEmpty();
  }

  @Test
  void aCallThatComesBeforeItsCommandWaitsForIt() throws Exception {
    CommandRegistry registry = new CommandRegistry();
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(
            () -> {
              try (CommandRegistry.Lease lease = registry.acquire("squeue", 50_000)) {
                return lease.command().run(null);
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    registry.add(new Command("sbatch", 1), 0);
    assertThat(code).isNotDone();
    registry.add(new Command("squeue", 2), 0);
    assertThat(code.get(40, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(registry.acquire("sque", 50_000)).as("once all commands are there").isNull();
  }

  @Test
  void aCommandInFlightEndsWhenItsBundleGoesAway() throws Exception {
    try (Doors doors = new Doors()) {
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      UserCommand command =
          doors.command(
              "slow",
              in -> {
                running.countDown();
                goOn.await();
                in.out().println("done");
                return 9;
              });
      try (Wire first = new Wire(doors.socket);
          Wire second = new Wire(doors.socket)) {
        first.send(Wire.hello("slow"));
        running.await();
        assertThat(doors.commands.remove(command, 1)).isEqualTo(1);
        second.send(Wire.hello("slow"));
        assertThat(second.exit()).isEqualTo(1);
        goOn.countDown();
        assertThat(first.exit()).isEqualTo(9);
      }
    }
  }

  @Test
  void removalWaitsForCallsInFlight() throws Exception {
    CommandRegistry registry = new CommandRegistry();
    Command command = new Command("squeue", 1);
    registry.add(command, 0);
    CommandRegistry.Lease lease = registry.acquire("squeue", 0);
    CompletableFuture<Integer> removal =
        CompletableFuture.supplyAsync(() -> registry.remove(command, 20_000));
    Doors.await("no new calls", () -> registry.names().isEmpty());
    assertThat(removal).isNotDone();
    lease.close();
    assertThat(removal.get(20, TimeUnit.SECONDS)).isZero();
  }
}
