package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.account.Account;
import org.headrace.api.account.Association;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.QosFlag;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.PartitionLimit;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.junit.jupiter.api.Test;

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

  /** As on the first day of a site whose configuration enforces them. */
  @Test
  void rootsJobsAreChargedBeforeThereAreAccounts() {
    configure(Map.of("AccountingStorageEnforce", "associations,limits,qos"));
    Job job = cluster.job(cluster.submit(job(Specs.ROOT, "", "", 1, 1)));
    assertThat(job.spec().charge()).isEqualTo(new Charge(Account.ROOT, "normal", ""));
    refused(ErrorCode.INVALID_ACCOUNT, "", job(Specs.ANNA, "", "", 1, 1));
  }

  /** As a Slurm 22.05 shows it, with and without accounting. */
  @Test
  void whereThereIsAccountingJobsHaveAQualityOfService() {
    configure(Map.of("AccountingStorageType", "accounting_storage/sqlite"));
    Job job = cluster.job(cluster.submit(job(Specs.ROOT, "", "", 1, 1)));
    assertThat(job.spec().charge().qos()).isEqualTo("normal");
    job = cluster.job(cluster.submit(job(Specs.ANNA, "", "", 1, 1)));
    assertThat(job.spec().charge()).isEqualTo(new Charge("", "normal", ""));
    configure(Map.of("AccountingStorageType", "accounting_storage/none"));
    job = cluster.job(cluster.submit(job(Specs.ROOT, "", "", 1, 1)));
    assertThat(job.spec().charge().qos()).isEmpty();
  }

  @Test
  void aJobThatRunsIsChargedToWhoPaysForItNow() {
    physics("");
    long id = submit("anna", OPTICS);
    cluster.schedule();
    Command late =
        new Command.UpdateJob(
            JobTarget.of(id), List.of(new JobChange.ChargeTo(new Charge(PHYSICS, "", ""))));
    assertThat(((Outcome.Rejected) cluster.apply(late, Specs.ROOT)).code())
        .isEqualTo(ErrorCode.NOT_PENDING);
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

  /** Else resources would be set aside for a job that its limit never lets run. Nodes of 8 CPUs. */
  @Test
  void aJobOfWholeNodesHasAllTheirCpusHoweverFewItAsksFor() {
    physics("limits");
    limit(OPTICS, "", none().with(ResourceLimit.GROUP, "cpu", 10));
    assertThat(beforeResources(whole(2, Sharing.EXCLUSIVE)))
        .isEqualTo(Reason.ASSOCIATION_GROUP_CPU);
    assertThat(beforeResources(whole(1, Sharing.EXCLUSIVE))).isNull();
    assertThat(beforeResources(whole(2, Sharing.CORES))).isNull();
    Command exclusive = new Command.UpdatePartition("debug", Map.of("OverSubscribe", "EXCLUSIVE"));
    assertThat(cluster.apply(exclusive, Specs.ROOT)).isEqualTo(Outcome.DONE);
    assertThat(beforeResources(whole(2, Sharing.CORES))).isEqualTo(Reason.ASSOCIATION_GROUP_CPU);
  }

  private static JobSpec whole(int nodes, Sharing sharing) {
    JobSpec spec = job(Specs.ANNA, OPTICS, "", 2, 10);
    return spec.withRequest(spec.request().withNodes(nodes, nodes).withSharing(sharing));
  }

  /** Why the last job can't start whatever it would get, or null. */
  private Reason beforeResources(JobSpec spec) {
    long id = cluster.submit(spec);
    SchedulerInput input = cluster.machine.publish().input();
    LimitLedger ledger = input.limits().apply(cluster.now);
    for (int row = 0; row < input.queue().size(); row++) {
      if (input.queue().get(row).id() == id) {
        Blocker blocker = ledger.obstacle(input.queue(), row);
        return blocker == null ? null : blocker.reason();
      }
    }
    throw new AssertionError("job " + id + " isn't in the queue");
  }
}
