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
import org.headrace.api.account.QosFlag;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.PartitionLimit;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs are charged to associations, and their limits hold, whatever a plan says. */
class LimitsTest extends ChargedJobs {
  private void refused(ErrorCode code, String begin, JobSpec spec) {
    Outcome.Rejected refusal =
        cluster.refused(spec, ACTORS.getOrDefault(spec.owner().user(), Specs.ANNA));
    assertThat(refusal.code()).as(refusal.message()).isEqualTo(code);
    assertThat(refusal.message()).startsWith(begin);
  }

  @Test
  void jobsAreChargedByDefaultAndNotToStrangers() {
    physics("associations,qos");
    Job job = cluster.job(cluster.submit(job(Specs.ANNA, "", "", 1, 1)));
    assertThat(job.spec().charge()).isEqualTo(new Charge(OPTICS, "normal", ""));
    refused(ErrorCode.INVALID_ACCOUNT, "", job(Specs.ANNA, "biology", "", 1, 1));
    change(new AccountChange.PutQos(qos("high", none())));
    refused(ErrorCode.INVALID_QOS, "", job(Specs.ANNA, "", "high", 1, 1));
    refused(ErrorCode.INVALID_QOS, "", job(Specs.ANNA, "", "nosuch", 1, 1));
    Association own = accounts().association(OPTICS, "anna", "");
    change(put(own.withQos(List.of("high", "normal"), "high")));
    job = cluster.job(cluster.submit(job(Specs.ANNA, "", "", 1, 1)));
    assertThat(job.spec().charge().qos()).isEqualTo("high");
    Command bad =
        new Command.UpdateJob(
            JobTarget.of(job.id()),
            List.of(new JobChange.ChargeTo(new Charge("biology", "high", ""))));
    assertThat(((Outcome.Rejected) cluster.apply(bad, Specs.ANNA)).code())
        .isEqualTo(ErrorCode.INVALID_ACCOUNT);
    change(
        new AccountChange.PutQos(qos("booked", none(), QosFlag.REQUIRES_RESERVATION)),
        put(own.withQos(List.of("booked", "high", "normal"), "high")));
    refused(ErrorCode.INVALID_QOS, "", job(Specs.ANNA, "", "booked", 1, 1));
  }

  @Test
  void withoutEnforcementAnythingGoes() {
    physics("");
    limit(PHYSICS, "", none().with(Limit.GROUP_JOBS, 0));
    long id = cluster.submit(job(Specs.ANNA, "biology", "", 1, 1));
    assertThat(cluster.schedule()).containsExactly(id);
  }

  @Test
  void aWaitingJobWhoseAssociationWasTakenSaysSo() {
    physics("qos");
    change(new AccountChange.PutQos(qos("high", none())));
    Association own = accounts().association(OPTICS, "anna", "");
    change(put(own.withQos(List.of("high"), "")));
    long id = cluster.submit(job(Specs.ANNA, "", "high", 1, 1));
    change(put(own.withQos(List.of("normal"), "")));
    assertThat(cluster.reason(id)).isEqualTo(Reason.INVALID_QOS);
    assertThat(cluster.schedule()).isEmpty();
    change(put(own.withQos(List.of("high"), "")));
    assertThat(cluster.schedule()).containsExactly(id);
    Outcome gone =
        cluster.apply(
            new Command.ChangeAccounts(
                accounts().version(), List.of(new AccountChange.DropAssociation(own.id()))),
            Specs.ROOT);
    assertThat(gone).isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void jobsThatRunAreLimitedOnEachLevel() {
    physics("limits");
    limit(OPTICS, "anna", none().with(Limit.MAX_JOBS, 1));
    limit(PHYSICS, "", none().with(Limit.GROUP_JOBS, 2));
    long first = submit("anna", OPTICS);
    long second = submit("anna", OPTICS);
    long third = submit("bert", PHYSICS);
    long fourth = submit("bert", OPTICS);
    assertThat(cluster.schedule()).containsExactly(first, third);
    assertThat(cluster.reason(second)).isEqualTo(Reason.ASSOCIATION_MAX_JOBS);
    assertThat(cluster.reason(fourth)).isEqualTo(Reason.ASSOCIATION_GROUP_JOBS);
    cluster.ready(first);
    cluster.finish(first, 0);
    assertThat(cluster.schedule()).containsExactly(second);
  }

  @Test
  void jobsInTheQueueAreLimited() {
    physics("limits");
    limit(OPTICS, "anna", none().with(Limit.MAX_SUBMITTED, 2));
    limit(PHYSICS, "", none().with(Limit.GROUP_SUBMITTED, 3));
    refused(
        ErrorCode.LIMIT_REACHED,
        "ASSOCIATION_MAX_SUBMITTED: ",
        Specs.array(Specs.ANNA, 1, 3, 0).withCharge(new Charge(OPTICS, "", "")));
    long first = submit("anna", OPTICS);
    submit("anna", OPTICS);
    refused(ErrorCode.LIMIT_REACHED, "ASSOCIATION_MAX_SUB", job(Specs.ANNA, OPTICS, "", 1, 1));
    submit("bert", PHYSICS);
    refused(ErrorCode.LIMIT_REACHED, "ASSOCIATION_GROUP_SUB", job(Specs.BERT, OPTICS, "", 1, 1));
    cluster.cancel(first, Specs.ANNA);
    submit("bert", OPTICS);
  }

  @Test
  void whatJobsHoldIsLimited() {
    physics("limits");
    limit(
        PHYSICS,
        "",
        none()
            .with(ResourceLimit.GROUP, "cpu", 5)
            .with(ResourceLimit.MAX_PER_JOB, "cpu", 4)
            .with(ResourceLimit.GROUP_RUN_MINUTES, "cpu", 45));
    long large = cluster.submit(job(Specs.ANNA, OPTICS, "", 6, 1));
    long four = cluster.submit(job(Specs.ANNA, OPTICS, "", 4, 10));
    long two = cluster.submit(job(Specs.ANNA, OPTICS, "", 2, 1));
    long slow = cluster.submit(job(Specs.BERT, PHYSICS, "", 1, 6));
    long quick = cluster.submit(job(Specs.BERT, PHYSICS, "", 1, 4));
    assertThat(cluster.schedule()).containsExactly(four, quick);
    assertThat(cluster.reason(large)).isEqualTo(Reason.ASSOCIATION_MAX_PER_JOB_CPU);
    assertThat(cluster.reason(two)).isEqualTo(Reason.ASSOCIATION_GROUP_CPU);
    assertThat(cluster.reason(slow)).isEqualTo(Reason.ASSOCIATION_GROUP_RUN_MINUTES_CPU);
  }

  @Test
  void aTimeLimitThatNobodyNamesIsTheLongestAllowed() {
    physics("limits");
    limit(PHYSICS, "", none().with(Limit.MAX_WALL, 10));
    JobSpec spec = job(Specs.ANNA, OPTICS, "", 1, 10);
    long id = cluster.submit(spec.withTiming(spec.timing().withTimeLimit(0)));
    assertThat(cluster.job(id).status().timeLimit()).isEqualTo(10 * Specs.MINUTE);
    long longer = cluster.submit(job(Specs.ANNA, OPTICS, "", 1, 20));
    assertThat(cluster.schedule()).containsExactly(id);
    assertThat(cluster.reason(longer)).isEqualTo(Reason.ASSOCIATION_MAX_WALL);
  }

  @Test
  void aQualityOfServiceGoesBeforeTheAssociation() {
    physics("limits");
    limit(OPTICS, "anna", none().with(Limit.MAX_JOBS, 1).with(Limit.MAX_WALL, 5));
    LimitSet limits =
        none()
            .with(Limit.MAX_JOBS, 2)
            .with(ResourceLimit.MAX_PER_ACCOUNT, "cpu", 3)
            .with(ResourceLimit.MIN_PER_JOB, "cpu", 1);
    change(
        new AccountChange.PutQos(qos("high", limits)),
        put(accounts().association(PHYSICS, "", "").withQos(List.of("high", "normal"), "high")));
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(cluster.submit(job(Specs.ANNA, OPTICS, "", 1, 5)));
    }
    ids.add(cluster.submit(job(Specs.BERT, OPTICS, "", 2, 5)));
    ids.add(cluster.submit(job(Specs.BERT, PHYSICS, "", 2, 5)));
    ids.add(cluster.submit(job(Specs.ANNA, OPTICS, "", 1, 6)));
    assertThat(cluster.schedule()).containsExactly(ids.get(0), ids.get(1), ids.get(4));
    assertThat(cluster.reason(ids.get(2))).isEqualTo(Reason.QOS_MAX_JOBS);
    assertThat(cluster.reason(ids.get(3))).isEqualTo(Reason.QOS_MAX_PER_ACCOUNT_CPU);
  }

  @Test
  void aPartitionsQualityOfServiceGoesFirstUnlessTheJobsDoes() {
    physics("limits");
    change(
        new AccountChange.PutQos(qos("door", none().with(Limit.MAX_JOBS, 1))),
        new AccountChange.PutQos(qos("own", none().with(Limit.MAX_JOBS, 2))),
        new AccountChange.PutQos(
            qos("over", none().with(Limit.MAX_JOBS, 3), QosFlag.OVER_PARTITION_QOS)),
        put(accounts().association(PHYSICS, "", "").withQos(List.of("own", "over"), "own")));
    ClusterDefinition now = cluster.machine.publish().definition();
    cluster.system(
        new Command.Configure(
            new ClusterDefinition(
                now.name(),
                now.nodes(),
                now.partitions().stream()
                    .map(
                        one ->
                            new org.headrace.control.definition.PartitionDefinition(
                                one.name(),
                                one.nodes(),
                                one.isDefault(),
                                one.hidden(),
                                one.state(),
                                one.minNodes(),
                                one.maxNodes(),
                                one.maxTime(),
                                one.defaultTime(),
                                one.priorityTier(),
                                one.priorityFactor(),
                                one.sharing(),
                                one.defaultMemory(),
                                one.maxMemory(),
                                one.allowGroups(),
                                one.allowAccounts(),
                                one.denyAccounts(),
                                one.allowQos(),
                                one.denyQos(),
                                one.rootOnly(),
                                one.graceTime(),
                                one.overTimeLimit(),
                                Map.of("QOS", "door")))
                    .toList(),
                now.topology(),
                now.licenses(),
                now.limits(),
                now.administrators(),
                now.settings())));
    long first = cluster.submit(job(Specs.ANNA, OPTICS, "own", 1, 1));
    long second = cluster.submit(job(Specs.ANNA, OPTICS, "own", 1, 1));
    long over = cluster.submit(job(Specs.ANNA, OPTICS, "over", 1, 1));
    assertThat(cluster.schedule()).containsExactly(first, over);
    assertThat(cluster.reason(second)).isEqualTo(Reason.QOS_MAX_JOBS);
  }

  private JobSpec wide(String qos, int nodes, long minutes) {
    JobSpec spec = job(Specs.ANNA, OPTICS, qos, 1, minutes);
    ResourceRequest request = spec.request();
    return spec.withRequest(
        request.withLayout(request.layout().withTasks(nodes)).withNodes(nodes, nodes));
  }

  private void narrow(String key, String value) {
    Command change = new Command.UpdatePartition("debug", Map.of(key, value));
    assertThat(cluster.apply(change, Specs.ROOT)).isEqualTo(Outcome.DONE);
  }

  /** As seen on a Slurm 22.05: flags of the job's own quality of service lift limits alone. */
  @Test
  void aQualityOfServiceLiftsLimitsOfPartitions() {
    physics("limits,qos");
    change(
        new AccountChange.PutQos(qos("long", none(), QosFlag.PARTITION_TIME_LIMIT)),
        new AccountChange.PutQos(qos("wide", none(), QosFlag.PARTITION_MAX_NODES)),
        new AccountChange.PutQos(qos("slim", none(), QosFlag.PARTITION_MIN_NODES)),
        put(
            accounts()
                .association(PHYSICS, "", "")
                .withQos(List.of("normal", "long", "wide", "slim"), "normal")));
    narrow("maxtime", "10");
    long tooLong = cluster.submit(wide("normal", 1, 20));
    long mayBeLong = cluster.submit(wide("long", 1, 20));
    assertThat(cluster.reason(tooLong)).isEqualTo(Reason.PARTITION_TIME_LIMIT);
    assertThat(cluster.schedule()).containsExactly(mayBeLong);
    end(mayBeLong);
    narrow("maxnodes", "1");
    long tooWide = cluster.submit(wide("long", 2, 5));
    long mayBeWide = cluster.submit(wide("wide", 2, 5));
    assertThat(cluster.reason(tooWide)).isEqualTo(Reason.PARTITION_NODE_LIMIT);
    assertThat(cluster.schedule()).containsExactly(mayBeWide);
    end(mayBeWide);
    narrow("maxnodes", "2");
    narrow("minnodes", "2");
    cluster.cancel(tooWide, Specs.ANNA);
    long tooSlim = cluster.submit(wide("wide", 1, 5));
    long maybeSlim = cluster.submit(wide("slim", 1, 5));
    assertThat(cluster.reason(tooSlim)).isEqualTo(Reason.PARTITION_NODE_LIMIT);
    assertThat(cluster.schedule()).containsExactly(maybeSlim);
  }

  @Test
  void aPlanMayNotBreakALimitThatIsNoLongerLifted() {
    physics("limits,qos");
    change(
        new AccountChange.PutQos(qos("long", none(), QosFlag.PARTITION_TIME_LIMIT)),
        put(accounts().association(PHYSICS, "", "").withQos(List.of("long"), "long")));
    narrow("maxtime", "10");
    long id = cluster.submit(wide("long", 1, 20));
    assertThat(cluster.machine.publish().input().queue().get(0).jobClass().exempt())
        .containsExactly(PartitionLimit.TIME);
    change(new AccountChange.PutQos(qos("long", none())));
    assertThat(cluster.reason(id)).isEqualTo(Reason.PARTITION_TIME_LIMIT);
    assertThat(cluster.schedule()).isEmpty();
  }

  private void end(long id) {
    cluster.ready(id);
    cluster.finish(id, 0);
  }

  @Test
  void whatAJobBreaksByItselfIsRefusedIfTheQualityOfServiceSaysSo() {
    physics("limits");
    LimitSet limits =
        none()
            .with(ResourceLimit.MAX_PER_JOB, "cpu", 2)
            .with(ResourceLimit.MIN_PER_JOB, "cpu", 2)
            .with(ResourceLimit.GROUP_MINUTES, "cpu", 100);
    change(new AccountChange.PutQos(qos("high", limits, QosFlag.DENY_ON_LIMIT)));
    String begin = "QOS_MAX_PER_JOB_CPU: ";
    refused(ErrorCode.LIMIT_REACHED, begin, job(Specs.ANNA, OPTICS, "high", 3, 10));
    refused(ErrorCode.LIMIT_REACHED, "QOS_MIN_", job(Specs.ANNA, OPTICS, "high", 1, 10));
    refused(ErrorCode.LIMIT_REACHED, "QOS_GROUP_MIN", job(Specs.ANNA, OPTICS, "high", 2, 51));
    cluster.submit(job(Specs.ANNA, OPTICS, "high", 2, 50));
  }

  /** Whatever happens, what is counted is what there is, and no limit is ever exceeded. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void noLimitIsEverExceeded(long seed) {
    Random random = new Random(seed);
    physics("limits");
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
      changes.add(put(one.withLimits(limits)));
    }
    changes.add(
        new AccountChange.PutQos(
            qos("high", none().with(ResourceLimit.MAX_PER_USER, "cpu", 3 + random.nextInt(4)))));
    change(changes.toArray(AccountChange[]::new));
    for (int step = 0; step < 150; step++) {
      act(random);
      if (step % 3 == 0) {
        boolean asks = random.nextBoolean();
        List<Decision> plan = asks ? withLimits() : cluster.plan();
        long stale = cluster.machine.counters().stale();
        cluster.system(
            new Command.ApplyPlan(
                new Plan(0, plan, plan.size()), TestCluster.NONE, TestCluster.NONE));
        if (asks) {
          assertThat(cluster.machine.counters().stale())
              .as("what the ledger allows, the core allows")
              .isEqualTo(stale);
        }
      }
      countsAreRight();
    }
    assertThat(cluster.machine.counters().started()).as("something runs at all").isGreaterThan(2);
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
    assertThat(same.stateHash()).isEqualTo(cluster.machine.stateHash());
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

  private static boolean mine(Accounts accounts, Association one, Job job) {
    Association at =
        accounts.payer(
            job.spec().charge().account(), job.spec().owner().user(), job.status().partition());
    while (at != null && at.id() != one.id()) {
      at = accounts.above(at);
    }
    return at != null;
  }

  @Test
  void aQualityOfServiceWidensTheLimitsOfAssociations() {
    physics("limits");
    QualityOfService plain = qos("wide", none());
    change(
        new AccountChange.PutQos(
            new QualityOfService(
                "wide", 0, 0, "", plain.flags(), none(), 1, 2.5, -1, List.of(), "", -1, 0)),
        put(accounts().association(OPTICS, "anna", "").withQos(List.of("normal", "wide"), "")));
    limit(OPTICS, "", none().with(ResourceLimit.GROUP, "cpu", 2));
    long normal = cluster.submit(job(Specs.ANNA, OPTICS, "normal", 3, 10));
    long wide = cluster.submit(job(Specs.ANNA, OPTICS, "wide", 5, 10));
    long wider = cluster.submit(job(Specs.ANNA, OPTICS, "wide", 6, 10));
    assertThat(cluster.schedule()).containsExactly(wide);
    assertThat(cluster.reason(normal)).isEqualTo(Reason.ASSOCIATION_GROUP_CPU);
    assertThat(cluster.reason(wider)).isEqualTo(Reason.ASSOCIATION_GROUP_CPU);
  }

  @Test
  void whoWasServedTooWellWaitsForTheThreshold() {
    physics("limits");
    change(
        new AccountChange.PutQos(
            new QualityOfService(
                "fair",
                0,
                0,
                "",
                java.util.Set.of(QosFlag.ENFORCE_USAGE_THRESHOLD),
                none(),
                1,
                0,
                0.7,
                List.of(),
                "",
                -1,
                0)),
        put(accounts().association(OPTICS, "anna", "").withQos(List.of("normal", "fair"), "")));
    long first = cluster.submit(job(Specs.ANNA, OPTICS, "fair", 1, 10));
    assertThat(cluster.schedule()).containsExactly(first);
    cluster.ready(first);
    cluster.now += 5 * Specs.MINUTE;
    cluster.finish(first, 0);
    long second = cluster.submit(job(Specs.ANNA, OPTICS, "fair", 1, 10));
    long other = cluster.submit(job(Specs.ANNA, OPTICS, "normal", 1, 10));
    assertThat(cluster.schedule()).containsExactly(other);
    assertThat(cluster.reason(second)).isEqualTo(Reason.QOS_USAGE_THRESHOLD);
  }
}
