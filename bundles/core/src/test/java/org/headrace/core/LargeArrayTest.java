package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.MINUTE;
import static org.headrace.core.Specs.after;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Dependency.Kind;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobTarget;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What many tasks, or jobs that wait for each other, cost at the start and end of each: never a
 * look at all of their records.
 */
class LargeArrayTest {
  private static final int TASKS = 300;
  private static final int FEW = 20;

  private final CountingStore store = new CountingStore();
  private final TestCluster cluster = cluster(store);

  private static TestCluster cluster(JobStore store) {
    TestCluster cluster = new TestCluster();
    cluster.store = store;
    cluster.machine = new ClusterMachine(store, cluster.files);
    cluster.system(new Command.Configure(Specs.cluster(TASKS / 8 + 1)));
    for (int i = 1; i <= TASKS / 8 + 1; i++) {
      cluster.register("n" + i);
    }
    return cluster;
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"AFTER", "AFTER_ANY", "AFTER_OK", "AFTER_NOT_OK", "AFTER_CORRESPONDING"})
  void whoWaitsForAnArrayReadsNotAllOfIt(Kind kind) {
    long array = cluster.submit(Specs.array(ANNA, 0, TASKS - 1, 0));
    JobSpec waits = kind == Kind.AFTER_CORRESPONDING ? twin() : Specs.job(ANNA);
    long waiting = cluster.submit(delayed(after(waits, kind, array)));
    List<Long> running = cluster.schedule();
    for (long id : running.subList(0, TASKS - 2)) {
      cluster.finish(id, 0);
    }
    assertThat(cluster.reason(waiting)).isEqualTo(Reason.DEPENDENCY);
    store.reads = 0;
    long id = running.get(TASKS - 2);
    cluster.system(
        new Command.StepEnded(id, 0, -1, node(id), ExitStatus.SUCCESS, Usage.NONE, false, ""));
    cluster.system(new Command.NodeReleased(id, 0, node(id), ""));
    assertThat(store.reads).isLessThan(FEW);
    assertThat(cluster.reason(waiting)).isEqualTo(Reason.DEPENDENCY);
  }

  private String node(long id) {
    return cluster.nodes(cluster.job(id)).get(0);
  }

  private static JobSpec twin() {
    return Specs.array(ANNA, 0, TASKS - 1, 0);
  }

  private static JobSpec delayed(JobSpec spec) {
    Dependency.Condition one = spec.dependency().conditions().get(0);
    int minutes = one.kind() == Kind.AFTER ? 30 : 0;
    Dependency.Condition later =
        new Dependency.Condition(one.kind(), one.jobId(), one.arrayTask(), minutes);
    return spec.withDependency(new Dependency(List.of(later), false));
  }

  /** As a list that a script has put together without care. */
  @Test
  void anArrayThatIsNamedAgainAndAgainIsReadOnce() {
    long array = cluster.submit(Specs.array(ANNA, 0, TASKS - 1, 0));
    for (long id : cluster.schedule()) {
      cluster.finish(id, 0);
    }
    Dependency.Condition one =
        after(Specs.job(ANNA), Kind.AFTER_OK, array).dependency().conditions().get(0);
    store.reads = 0;
    long id =
        cluster.submit(
            Specs.job(ANNA).withDependency(new Dependency(Collections.nCopies(1_000, one), false)));
    assertThat(store.reads).isLessThan(FEW);
    assertThat(cluster.reason(id)).isEqualTo(Reason.NOT_CONSIDERED_YET);
  }

  /** As where a script has a job for each task of an array. */
  @Test
  void whoWaitsForOneTaskIsNotLookedAtForAnother() {
    long array = cluster.submit(Specs.array(ANNA, 0, TASKS - 1, 0));
    List<Long> waiting = new ArrayList<>();
    for (int task = 0; task < TASKS; task++) {
      Dependency.Condition one = new Dependency.Condition(Kind.AFTER_OK, array, task, 0);
      waiting.add(
          cluster.submit(Specs.job(ANNA).withDependency(new Dependency(List.of(one), false))));
    }
    List<Long> running = cluster.schedule();
    long id = running.get(7);
    int task = cluster.job(id).arrayTask();
    cluster.ready(id);
    cluster.batchEnds(id, 0, 0);
    store.reads = 0;
    cluster.system(new Command.NodeReleased(id, 0, node(id), ""));
    assertThat(store.reads).isLessThan(FEW);
    assertThat(cluster.reason(waiting.get(task))).isEqualTo(Reason.NOT_CONSIDERED_YET);
    assertThat(cluster.reason(waiting.get(task + 1))).isEqualTo(Reason.DEPENDENCY);
  }

  /** Whose tasks ended at many different times. */
  @Test
  void anArrayIsReadOnceWhenItIsForgotten() {
    cluster.submit(Specs.array(ANNA, 0, TASKS - 1, 0));
    for (long id : cluster.schedule()) {
      cluster.now += 1_000;
      cluster.finish(id, 0);
    }
    ClusterMachine twin = loaded();
    assertThat(tick(twin, 5 * MINUTE - 1)).isLessThan(FEW);
    assertThat(cluster.machine.publish().jobCount()).isEqualTo(TASKS);
    assertThat(tick(twin, 1)).isLessThan(2 * TASKS);
    assertThat(cluster.machine.publish().jobCount()).isZero();
  }

  /**
   * Time passes here and on a machine that was loaded from a snapshot; returns how many records
   * that took here.
   */
  private int tick(ClusterMachine twin, long millis) {
    store.reads = 0;
    cluster.tick(millis);
    int reads = store.reads;
    twin.apply(new Command.Tick(), Actor.SYSTEM, cluster.now);
    assertThat(twin.stateHash()).isEqualTo(cluster.machine.stateHash());
    return reads;
  }

  @Test
  void whoseTasksAreAllMeantReadsEachOnce() {
    long array = cluster.submit(Specs.array(ANNA, 0, TASKS - 1, 0));
    cluster.schedule();
    store.reads = 0;
    cluster.apply(new Command.NotifyJob(JobTarget.of(array), "soon"), ANNA);
    assertThat(store.reads).isLessThan(TASKS + FEW);
  }

  @Test
  void aTaskThatIsNamedIsReadAlone() {
    long array = cluster.submit(Specs.array(ANNA, 0, TASKS - 1, 0));
    for (long id : cluster.schedule()) {
      cluster.finish(id, 0);
    }
    store.reads = 0;
    cluster.apply(new Command.RequeueJob(JobTarget.task(array, 9), false), ANNA);
    assertThat(store.reads).isLessThan(FEW);
    assertThat(cluster.schedule()).hasSize(1);
  }

  @Test
  void theEndOfOneOfManyJobsThatRunOneByOneIsNewsForOneOther() {
    List<Long> jobs = new ArrayList<>();
    for (int i = 0; i < TASKS; i++) {
      jobs.add(cluster.submit(after(Specs.job(ANNA), Kind.SINGLETON, 0)));
    }
    assertThat(cluster.schedule()).containsExactly(jobs.get(0));
    cluster.ready(jobs.get(0));
    cluster.batchEnds(jobs.get(0), 0, 0);
    store.reads = 0;
    cluster.system(new Command.NodeReleased(jobs.get(0), 0, node(jobs.get(0)), ""));
    assertThat(store.reads).isLessThan(FEW);
    assertThat(cluster.schedule()).containsExactly(jobs.get(1));
  }

  /** As of a pipeline whose first job fails: each ends the next. */
  @Test
  void aLongChainOfJobsWithoutHopeEnds() {
    long first = cluster.submit(Specs.job(ANNA));
    long last = first;
    for (int i = 0; i < 9_990; i++) {
      JobSpec next = after(Specs.job(ANNA), Kind.AFTER_OK, last);
      last = cluster.submit(next.withAttributes(Map.of("KillOnInvalidDependent", "yes")));
    }
    cluster.cancel(first, ANNA);
    assertThat(cluster.state(last)).isEqualTo(JobState.CANCELLED);
  }

  private ClusterMachine loaded() {
    List<SnapshotItem> items = new ArrayList<>();
    cluster.machine.save(items::add);
    ClusterMachine twin = new ClusterMachine(new HeapJobStore(), new HeapFileStore());
    twin.load(items.iterator());
    return twin;
  }

  /** Counts the records that are read. */
  private static final class CountingStore implements JobStore {
    private final JobStore jobs = new HeapJobStore();
    private int reads;

    @Override
    public Job get(long id) {
      reads++;
      return jobs.get(id);
    }

    @Override
    public void put(Job job) {
      jobs.put(job);
    }

    @Override
    public void remove(long id) {
      jobs.remove(id);
    }

    @Override
    public void forEach(Consumer<Job> action) {
      jobs.forEach(action);
    }

    @Override
    public int size() {
      return jobs.size();
    }

    @Override
    public void clear() {
      jobs.clear();
    }
  }
}
