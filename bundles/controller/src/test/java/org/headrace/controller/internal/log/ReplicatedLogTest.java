package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.core.ClusterMachine;
import org.headrace.core.PublishedState;
import org.headrace.store.StateStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicatedLogTest {
  @TempDir Path directory;

  private static Command qos(String name, long priority) {
    return new Command.DefineQos(new QualityOfService(name, priority), false);
  }

  /** A command of so many characters. */
  private static Command large(long priority, int size) {
    QualityOfService plain = QualityOfService.NORMAL;
    return new Command.DefineQos(
        new QualityOfService(
            "large",
            priority,
            0,
            "q".repeat(size),
            plain.flags(),
            plain.limits(),
            plain.usageFactor(),
            plain.limitFactor(),
            plain.usageThreshold(),
            plain.preempts(),
            plain.preemptMode(),
            plain.exemptTime(),
            plain.graceTime()),
        false);
  }

  private ReplicatedLog open(StateStores stores, Heard heard) throws IOException {
    return ReplicatedLog.open(
        StateDirectory.open(directory),
        LogMembers.alone(),
        new ClusterMachine(stores.jobs(), stores.files()),
        heard);
  }

  /** A cluster of one node. */
  private static Command.Configure configuration() {
    return new Command.Configure(
        new ClusterDefinition(
            "test",
            List.of(
                new NodeDefinition(
                    "n1",
                    new NodeHardware(1, 1, 4, 1, 4_000, 1_000),
                    List.of(),
                    List.of(),
                    1,
                    "localhost",
                    "127.0.0.1",
                    7001,
                    false,
                    "UNKNOWN",
                    "")),
            List.of(),
            TopologySpec.FLAT,
            Map.of(),
            new Limits(
                10_000,
                1,
                1_000_000,
                1_001,
                40_000,
                5,
                512,
                300_000,
                30_000,
                0,
                300_000,
                0,
                MemoryRequest.NONE,
                true),
            List.of("root"),
            Map.of()));
  }

  private static Outcome run(ReplicatedLog log, Command command) throws Exception {
    return log.append(command, Actor.SYSTEM).get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatWasAnsweredIsThereAfterARestartWithAndWithoutSnapshot() throws Exception {
    Heard heard = new Heard();
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog log = open(stores, heard)) {
      heard.awaitLeading();
      assertThat(run(log, configuration())).isInstanceOf(Outcome.Done.class);
      assertThat(run(log, qos("low", 1))).isEqualTo(Outcome.DONE);
      log.snapshot();
      assertThat(run(log, qos("high", 100))).isEqualTo(Outcome.DONE);
    }
    for (int start = 0; start < 2; start++) {
      try (StateStores stores = StateStores.open(100);
          ReplicatedLog log = open(stores, heard)) {
        PublishedState state = heard.awaitLeading();
        assertThat(state.qos("low").priority()).isEqualTo(1);
        assertThat(state.qos("high").priority()).isEqualTo(100);
        assertThat(run(log, qos("further", start))).isEqualTo(Outcome.DONE);
      }
    }
  }

  @Test
  void anEntryLargerThanAMessageIsApplied() throws Exception {
    Heard heard = new Heard();
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog log = open(stores, heard)) {
      heard.awaitLeading();
      run(log, configuration());
      Outcome outcome = run(log, large(1, 3 << 20));
      assertThat(outcome).isEqualTo(Outcome.DONE);
    }
  }

  @Test
  void whatIsOlderThanTheLastSnapshotsIsDeleted() throws Exception {
    Heard heard = new Heard();
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog log = open(stores, heard)) {
      heard.awaitLeading();
      run(log, configuration());
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20; i++) {
          run(log, large(i, 2 << 20));
        }
        long before = log.lastSnapshot();
        log.snapshot();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (log.lastSnapshot() == before && System.nanoTime() < deadline) {
          Thread.onSpinWait();
        }
        assertThat(log.lastSnapshot()).isGreaterThan(before);
      }
      long full = segments();
      log.trim();
      assertThat(segments()).isLessThan(full);
      run(log, qos("after", 5));
    }
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog log = open(stores, heard)) {
      PublishedState state = heard.awaitLeading();
      assertThat(state.qos("after").priority()).isEqualTo(5);
      assertThat(state.qos("large").priority()).isEqualTo(19);
      assertThat(log.lastSnapshot()).isPositive();
    }
  }

  private long segments() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".rec")).count();
    }
  }

  @Test
  void aSecondControllerOnTheSameDirectoryIsRefused() throws Exception {
    try (StateDirectory first = StateDirectory.open(directory)) {
      assertThat(first.root()).isEqualTo(directory);
      assertThatThrownBy(() -> StateDirectory.open(directory))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Another controller uses")
          .hasMessageContaining(directory.toString());
    }
    StateDirectory.open(directory).close();
  }

  @Test
  void manyCallersAreAnswered() throws Exception {
    Heard heard = new Heard();
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog log = open(stores, heard)) {
      heard.awaitLeading();
      long start = System.nanoTime();
      int count = 300;
      for (int i = 0; i < count; i++) {
        assertThat(run(log, qos("q" + i % 10, i))).isNotNull();
      }
      System.out.printf(
          "one command at a time: %.0f us each%n", (System.nanoTime() - start) / 1e3 / count);
      List<java.util.concurrent.CompletableFuture<Outcome>> futures = new java.util.ArrayList<>();
      start = System.nanoTime();
      for (int i = 0; i < 20_000; i++) {
        futures.add(log.append(qos("q" + i % 10, i), Actor.SYSTEM));
      }
      for (var future : futures) {
        assertThat(future.get(60, TimeUnit.SECONDS)).isNotNull();
      }
      System.out.printf(
          "pipelined: %.0f commands/s%n", futures.size() / ((System.nanoTime() - start) / 1e9));
    }
  }

  /** Changes a byte of what was written, which no start may take for what it was. */
  @Test
  void aDamagedLogIsRefused() throws Exception {
    Heard heard = new Heard();
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog log = open(stores, heard)) {
      heard.awaitLeading();
      run(log, configuration());
      assertThat(run(log, qos("valuable", 1))).isEqualTo(Outcome.DONE);
      run(log, qos("last", 2));
    }
    Path segment = directory.resolve("log/archive/0-0.rec");
    byte[] bytes = Files.readAllBytes(segment);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("valuable");
    assertThat(at).as("place of the name in the log").isPositive();
    bytes[at] ^= 1;
    Files.write(segment, bytes);
    CompletableFuture<String> ended = new CompletableFuture<>();
    Heard damaged =
        new Heard() {
          @Override
          public void ended(String why) {
            ended.complete(why);
          }

          @Override
          public void open() {
            ended.complete("it has begun");
          }
        };
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog log = open(stores, damaged)) {
      assertThat(ended.get(60, TimeUnit.SECONDS))
          .startsWith("the log in " + directory + " is damaged (checksum mismatch at position=")
          .endsWith("or move it away to begin without jobs");
    }
  }
}
