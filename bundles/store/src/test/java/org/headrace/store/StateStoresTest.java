package org.headrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Timing;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.core.FileStore;
import org.headrace.core.JobStore;
import org.headrace.protocol.codec.RecordCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StateStoresTest {
  private static StateStores stores;

  @BeforeAll
  static void open() {
    stores = StateStores.open(10_000);
  }

  @BeforeEach
  void clear() throws InterruptedException {
    assertThat(stores.awaitOffHeap()).isTrue();
    stores.jobs().clear();
    stores.files().clear();
  }

  @AfterAll
  static void close() {
    stores.close();
  }

  private static Job job(long id, String name) {
    JobSpec spec =
        new JobSpec(
            name,
            new Owner(1000, 1000, "ada", "users"),
            new Charge("", "normal", ""),
            List.of("main"),
            "",
            ResourceRequest.singleCpu(),
            Timing.ANY,
            JobArray.NONE,
            Dependency.NONE,
            new Execution(
                true,
                List.of("a", ""),
                "/home/ada",
                "",
                "",
                "",
                false,
                022,
                Map.of("NOFILE", 1024L),
                List.of(1000, 27),
                true,
                Execution.Warning.NONE),
            Map.of("Comment", "ein Gruß"));
    JobStatus status =
        new JobStatus(
            JobState.PENDING,
            Set.of(),
            Reason.PRIORITY,
            17,
            "main",
            1_700_000_000_000L,
            1_700_000_000_000L,
            0,
            0,
            0,
            3_600_000,
            null,
            ExitStatus.SUCCESS,
            ExitStatus.SUCCESS,
            0,
            JobArray.NONE,
            0,
            -1,
            0,
            0);
    return new Job(id, 0, Job.NO_TASK, spec, status);
  }

  @Test
  void whatWasPutLastIsFound() {
    JobStore jobs = stores.jobs();
    Random random = new Random(7);
    Map<Long, Job> expected = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      long id = 1 + random.nextInt(3_000);
      if (random.nextInt(4) == 0) {
        jobs.remove(id);
        expected.remove(id);
      } else {
        Job job = job(id, "job " + i + "x".repeat(random.nextInt(600)));
        jobs.put(job);
        expected.put(id, job);
      }
    }
    assertThat(jobs.size()).isEqualTo(expected.size());
    expected.forEach((id, job) -> assertThat(jobs.get(id)).isEqualTo(job));
    RecordCodec<Job> codec = RecordCodec.of(Job.class);
    expected.forEach((id, job) -> assertThat(codec.decode(jobs.written(id))).isEqualTo(job));
    Map<Long, Job> all = new HashMap<>();
    jobs.forEach(job -> assertThat(all.put(job.id(), job)).isNull());
    assertThat(all).isEqualTo(expected);
    assertThat(jobs.get(5_000)).isNull();
  }

  @Test
  void whatWaitedOnTheHeapMovesOutWhileItIsReadAndWritten() throws Exception {
    try (StateStores fresh = StateStores.open(10_000)) {
      for (long id = 1; id <= 2_000; id++) {
        fresh.jobs().put(job(id, "job " + id));
      }
      boolean moved = false;
      for (long id = 1; id <= 2_000 || !moved; id++) {
        long known = 1 + (id - 1) % 2_000;
        assertThat(fresh.jobs().get(known)).isEqualTo(job(known, "job " + known));
        moved = moved || (id % 500 == 0 && fresh.awaitOffHeap());
      }
      fresh.jobs().remove(7);
      assertThat(fresh.jobs().get(7)).isNull();
      assertThat(fresh.jobs().size()).isEqualTo(1_999);
    }
  }

  /** A start that reads very many: some wait as they are, the others as bytes. */
  @Test
  void veryManyWaitOnTheHeapAndMoveOut() throws Exception {
    int count = 200_300;
    try (StateStores large = StateStores.open(count)) {
      for (long id = 1; id <= count; id++) {
        large.jobs().put(job(id, "job " + id));
      }
      assertThat(large.jobs().get(count)).isEqualTo(job(count, "job " + count));
      large.jobs().put(job(count, "again"));
      large.jobs().put(job(1, "again"));
      assertThat(large.awaitOffHeap()).isTrue();
      assertThat(large.jobs().size()).isEqualTo(count);
      assertThat(large.jobs().get(1).spec().name()).isEqualTo("again");
      assertThat(large.jobs().get(count).spec().name()).isEqualTo("again");
      for (long id = 2; id < count; id++) {
        assertThat(large.jobs().get(id).spec().name()).isEqualTo("job " + id);
      }
    }
  }

  /** As when the limit of jobs is raised while the controller runs. */
  @Test
  void moreThanItWasLaidOutForIsNoFault() throws Exception {
    try (StateStores small = StateStores.open(10_000)) {
      assertThat(small.awaitOffHeap()).isTrue();
      for (long id = 1; id <= 90_000; id++) {
        small.jobs().put(job(id, "job " + id));
        if (id % 7 == 0) {
          small.jobs().put(job(id / 7, "again " + id));
        }
        if (id % 11 == 0) {
          small.jobs().remove(id / 11);
        }
      }
      assertThat(small.awaitOffHeap()).isTrue();
      int known = 0;
      for (long id = 1; id <= 90_000; id++) {
        Job job = small.jobs().get(id);
        if (id <= 90_000 / 11) {
          assertThat(job == null || job.spec().name().equals("again " + 7 * id)).isTrue();
        } else if (id <= 90_000 / 7) {
          assertThat(job.spec().name()).isEqualTo("again " + 7 * id);
        } else {
          assertThat(job.spec().name()).isEqualTo("job " + id);
        }
        known += job == null ? 0 : 1;
      }
      assertThat(small.jobs().size()).isEqualTo(known);
    }
  }

  /**
   * As of an array of which very many single tasks were cancelled, or a job that waits for many.
   */
  @Test
  void aRecordMayBeLargerThanAnyPlaceInATier() throws Exception {
    try (StateStores small = StateStores.open(10_000)) {
      assertThat(small.awaitOffHeap()).isTrue();
      for (int length = 10_000; length <= 10_000_000; length *= 10) {
        small.jobs().put(job(1, "small"));
        small.jobs().put(job(1, "x".repeat(length)));
        assertThat(small.jobs().get(1).spec().name()).hasSize(length);
        small.jobs().put(job(1, "small again"));
        assertThat(small.jobs().get(1).spec().name()).isEqualTo("small again");
      }
      small.jobs().put(job(2, "another"));
      assertThat(small.jobs().size()).isEqualTo(2);
    }
  }

  @Test
  void largeContentsFillTiersEarlier() throws Exception {
    try (StateStores small = StateStores.open(10_000)) {
      assertThat(small.awaitOffHeap()).isTrue();
      List<Long> keys = new ArrayList<>();
      Random random = new Random(5);
      for (int i = 0; i < 4_000; i++) {
        byte[] script = new byte[60_000];
        random.nextBytes(script);
        keys.add(small.files().put(script));
      }
      Random again = new Random(5);
      byte[] expected = new byte[60_000];
      for (long key : keys) {
        again.nextBytes(expected);
        assertThat(small.files().get(key)).isEqualTo(expected);
      }
    }
  }

  /** Readers find an entry at any time, wherever it moves. */
  @Test
  void entriesAreFoundWhileTiersAreMade() throws Exception {
    try (StateStores small = StateStores.open(10_000)) {
      small.leaveHeap();
      AtomicLong last = new AtomicLong();
      Thread writer =
          new Thread(
              () -> {
                for (long id = 1; id <= 40_000; id++) {
                  small.jobs().put(job(id, "a"));
                  last.set(id);
                  small.jobs().put(job(1 + id / 2, "x".repeat((int) (id % 2_000))));
                }
                last.set(-1);
              });
      writer.start();
      Random random = new Random(1);
      for (long most = last.get(); most >= 0; most = last.get()) {
        if (most > 0) {
          assertThat(small.jobs().get(1 + random.nextInt((int) most))).isNotNull();
        }
      }
      writer.join();
    }
  }

  @Test
  void whatJobsHaveInCommonIsKeptOnce() throws Exception {
    try (StateStores fresh = StateStores.open(10_000)) {
      assertThat(fresh.awaitOffHeap()).isTrue();
      for (long id = 1; id <= 5_000; id++) {
        fresh.jobs().put(job(id, "run of parameter set " + id));
      }
      assertThat(fresh.bytesOutside() / 5_000).isLessThan(160);
      assertThat(fresh.jobs().get(4_711)).isEqualTo(job(4_711, "run of parameter set 4711"));
    }
  }

  /** What a reader has found of a record may be gone, or another's, when it is put together. */
  @Test
  void recordsAreWholeWhileWhatTheyHaveInCommonComesAndGoes() throws Exception {
    try (StateStores small = StateStores.open(10_000)) {
      assertThat(small.awaitOffHeap()).isTrue();
      AtomicLong round = new AtomicLong(1);
      round(small, 1);
      Thread writer =
          new Thread(
              () -> {
                for (long i = 2; i <= 500; i++) {
                  round(small, i);
                  round.set(i);
                }
                round.set(-1);
              });
      writer.start();
      long known = 1;
      for (long last = round.get(); last >= 0; last = round.get()) {
        long found = Long.parseLong(small.jobs().get(3).spec().name().substring(24));
        assertThat(found).isGreaterThanOrEqualTo(known);
        known = found;
      }
      writer.join();
    }
  }

  /** Eight jobs of one name that is worth keeping once; those of the round before lose theirs. */
  private static void round(StateStores stores, long number) {
    for (long id = 1; id <= 8; id++) {
      stores.jobs().put(job(id, "a name that several have" + number));
    }
  }

  @Test
  void equalContentsAreKeptOnceAsLongAsTheyAreNeeded() {
    FileStore files = stores.files();
    byte[] script = new byte[4 << 20];
    new Random(3).nextBytes(script);
    long key = files.put(script);
    assertThat(files.put(script.clone())).isEqualTo(key);
    files.retain(key);
    files.release(key);
    files.release(key);
    assertThat(files.get(key)).isEqualTo(script);
    files.release(key);
    assertThat(files.get(key)).isNull();
    assertThat(files.put(new byte[0])).isEqualTo(FileStore.NOTHING);
    assertThat(files.get(FileStore.NOTHING)).isEmpty();
  }
}
