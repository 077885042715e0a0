package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.ROOT;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.SystemCores;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.api.Test;

/** What jobs may have of nodes that partitions share; each node has 2 sockets of 4 cores. */
class CoreTermsTest {
  private final TestCluster cluster = TestCluster.up(1);

  private void partition(String name, String setting, String value) {
    assertThat(cluster.apply(new Command.UpdatePartition(name, Map.of(setting, value)), ROOT))
        .isInstanceOf(Outcome.Done.class);
  }

  private long submit(String partition) {
    return cluster.submit(Specs.job(ANNA).withPartitions(List.of(partition)));
  }

  private static Decision.Start start(long id, String partition, CoreTerms terms, int... cores) {
    CoreSet set = CoreSet.of(cores);
    NodeAllocation part = new NodeAllocation(0, set, set.size(), 100, List.of(), 1);
    Allocation allocation = new Allocation(List.of(part), false).withTerms(terms);
    return new Decision.Start(id, partition, allocation);
  }

  /** Another machine takes over from a snapshot. */
  private void restart() {
    List<SnapshotItem> items = new ArrayList<>();
    cluster.machine.save(items::add);
    long hash = cluster.machine.stateHash();
    cluster.store = new HeapJobStore();
    cluster.files = new HeapFileStore();
    cluster.machine = new ClusterMachine(cluster.store, cluster.files);
    cluster.machine.load(items.iterator());
    assertThat(cluster.machine.stateHash()).isEqualTo(hash);
  }

  /** Has the plan start a new job of the partition on these cores. */
  private JobState started(String partition, CoreTerms terms, int... cores) {
    long id = submit(partition);
    cluster.system(
        new Command.ApplyPlan(
            new Plan(0, List.of(start(id, partition, terms, cores)), 1),
            TestCluster.NONE,
            TestCluster.NONE));
    return cluster.state(id);
  }

  @Test
  void whatAPartitionMayUseOfANodeIsHeldWhateverThePlanSays() {
    partition("debug", "MaxCPUsPerNode", "4");
    assertThat(started("debug", CoreTerms.ALONE, 0, 1, 2, 3, 4)).isEqualTo(JobState.PENDING);
    assertThat(started("debug", CoreTerms.ALONE, 0, 1, 2)).isEqualTo(JobState.RUNNING);
    assertThat(started("debug", CoreTerms.ALONE, 3, 4)).isEqualTo(JobState.PENDING);
    assertThat(started("long", CoreTerms.ALONE, 4, 5, 6)).isEqualTo(JobState.RUNNING);
    assertThat(started("debug", CoreTerms.ALONE, 3)).isEqualTo(JobState.RUNNING);
    assertThat(started("debug", CoreTerms.ALONE, 7)).isEqualTo(JobState.PENDING);
    partition("debug", "MaxCPUsPerNode", "UNLIMITED");
    assertThat(started("debug", CoreTerms.ALONE, 7)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void jobsThatRunAlreadyCountWhenALimitIsSet() {
    assertThat(started("debug", CoreTerms.ALONE, 0, 1, 2)).isEqualTo(JobState.RUNNING);
    partition("debug", "MaxCPUsPerSocket", "3");
    assertThat(started("debug", CoreTerms.ALONE, 3)).isEqualTo(JobState.PENDING);
    assertThat(started("debug", CoreTerms.ALONE, 4, 5)).isEqualTo(JobState.RUNNING);
    restart();
    assertThat(started("debug", CoreTerms.ALONE, 6, 7)).isEqualTo(JobState.PENDING);
    assertThat(started("debug", CoreTerms.ALONE, 6)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aPlanCannotPutMoreJobsOnACoreThanThePartitionSays() {
    CoreTerms many = new CoreTerms("debug", 99, CoreTerms.ANY, CoreTerms.ANY);
    assertThat(started("debug", many, 0, 1)).isEqualTo(JobState.RUNNING);
    assertThat(started("debug", many, 1)).as("not shared").isEqualTo(JobState.PENDING);
    partition("debug", "OverSubscribe", "FORCE:2");
    assertThat(started("debug", many, 1)).as("beside one alone").isEqualTo(JobState.PENDING);
    assertThat(started("debug", many, 2, 3)).isEqualTo(JobState.RUNNING);
    assertThat(started("debug", many, 3, 4)).isEqualTo(JobState.RUNNING);
    assertThat(started("debug", many, 3)).isEqualTo(JobState.PENDING);
    assertThat(started("long", CoreTerms.ALONE, 2)).isEqualTo(JobState.PENDING);
    assertThat(cluster.machine.publish().nodeStatus("n1").allocatedCpus()).isEqualTo(5);
    restart();
    assertThat(started("debug", many, 3)).isEqualTo(JobState.PENDING);
    assertThat(started("debug", many, 2, 4)).isEqualTo(JobState.RUNNING);
    partition("debug", "OverSubscribe", "NO");
    assertThat(started("debug", many, 4)).as("those that share go on").isEqualTo(JobState.PENDING);
    assertThat(started("debug", CoreTerms.ALONE, 5)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aSuspendedJobGoesOnBesideAsManyAsItsTermsAllow() {
    partition("debug", "OverSubscribe", "FORCE:2");
    CoreTerms two = new CoreTerms("debug", 2, CoreTerms.ANY, CoreTerms.ANY);
    assertThat(started("debug", two, 0)).isEqualTo(JobState.RUNNING);
    long first = cluster.machine.publish().running().get(0).id();
    cluster.ready(first);
    cluster.apply(new Command.SuspendJob(JobTarget.of(first), false), ROOT);
    assertThat(cluster.state(first)).isEqualTo(JobState.SUSPENDED);
    assertThat(started("debug", two, 0)).isEqualTo(JobState.RUNNING);
    assertThat(started("debug", two, 0)).isEqualTo(JobState.RUNNING);
    cluster.apply(new Command.SuspendJob(JobTarget.of(first), true), ROOT);
    assertThat(cluster.state(first)).as("two others are there").isEqualTo(JobState.SUSPENDED);
    cluster.finish(first + 1, 0);
    cluster.apply(new Command.SuspendJob(JobTarget.of(first), true), ROOT);
    assertThat(cluster.state(first)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.machine.publish().ledger().freeCoreCount(0)).isEqualTo(7);
  }

  @Test
  void aStoppedJobGoesOnWhateverHasBecomeOfItsTerms() {
    assertThat(started("debug", CoreTerms.ALONE, 0, 1, 2)).isEqualTo(JobState.RUNNING);
    long job = cluster.machine.publish().running().get(0).id();
    cluster.ready(job);
    cluster.apply(new Command.SuspendJob(JobTarget.of(job), false), ROOT);
    partition("debug", "MaxCPUsPerNode", "2");
    cluster.apply(new Command.SuspendJob(JobTarget.of(job), true), ROOT);
    assertThat(cluster.state(job)).isEqualTo(JobState.RUNNING);
    cluster.apply(new Command.SuspendJob(JobTarget.of(job), false), ROOT);
    assertThat(started("long", CoreTerms.ALONE, 2)).isEqualTo(JobState.RUNNING);
    cluster.apply(new Command.SuspendJob(JobTarget.of(job), true), ROOT);
    assertThat(cluster.state(job)).as("another has its core").isEqualTo(JobState.SUSPENDED);
  }

  @Test
  void howMuchIsLeftToTheSystemIsSaidOnlyWhereThatIsAllowed() {
    JobSpec one = Specs.job(ANNA);
    one = one.withRequest(one.request().withSystem(new SystemCores(1, false)));
    assertThat(cluster.refused(one, ANNA).message()).contains("AllowSpecResourcesUsage");
    cluster.system(
        new Command.Configure(Specs.cluster(1, Map.of("AllowSpecResourcesUsage", "Yes"))));
    assertThat(cluster.submit(one)).isPositive();
    JobSpec all = one.withRequest(one.request().withSystem(new SystemCores(8, false)));
    assertThat(cluster.refused(all, ANNA).message()).contains("fewer than 1 CPUs");
  }

  /** A log from before there were terms: what was started then is started again. */
  @Test
  void startsWithoutTermsAreNotHeldAgainstLimits() {
    partition("debug", "MaxCPUsPerNode", "2");
    assertThat(started("debug", CoreTerms.UNSTATED, 0, 1, 2)).isEqualTo(JobState.RUNNING);
    assertThat(started("debug", CoreTerms.ALONE, 3)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void moreOfANodeThanThePartitionMayUseIsRefused() {
    partition("debug", "MaxCPUsPerNode", "4");
    JobSpec wide = Specs.job(ANNA);
    wide = wide.withRequest(wide.request().withLayout(new TaskLayout(1, 5, 0, 0, 0, false, "")));
    assertThat(cluster.refused(wide, ANNA).message()).contains("4 CPUs");
    assertThat(cluster.submit(wide.withPartitions(List.of("long")))).isPositive();
    JobSpec whole = Specs.job(ANNA);
    whole = whole.withRequest(whole.request().withSharing(Sharing.EXCLUSIVE));
    assertThat(cluster.refused(whole, ANNA).message()).contains("4 of its 8 CPUs");
    assertThat(cluster.submit(whole.withPartitions(List.of("long")))).isPositive();
  }
}
