package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens, limits hold, and a machine that was restored goes on as the other does. */
class LimitStormTest extends ChargedJobs {
  /** Whatever happens, what is counted is what there is, and no limit is ever exceeded. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void noLimitIsEverExceeded(long seed) {
    Random random = new Random(seed);
    physics("limits");
    setLimits(random);
    for (int step = 0; step < 150; step++) {
      act(random);
      if (step % 3 == 0) {
        plan(random.nextBoolean());
      }
      countsAreRight();
    }
    assertThat(cluster.machine.counters().started()).as("something runs at all").isGreaterThan(2);
    aRestoredOneGoesOnAlike(random);
  }

  private void setLimits(Random random) {
    List<AccountChange> changes = new ArrayList<>();
    for (Association one : accounts().associations()) {
      LimitSet limits = none();
      if (random.nextBoolean()) {
        limits = limits.with(Limit.GROUP_JOBS, 1 + random.nextInt(4));
      }
      if (random.nextInt(3) == 0) {
        limits = limits.with(ResourceLimit.GROUP, "cpu", 2 + random.nextInt(8));
      }
      if (random.nextInt(3) == 0) {
        limits = limits.with(Limit.MAX_JOBS, 1 + random.nextInt(3));
      }
      if (random.nextInt(3) == 0) {
        Limit accruing = one.ofUser() ? Limit.MAX_ACCRUING : Limit.GROUP_ACCRUING;
        limits = limits.with(accruing, random.nextInt(6));
      }
      changes.add(put(one.withLimits(limits)));
    }
    changes.add(
        new AccountChange.PutQos(
            qos("high", none().with(ResourceLimit.MAX_PER_USER, "cpu", 3 + random.nextInt(4)))));
    change(changes.toArray(AccountChange[]::new));
  }

  private void plan(boolean asks) {
    List<Decision> plan = asks ? withLimits() : cluster.plan();
    long stale = cluster.machine.counters().stale();
    cluster.system(
        new Command.ApplyPlan(new Plan(0, plan, plan.size()), TestCluster.NONE, TestCluster.NONE));
    if (asks) {
      assertThat(cluster.machine.counters().stale())
          .as("what the ledger allows, the core allows")
          .isEqualTo(stale);
    }
  }

  private void aRestoredOneGoesOnAlike(Random random) {
    Map<Long, Consumption> before = consumption();
    List<SnapshotItem> items = new ArrayList<>();
    cluster.machine.save(items::add);
    ClusterMachine same = cluster.machine;
    cluster.machine = new ClusterMachine(new HeapJobStore(), new HeapFileStore());
    cluster.machine.load(items.iterator());
    countsAreRight();
    consumption()
        .forEach(
            (id, use) -> {
              assertThat(use.jobs()).isEqualTo(before.get(id).jobs());
              assertThat(use.submitted()).isEqualTo(before.get(id).submitted());
              assertThat(use.runMinutes(Tres.CPU, cluster.now))
                  .isEqualTo(before.get(id).runMinutes(Tres.CPU, cluster.now));
              assertThat(use.spent()).isEqualTo(before.get(id).spent());
            });
    cluster.tick(20 * Specs.MINUTE);
    same.apply(new Command.Tick(), Actor.SYSTEM, cluster.now);
    PublishedState other = same.publish();
    consumption()
        .forEach((id, use) -> assertThat(use.spent()).isEqualTo(other.consumption(id).spent()));
    for (long id : pending().stream().limit(10).toList()) {
      cluster.cancel(id, Specs.ROOT);
      same.apply(TestCluster.cancelling(id), Specs.ROOT, cluster.now);
      cluster.now += random.nextInt(1_000);
      assertThat(same.stateHash()).isEqualTo(cluster.machine.stateHash());
    }
  }

  private List<Long> pending() {
    List<Long> ids = new ArrayList<>();
    cluster
        .machine
        .publish()
        .jobs(row -> row.state() == JobState.PENDING, job -> ids.add(job.id()));
    return ids;
  }

  private Map<Long, Consumption> consumption() {
    PublishedState state = cluster.machine.publish();
    Map<Long, Consumption> all = new HashMap<>();
    state.accounts().associations().forEach(a -> all.put(a.id(), state.consumption(a.id())));
    return all;
  }

  /** The plan that does nothing but what the ledger allows. */
  private List<Decision> withLimits() {
    SchedulerInput input = cluster.machine.publish().input();
    LimitLedger ledger = input.limits().apply(cluster.now);
    Map<Long, Integer> rows = new HashMap<>();
    for (int row = 0; row < input.queue().size(); row++) {
      rows.put(input.queue().jobId(row), row);
    }
    List<Decision> plan = new ArrayList<>();
    for (Decision decision : cluster.plan()) {
      int row = rows.get(decision.jobId());
      if (decision instanceof Decision.Start start) {
        Blocker blocker = ledger.obstacle(input.queue(), row);
        Blocker exact = ledger.obstacle(input.queue(), row, start.allocation());
        if (blocker == null && exact == null) {
          ledger.started(input.queue(), row, start.allocation());
          plan.add(start);
        } else {
          Blocker why = blocker == null ? exact : blocker;
          plan.removeIf(other -> other.jobId() == start.jobId() && other instanceof Decision.Wait);
          if (plan.stream().noneMatch(other -> other.jobId() == start.jobId())) {
            plan.add(new Decision.Wait(start.jobId(), why.reason(), 0, List.of(why)));
          }
        }
      } else if (plan.stream().noneMatch(other -> other.jobId() == decision.jobId())) {
        plan.add(decision);
      }
    }
    return plan;
  }

  private void act(Random random) {
    List<Job> jobs = new ArrayList<>();
    cluster.machine.publish().jobs(row -> !row.state().ended(), jobs::add);
    Job some = jobs.isEmpty() ? null : jobs.get(random.nextInt(jobs.size()));
    String user = random.nextBoolean() ? "anna" : "bert";
    String account = random.nextBoolean() ? OPTICS : PHYSICS;
    switch (some == null ? 0 : random.nextInt(9)) {
      case 0, 1, 2 -> {
        String qos = random.nextBoolean() ? "high" : "";
        cluster.apply(
            new Command.SubmitJob(
                job(ACTORS.get(user), account, qos, 1 + random.nextInt(4), 5), JobFiles.EMPTY, 0),
            ACTORS.get(user));
      }
      case 3 ->
          cluster.apply(
              new Command.SubmitJob(
                  Specs.array(ACTORS.get(user), 1, 4, 0).withCharge(new Charge(account, "", "")),
                  JobFiles.EMPTY,
                  0),
              ACTORS.get(user));
      case 4, 5 -> {
        if (some.status().state() == JobState.RUNNING) {
          cluster.ready(some.id());
          cluster.finish(some.id(), 0);
        }
      }
      case 6 -> cluster.cancel(some.id(), Specs.ROOT);
      case 7 -> cluster.apply(new Command.RequeueJob(JobTarget.of(some.id()), false), Specs.ROOT);
      default -> {
        Charge charge = new Charge(account, some.spec().charge().qos(), "");
        if (some.status().state() == JobState.PENDING) {
          cluster.apply(
              new Command.UpdateJob(
                  JobTarget.of(some.id()), List.of(new JobChange.ChargeTo(charge))),
              Specs.ROOT);
        }
      }
    }
    cluster.tick(random.nextInt(20_000));
  }

  private void countsAreRight() {
    PublishedState state = cluster.machine.publish();
    List<Job> jobs = new ArrayList<>();
    state.jobs(row -> true, jobs::add);
    Map<String, Long> cpusOfUsers = new HashMap<>();
    for (Association one : state.accounts().associations()) {
      long running = 0;
      long queued = 0;
      long cpus = 0;
      for (Job job : jobs) {
        if (!mine(state.accounts(), one, job)) {
          continue;
        }
        boolean runs = job.status().state() == JobState.RUNNING;
        running += runs ? 1 : 0;
        cpus += runs ? job.status().allocation().cpus() : 0;
        boolean waits = job.status().state() == JobState.PENDING;
        long tasks = job.pendingArray() ? job.status().pendingTasks().count() : 1;
        queued += waits || runs ? tasks : 0;
      }
      Consumption use = state.consumption(one.id());
      assertThat(use.jobs()).as(one.toString()).isEqualTo(running);
      assertThat(use.submitted()).as(one.toString()).isEqualTo(queued);
      assertThat(use.held(Tres.CPU)).as(one.toString()).isEqualTo(cpus);
      long most = one.limits().number(Limit.GROUP_JOBS);
      assertThat(running).isLessThanOrEqualTo(most < 0 ? Long.MAX_VALUE : most);
      long mine = state.accounts().limits(one).number(Limit.MAX_JOBS);
      assertThat(one.ofUser() ? running : 0).isLessThanOrEqualTo(mine < 0 ? Long.MAX_VALUE : mine);
      Long held = one.limits().resources(ResourceLimit.GROUP).get("cpu");
      assertThat(cpus).isLessThanOrEqualTo(held == null ? Long.MAX_VALUE : held);
      accrualIsRight(state, one, jobs);
    }
    for (Job job : jobs) {
      if (job.status().state() == JobState.RUNNING && job.spec().charge().qos().equals("high")) {
        cpusOfUsers.merge(
            job.spec().owner().user(), (long) job.status().allocation().cpus(), Long::sum);
      }
    }
    QualityOfService high = state.qos("high");
    cpusOfUsers
        .values()
        .forEach(
            cpus ->
                assertThat(cpus)
                    .isLessThanOrEqualTo(
                        high.limits().resources(ResourceLimit.MAX_PER_USER).get("cpu")));
  }

  /** No more accrue age than may. */
  private static void accrualIsRight(PublishedState state, Association one, List<Job> jobs) {
    long most = one.limits().number(one.ofUser() ? Limit.MAX_ACCRUING : Limit.GROUP_ACCRUING);
    long accruing = 0;
    for (Job job : jobs) {
      boolean waits =
          job.status().state() == JobState.PENDING
              && !job.status().has(JobFlag.COMPLETING)
              && mine(state.accounts(), one, job);
      if (waits && job.status().accruesSince() > 0) {
        accruing += job.pendingArray() ? job.status().pendingTasks().count() : 1;
      }
    }
    assertThat(accruing).as(one.toString()).isLessThanOrEqualTo(most < 0 ? Long.MAX_VALUE : most);
  }

  private static boolean mine(Accounts accounts, Association one, Job job) {
    Association at =
        accounts.payer(
            job.spec().charge().account(), job.spec().owner().user(), job.status().partition());
    while (at != null && at.id() != one.id()) {
      at = accounts.above(at);
    }
    return at != null;
  }
}
