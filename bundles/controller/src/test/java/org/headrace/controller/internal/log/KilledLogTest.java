package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.headrace.api.job.Job;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.controller.testing.Samples;
import org.headrace.core.ClusterMachine;
import org.headrace.core.PublishedState;
import org.headrace.store.StateStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that is killed leaves is a log that the next one starts on. */
class KilledLogTest {
  private static final int HEADER = 32;
  private static final int SESSION_FIELD = 12;

  @TempDir Path directory;

  private interface Use {
    void of(ReplicatedLog log, PublishedState state) throws Exception;
  }

  private static void with(Path root, Use use) throws Exception {
    Heard heard = new Heard();
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog log =
            ReplicatedLog.open(
                StateDirectory.open(root),
                LogMembers.alone(),
                new ClusterMachine(stores.jobs(), stores.files()),
                heard)) {
      use.of(log, heard.awaitLeading());
    }
  }

  private static Outcome run(ReplicatedLog log, Command command, Actor actor) throws Exception {
    return log.append(command, actor).get(20, TimeUnit.SECONDS);
  }

  private void copyTo(Path target) throws IOException {
    Path source = directory.resolve("first");
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(source.relativize(file).toString()));
      }
    }
  }

  /** Pages of zeros look to the archive like pages that were never written. */
  @Test
  void anEntryOfZerosIsWhole() throws Exception {
    JobFiles zeros = new JobFiles(new byte[40_000], new byte[0]);
    long[] id = new long[1];
    with(
        directory.resolve("first"),
        (log, state) -> {
          run(log, new Command.Configure(Samples.cluster(4, Map.of(), 7001)), Actor.SYSTEM);
          Outcome outcome = run(log, new Command.SubmitJob(Samples.job(), zeros, 0), Samples.ANNA);
          id[0] = ((Outcome.JobAccepted) outcome).jobId();
          copyTo(directory.resolve("copy"));
        });
    with(
        directory.resolve("copy"),
        (log, state) -> assertThat(state.files(id[0]).script()).isEqualTo(zeros.script()));
  }

  /** Far more pieces than go into one entry of a snapshot, some of them large. */
  @Test
  void manyJobsComeBackFromASnapshotAsTheyWere() throws Exception {
    List<Job> before = new ArrayList<>();
    with(
        directory.resolve("first"),
        (log, state) -> {
          run(log, new Command.Configure(Samples.cluster(4, Map.of(), 7001)), Actor.SYSTEM);
          List<CompletableFuture<Outcome>> answers = new ArrayList<>();
          for (int i = 0; i < 1_500; i++) {
            byte[] script = new byte[i % 100 == 0 ? 100_000 + i : 20];
            answers.add(
                log.append(
                    new Command.SubmitJob(
                        Samples.job("job" + i), new JobFiles(script, new byte[0]), 0),
                    Samples.ANNA));
          }
          for (CompletableFuture<Outcome> answer : answers) {
            assertThat(answer.get(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.JobAccepted.class);
          }
          log.snapshot();
          while (log.lastSnapshot() < 0) {
            Thread.onSpinWait();
          }
          copyTo(directory.resolve("copy"));
        });
    with(directory.resolve("first"), (log, state) -> state.jobs(row -> true, before::add));
    assertThat(before).hasSize(1_500);
    with(
        directory.resolve("copy"),
        (log, state) -> {
          List<Job> after = new ArrayList<>();
          state.jobs(row -> true, after::add);
          assertThat(after).isEqualTo(before);
          long large = before.get(1_400).id();
          assertThat(state.files(large).script()).hasSize(101_400);
        });
  }

  @Test
  void anEntryThatWasNotWrittenWholeIsCutOff() throws Exception {
    with(
        directory.resolve("first"),
        (log, state) -> {
          run(log, new Command.Configure(Samples.cluster(4, Map.of(), 7001)), Actor.SYSTEM);
          run(log, qos("last"), Actor.SYSTEM);
          copyTo(directory.resolve("copy"));
        });
    tear(directory.resolve("copy").resolve("log").resolve("archive").resolve("0-0.rec"));
    for (String name : new String[] {"after", "later"}) {
      with(
          directory.resolve("copy"),
          (log, state) -> {
            assertThat(state.qos("last")).isNotNull();
            assertThat(state.qos("after") != null).isEqualTo(name.equals("later"));
            assertThat(run(log, qos(name), Actor.SYSTEM)).isEqualTo(Outcome.DONE);
          });
    }
  }

  /** The archive computes the sum over a frame when it writes it and again after a crash. */
  @Test
  void eachFrameHasItsSum() throws Exception {
    with(
        directory.resolve("first"),
        (log, state) -> {
          run(log, qos("some"), Actor.SYSTEM);
          copyTo(directory.resolve("copy"));
        });
    byte[] bytes =
        Files.readAllBytes(
            directory.resolve("copy").resolve("log").resolve("archive").resolve("0-0.rec"));
    UnsafeBuffer frames = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length));
    frames.putBytes(0, bytes);
    int count = 0;
    int offset = 0;
    while (frames.getInt(offset, ByteOrder.LITTLE_ENDIAN) > 0) {
      int length = (frames.getInt(offset, ByteOrder.LITTLE_ENDIAN) + 31) & ~31;
      assertThat(frames.getInt(offset + SESSION_FIELD, ByteOrder.LITTLE_ENDIAN))
          .isEqualTo(
              new FrameChecksum()
                  .compute(frames.addressOffset(), offset + HEADER, length - HEADER));
      offset += length;
      count++;
    }
    assertThat(count).isPositive();
  }

  private static Command qos(String name) {
    return new Command.DefineQos(new QualityOfService(name, 1), false);
  }

  /** Appends a frame of which only the first page was written. */
  private static void tear(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      long end = 0;
      while (channel.read(length.clear(), end) == 4 && length.getInt(0) > 0) {
        end += (length.getInt(0) + 31) & ~31;
      }
      assertThat(end).isPositive();
      ByteBuffer frame = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
      frame.putInt(0, 12_000).putLong(100, 42);
      channel.write(frame, end);
    }
  }
}
