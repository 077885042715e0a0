package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of commands, sensible and not. A failure names the seed that repeats it. */
class StormTest {
  private static final int COMMANDS = 2500;

  /** More of them: {@code -Dheadrace.storm.seeds=500}. */
  static LongStream seeds() {
    return LongStream.rangeClosed(1, Integer.getInteger("headrace.storm.seeds", 16));
  }

  private record Logged(Storm.Gust gust, long time) {}

  @ParameterizedTest
  @MethodSource("seeds")
  void invariantsHoldAfterEveryCommand(long seed) {
    TestCluster cluster = TestCluster.up(4);
    if (Specs.charges(seed)) {
      cluster.system(new Command.Configure(Specs.cluster(4, seed)));
      cluster.system(Specs.accounts());
    }
    Invariants invariants = new Invariants(cluster);
    Storm storm = new Storm(seed, cluster);
    List<Logged> log = new ArrayList<>();
    ClusterMachine twin = null;
    HeapFileStore twinFiles = new HeapFileStore();
    for (int i = 0; i < COMMANDS; i++) {
      Storm.Gust gust = storm.next();
      log.add(new Logged(gust, cluster.now));
      Outcome outcome = cluster.apply(gust.command(), gust.actor());
      if (outcome instanceof Outcome.JobAccepted accepted) {
        invariants.submitted(accepted.jobId());
      }
      try {
        assertThat(internal(outcome)).as("%s", outcome).isFalse();
        invariants.check();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", command " + i + ": " + gust, e);
      }
      if (i == COMMANDS / 2) {
        twin = new ClusterMachine(new HeapJobStore(), twinFiles);
        List<SnapshotItem> items = new ArrayList<>();
        cluster.machine.save(items::add);
        twin.load(items.iterator());
        assertThat(differences(cluster.machine, twin)).isEmpty();
        assertThat(twin.stateHash()).isEqualTo(cluster.machine.stateHash());
        log.clear();
      }
    }
    for (int i = 0; i < log.size(); i++) {
      Logged logged = log.get(i);
      twin.apply(logged.gust().command(), logged.gust().actor(), logged.time());
    }
    assertThat(differences(cluster.machine, twin)).isEmpty();
    assertThat(twin.stateHash()).isEqualTo(cluster.machine.stateHash());
    assertThat(twinFiles.size()).isEqualTo(cluster.files.size());
  }

  private static boolean internal(Outcome outcome) {
    return outcome instanceof Outcome.Rejected rejected && rejected.code() == ErrorCode.INTERNAL;
  }

  private static List<String> differences(ClusterMachine one, ClusterMachine other) {
    List<String> ones = new ArrayList<>();
    List<String> others = new ArrayList<>();
    one.save(item -> ones.add(text(item)));
    other.save(item -> others.add(text(item)));
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < Math.min(ones.size(), others.size()); i++) {
      if (!ones.get(i).equals(others.get(i))) {
        differences.add("live:   " + ones.get(i));
        differences.add("loaded: " + others.get(i));
      }
    }
    return differences.subList(0, Math.min(4, differences.size()));
  }

  private static String text(SnapshotItem item) {
    if (item instanceof SnapshotItem.JobEntry entry) {
      return entry
          .job()
          .toString()
          .replaceAll("(spec=).*(timing=.*execution=).*(status)", "$1$2$3");
    }
    return item instanceof SnapshotItem.File || item instanceof SnapshotItem.StepEntry
        ? ""
        : item.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void theSameCommandsGiveTheSameState(long seed) {
    TestCluster cluster = TestCluster.up(4);
    Storm storm = new Storm(seed, cluster);
    TestCluster twin = TestCluster.up(4);
    for (int i = 0; i < COMMANDS; i++) {
      Storm.Gust gust = storm.next();
      Outcome outcome = cluster.apply(gust.command(), gust.actor());
      Command command = gust.command();
      assertThat(twin.machine.apply(command, gust.actor(), cluster.now)).isEqualTo(outcome);
      twin.events.addAll(twin.machine.drainEvents());
    }
    assertThat(twin.events).hasSameSizeAs(cluster.events);
    assertThat(twin.machine.stateHash()).isEqualTo(cluster.machine.stateHash());
    assertThat(twin.machine.nextDeadline()).isEqualTo(cluster.machine.nextDeadline());
  }
}
