package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.headrace.api.account.Account;
import org.headrace.api.account.Association;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Timing;
import org.headrace.api.job.Usage;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ReservationDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may do what to whose: every command, by everyone, and exactly the allowed ones pass. */
class AuthorisationTest {
  private static final String NODE = "n1";
  private static final String COMMENT = "comment";

  /** Everyone who could ask, with those who are almost someone else. */
  private enum Role {
    OWNER(Specs.ANNA),
    OTHER(Specs.BERT),
    SAME_NAME(new Actor(1002, 1002, "anna", "users", false)),
    SAME_GROUP(new Actor(1003, 1000, "carl", "users", false)),
    NAMED_ROOT(new Actor(1004, 0, "root", "root", false)),
    ADMINISTRATOR(new Actor(64030, 64030, "slurm", "slurm", false)),
    ROOT(Specs.ROOT),
    SYSTEM(Actor.SYSTEM);

    final Actor actor;

    Role(Actor actor) {
      this.actor = actor;
    }
  }

  private static final Set<Role> JOBS =
      EnumSet.of(Role.OWNER, Role.ADMINISTRATOR, Role.ROOT, Role.SYSTEM);
  private static final Set<Role> ADMINISTRATORS =
      EnumSet.of(Role.ADMINISTRATOR, Role.ROOT, Role.SYSTEM);
  private static final Set<Role> CONTROLLER = EnumSet.of(Role.SYSTEM);

  /** A cluster with a job of Anna's in each condition. */
  private static final class Scene {
    final TestCluster cluster = TestCluster.up(2);
    final long running;
    final int step;
    final long allocation;
    final long suspended;
    final long pending;
    final long held;
    final long array;
    final long components;

    Scene() {
      allocation = cluster.submit(Specs.allocationOnly(Specs.ANNA));
      running = cluster.submit(Specs.job(Specs.ANNA));
      suspended = cluster.submit(Specs.job(Specs.ANNA));
      components =
          ((Outcome.JobAccepted)
                  cluster.apply(
                      new Command.SubmitComponents(
                          Collections.nCopies(
                              2,
                              new Command.SubmitJob(
                                  Specs.allocationOnly(Specs.ANNA), JobFiles.EMPTY, 0))),
                      Specs.ANNA))
              .jobId();
      cluster.schedule();
      List.of(allocation, running, suspended, components, components + 1).forEach(cluster::ready);
      Outcome created =
          cluster.apply(
              new Command.CreateStep(
                  allocation, Specs.step(1, 1, 1, StepSpec.StepSharing.OVERLAP), new byte[] {7}),
              Specs.ANNA);
      step = ((Outcome.StepAccepted) created).step().id();
      cluster.system(new Command.SuspendJob(JobTarget.of(suspended), false));
      pending = cluster.submit(Specs.job(Specs.ANNA));
      held = cluster.submit(Specs.job(Specs.ANNA));
      cluster.apply(new Command.HoldJob(JobTarget.of(held), true), Specs.ANNA);
      array = cluster.submit(Specs.array(Specs.ANNA, 1, 5, 0));
      cluster.events.clear();
    }

    List<Job> jobs() {
      List<Job> jobs = new ArrayList<>();
      cluster.machine.publish().jobs(row -> true, jobs::add);
      return jobs;
    }
  }

  private record Verb(String name, Set<Role> allowed, Function<Scene, Command> command) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Verb signal(String name, int signal, Function<Scene, JobTarget> target) {
    return new Verb(
        name,
        JOBS,
        s ->
            new Command.SignalJob(
                target.apply(s), signal, Command.SignalScope.FULL, false, ExitStatus.SUCCESS));
  }

  private static Verb update(String name, Set<Role> allowed, JobChange change) {
    return new Verb(
        "set " + name,
        allowed,
        s -> new Command.UpdateJob(JobTarget.of(s.pending), List.of(change)));
  }

  private static JobTarget task(Scene scene) {
    return JobTarget.task(scene.array, 3);
  }

  static Stream<Verb> jobVerbs() {
    return Stream.of(submissions(), lifeVerbs(), stepVerbs()).flatMap(verbs -> verbs);
  }

  private static Stream<Verb> submissions() {
    return Stream.of(
        new Verb(
            "submit as anna",
            JOBS,
            s -> new Command.SubmitJob(Specs.job(Specs.ANNA), JobFiles.EMPTY, 0)),
        new Verb(
            "submit components as anna",
            JOBS,
            s ->
                new Command.SubmitComponents(
                    Collections.nCopies(
                        2, new Command.SubmitJob(Specs.job(Specs.ANNA), JobFiles.EMPTY, 0)))),
        new Verb(
            "submit a component as bert",
            ADMINISTRATORS,
            s ->
                new Command.SubmitComponents(
                    List.of(
                        new Command.SubmitJob(Specs.job(Specs.BERT), JobFiles.EMPTY, 0),
                        new Command.SubmitJob(Specs.job(Specs.ANNA), JobFiles.EMPTY, 0)))),
        new Verb("ask as anna", JOBS, s -> new Command.CheckJob(Specs.job(Specs.ANNA))));
  }

  private static Stream<Verb> lifeVerbs() {
    return Stream.of(
        signal("cancel pending", 0, s -> JobTarget.of(s.pending)),
        signal("cancel running", 0, s -> JobTarget.of(s.running)),
        signal("cancel array", 0, s -> JobTarget.of(s.array)),
        signal("cancel task", 0, AuthorisationTest::task),
        signal("signal running", 10, s -> JobTarget.of(s.running)),
        signal("kill running", 9, s -> JobTarget.of(s.running)),
        new Verb(
            "complete allocation",
            JOBS,
            s ->
                new Command.SignalJob(
                    JobTarget.of(s.allocation),
                    0,
                    Command.SignalScope.FULL,
                    true,
                    ExitStatus.SUCCESS)),
        new Verb("hold", JOBS, s -> new Command.HoldJob(JobTarget.of(s.pending), false)),
        new Verb("hold by user", JOBS, s -> new Command.HoldJob(JobTarget.of(s.pending), true)),
        new Verb("hold task", JOBS, s -> new Command.HoldJob(task(s), false)),
        new Verb("release", JOBS, s -> new Command.ReleaseJob(JobTarget.of(s.held))),
        new Verb("requeue", JOBS, s -> new Command.RequeueJob(JobTarget.of(s.running), false)),
        new Verb("requeue held", JOBS, s -> new Command.RequeueJob(JobTarget.of(s.running), true)),
        new Verb(
            "suspend", ADMINISTRATORS, s -> new Command.SuspendJob(JobTarget.of(s.running), false)),
        new Verb(
            "resume",
            ADMINISTRATORS,
            s -> new Command.SuspendJob(JobTarget.of(s.suspended), true)));
  }

  private static Stream<Verb> stepVerbs() {
    return Stream.of(
        new Verb(
            "create step",
            JOBS,
            s ->
                new Command.CreateStep(
                    s.allocation, Specs.step(1, 1, 1, StepSpec.StepSharing.OVERLAP), new byte[0])),
        new Verb(
            "create step over components",
            JOBS,
            s ->
                new Command.CreateSteps(
                    LongStream.of(s.components, s.components + 1)
                        .mapToObj(
                            id ->
                                new Command.CreateStep(
                                    id,
                                    Specs.step(1, 1, 1, StepSpec.StepSharing.OVERLAP),
                                    new byte[0]))
                        .toList())),
        new Verb(
            "notify", JOBS, s -> new Command.NotifyJob(JobTarget.of(s.running), "ends at noon")),
        new Verb("signal step", JOBS, s -> new Command.SignalStep(s.allocation, s.step, 10)),
        new Verb("cancel step", JOBS, s -> new Command.SignalStep(s.allocation, s.step, 0)),
        new Verb("signal batch step", JOBS, s -> new Command.SignalStep(s.running, Step.BATCH, 10)),
        new Verb(
            "set name of task",
            JOBS,
            s -> new Command.UpdateJob(task(s), List.of(new JobChange.Name("mine")))));
  }

  static Stream<Verb> updateVerbs() {
    return Stream.of(
        update("name", JOBS, new JobChange.Name("mine")),
        update("time limit", JOBS, new JobChange.TimeLimit(Specs.MINUTE)),
        update("priority 0", JOBS, new JobChange.Priority(0)),
        update("higher priority", ADMINISTRATORS, new JobChange.Priority(4_000_000)),
        update("nice", JOBS, new JobChange.Nice(10)),
        update("negative nice", ADMINISTRATORS, new JobChange.Nice(-10)),
        update("site factor", ADMINISTRATORS, new JobChange.SiteFactor(500)),
        update("age", JOBS, new JobChange.AccrualReset()),
        update("partition", JOBS, new JobChange.Partitions(List.of("long"))),
        update("request", JOBS, new JobChange.Request(ResourceRequest.singleCpu())),
        update("begin", JOBS, new JobChange.Begin(1_800_000_000_000L)),
        update("deadline", JOBS, new JobChange.Deadline(1_900_000_000_000L)),
        update("dependency", JOBS, new JobChange.DependsOn(Dependency.NONE)),
        update("requeue", JOBS, new JobChange.Requeue(false)),
        update("no reservation", JOBS, new JobChange.Reserved("")),
        update("shortest time limit", JOBS, new JobChange.TimeMin(Specs.MINUTE)),
        update("own order", JOBS, new JobChange.OwnOrder(10)),
        update("working directory", JOBS, new JobChange.WorkDirectory("/var/tmp")),
        update("files", JOBS, new JobChange.Files("/dev/null", "out", "err")),
        update(COMMENT, JOBS, new JobChange.Attribute(COMMENT, "x")),
        update("boot first", ADMINISTRATORS, new JobChange.Attribute("Option:reboot", "yes")),
        update("remark", ADMINISTRATORS, new JobChange.Attribute("AdminComment", "x")),
        update("system's remark", ADMINISTRATORS, new JobChange.Attribute("SystemComment", "x")),
        new Verb(
            "raise a running job's limit",
            ADMINISTRATORS,
            s ->
                new Command.UpdateJob(
                    JobTarget.of(s.running),
                    List.of(new JobChange.TimeLimit(10_000 * Specs.MINUTE)))),
        new Verb(
            "throttle",
            JOBS,
            s ->
                new Command.UpdateJob(
                    JobTarget.of(s.array), List.of(new JobChange.ArrayThrottle(2)))));
  }

  private static ReservationDefinition tomorrow(long now) {
    long begin = now + 24 * 60 * Specs.MINUTE;
    return new ReservationDefinition(
        0,
        "maintenance",
        begin,
        begin + 60 * Specs.MINUTE,
        List.of(NODE),
        "",
        new ReservationDefinition.Admission(List.of("root"), false),
        ReservationDefinition.Admission.ALL,
        Set.of());
  }

  private static ReservationDefinition daily(long now) {
    ReservationDefinition once = tomorrow(now);
    return new ReservationDefinition(
        0,
        "daily",
        once.start(),
        once.end(),
        once.nodes(),
        "",
        once.users(),
        once.accounts(),
        Set.of(ReservationDefinition.Flag.DAILY),
        0,
        "",
        "UTC");
  }

  static Stream<Verb> clusterVerbs() {
    List<Verb> verbs = new ArrayList<>();
    for (Command.NodeChange change : Command.NodeChange.values()) {
      verbs.add(
          new Verb(
              change + " node",
              ADMINISTRATORS,
              s -> new Command.UpdateNodes(List.of(NODE), change, "because")));
    }
    verbs.add(
        new Verb(
            "adjust node",
            ADMINISTRATORS,
            s -> new Command.AdjustNodes(List.of(NODE), 5, List.of("slow"), "x")));
    verbs.add(
        new Verb(
            "partition down",
            ADMINISTRATORS,
            s -> new Command.UpdatePartition("debug", Map.of("State", "DOWN"))));
    verbs.add(new Verb("configure", ADMINISTRATORS, s -> new Command.Configure(Specs.cluster(2))));
    verbs.add(
        new Verb(
            "define QOS",
            ADMINISTRATORS,
            s -> new Command.DefineQos(new QualityOfService("high", 10), false)));
    verbs.add(
        new Verb(
            "add account",
            ADMINISTRATORS,
            s ->
                new Command.ChangeAccounts(
                    0,
                    List.of(
                        new AccountChange.PutAccount(new Account("physics", "", "", List.of())),
                        new AccountChange.PutAssociation(
                            Association.of("physics", Account.ROOT))))));
    verbs.add(
        new Verb(
            "reserve", ADMINISTRATORS, s -> new Command.PutReservation(tomorrow(s.cluster.now))));
    verbs.add(
        new Verb(
            "delete reservation",
            ADMINISTRATORS,
            s -> {
              s.cluster.system(new Command.PutReservation(tomorrow(s.cluster.now)));
              s.cluster.events.clear();
              return new Command.DeleteReservation("maintenance");
            }));
    verbs.add(
        new Verb(
            "end runaways",
            ADMINISTRATORS,
            s ->
                new Command.EndRunaways(
                    List.of(
                        new Command.EndRunaways.Runaway(
                            RunawaysTest.forgotten(s.cluster.job(s.running)), List.of(NODE))))));
    verbs.add(
        new Verb(
            "skip reservation",
            ADMINISTRATORS,
            s -> {
              s.cluster.system(new Command.PutReservation(daily(s.cluster.now)));
              s.cluster.events.clear();
              return new Command.SkipReservation("daily");
            }));
    return verbs.stream();
  }

  static Stream<Verb> systemVerbs() {
    return Stream.of(
        new Verb(
            "plan",
            CONTROLLER,
            s ->
                new Command.ApplyPlan(
                    new Plan(0, s.cluster.plan(), 0), new long[] {s.pending}, new long[] {77})),
        new Verb(
            "register",
            CONTROLLER,
            s -> new Command.RegisterNode(s.cluster.report(NODE, s.cluster.now, List.of()))),
        new Verb("responds", CONTROLLER, s -> new Command.NodeResponds(NODE, false)),
        new Verb(
            "launch failed",
            CONTROLLER,
            s -> new Command.LaunchFailed(s.running, 0, NODE, "no", true)),
        new Verb("ready", CONTROLLER, s -> new Command.NodeReady(s.running, 0, NODE)),
        new Verb(
            "step ended",
            CONTROLLER,
            s ->
                new Command.StepEnded(
                    s.running, 0, Step.BATCH, NODE, ExitStatus.SUCCESS, Usage.NONE, false, "")),
        new Verb("released", CONTROLLER, s -> new Command.NodeReleased(s.running, 0, NODE, "no")),
        new Verb("tick", CONTROLLER, s -> new Command.Tick()),
        new Verb("accounted", CONTROLLER, s -> new Command.AccountingSafe(1_000_000)));
  }

  private static Stream<Verb> all() {
    return Stream.of(jobVerbs(), updateVerbs(), clusterVerbs(), systemVerbs())
        .flatMap(verbs -> verbs);
  }

  @ParameterizedTest
  @MethodSource("all")
  void exactlyTheAllowedPass(Verb verb) {
    for (Role role : Role.values()) {
      Scene scene = new Scene();
      Command command = verb.command().apply(scene);
      List<Job> before = scene.jobs();
      int backlog = scene.cluster.machine.accountingQueueLength();
      Outcome outcome = scene.cluster.apply(command, role.actor);
      if (verb.allowed().contains(role)) {
        assertThat(outcome).as(role.name()).isNotInstanceOf(Outcome.Rejected.class);
        continue;
      }
      assertThat(outcome).as(role.name()).isInstanceOf(Outcome.Rejected.class);
      assertThat(((Outcome.Rejected) outcome).code())
          .as("%s: %s", role, outcome)
          .isEqualTo(ErrorCode.ACCESS_DENIED);
      assertThat(scene.jobs()).as(role.name()).isEqualTo(before);
      assertThat(scene.cluster.events).as(role.name()).isEmpty();
      assertThat(scene.cluster.machine.accountingQueueLength()).isEqualTo(backlog);
    }
  }

  @Test
  void noKindOfCommandOrChangeIsLeftOut() {
    Set<Class<?>> commands = new HashSet<>();
    Set<Class<?>> changes = new HashSet<>();
    all()
        .map(verb -> verb.command().apply(new Scene()))
        .forEach(
            command -> {
              commands.add(command.getClass());
              if (command instanceof Command.UpdateJob update) {
                update.changes().forEach(change -> changes.add(change.getClass()));
              }
            });
    assertThat(commands).containsAll(Arrays.asList(Command.class.getPermittedSubclasses()));
    List<Class<?>> known = new ArrayList<>(List.of(JobChange.class.getPermittedSubclasses()));
    known.remove(JobChange.ChargeTo.class); // who may charge whom is the accounts' matter
    assertThat(changes).containsAll(known);
  }

  @Test
  void aUserCannotWeakenAnAdministratorsHold() {
    TestCluster cluster = TestCluster.up(1);
    long id = cluster.submit(Specs.job(Specs.ANNA));
    JobTarget job = JobTarget.of(id);
    cluster.apply(new Command.HoldJob(job, false), Role.ADMINISTRATOR.actor);
    assertThat(cluster.job(id).spec().timing().hold()).isEqualTo(Timing.Hold.ADMIN);
    List<Command> attempts =
        List.of(
            new Command.HoldJob(job, true),
            new Command.UpdateJob(job, List.of(new JobChange.Priority(0))),
            new Command.UpdateJob(job, List.of(new JobChange.Priority(5))),
            new Command.UpdateJob(
                job, List.of(new JobChange.Priority(0), new JobChange.Priority(5))),
            new Command.ReleaseJob(job),
            new Command.RequeueJob(job, false));
    for (Command attempt : attempts) {
      cluster.apply(attempt, Specs.ANNA);
      assertThat(cluster.job(id).spec().timing().hold())
          .as(attempt.toString())
          .isEqualTo(Timing.Hold.ADMIN);
    }
    assertThat(cluster.schedule()).isEmpty();
  }

  @Test
  void whoseAJobIsSaysTheChannelAlone() {
    TestCluster cluster = TestCluster.up(1);
    JobSpec spec = Specs.job(Specs.BERT);
    List<Owner> claims =
        List.of(
            new Owner(0, 1001, "bert", "users"),
            new Owner(1001, 0, "bert", "users"),
            new Owner(1001, 1001, "root", "users"),
            new Owner(1001, 1001, "bert", "wheel"),
            new Owner(1000, 1000, "anna", "users"),
            new Owner(-1, -1, "bert", "users"));
    for (Owner claim : claims) {
      JobSpec lie =
          new JobSpec(
              spec.name(),
              claim,
              spec.charge(),
              spec.partitions(),
              spec.reservation(),
              spec.request(),
              spec.timing(),
              spec.array(),
              spec.dependency(),
              spec.execution(),
              spec.attributes());
      assertThat(cluster.refused(lie, Specs.BERT).code())
          .as(claim.toString())
          .isEqualTo(ErrorCode.ACCESS_DENIED);
    }
    assertThat(cluster.machine.publish().jobCount()).isZero();
  }

  @Test
  void anAdministratorDoesNotBecomeRoot() {
    TestCluster cluster = TestCluster.up(1);
    Actor administrator = Role.ADMINISTRATOR.actor;
    assertThat(cluster.refused(Specs.job(Specs.ROOT), administrator).code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    long id =
        ((Outcome.JobAccepted)
                cluster.apply(
                    new Command.SubmitJob(Specs.allocationOnly(Specs.ROOT), JobFiles.EMPTY, 0),
                    Specs.ROOT))
            .jobId();
    Outcome files =
        cluster.apply(
            new Command.UpdateJob(
                JobTarget.of(id), List.of(new JobChange.Files(null, "/etc/passwd", null))),
            administrator);
    assertThat(((Outcome.Rejected) files).code()).isEqualTo(ErrorCode.ACCESS_DENIED);
    cluster.schedule();
    cluster.ready(id);
    Command.CreateStep step =
        new Command.CreateStep(id, Specs.step(1, 1, 1, StepSpec.StepSharing.OVERLAP), new byte[0]);
    assertThat(((Outcome.Rejected) cluster.apply(step, administrator)).code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(cluster.apply(step, Specs.ROOT)).isInstanceOf(Outcome.StepAccepted.class);
    assertThat(cluster.cancel(id, administrator)).isEqualTo(Outcome.DONE);
  }

  @Test
  void aNodeSpeaksOfItsOwnJobsOnly() {
    TestCluster cluster = TestCluster.up(2);
    long id = cluster.submit(Specs.job(Specs.ANNA));
    cluster.schedule();
    cluster.ready(id);
    Job before = cluster.job(id);
    String stranger = cluster.nodes(before).get(0).equals("n1") ? "n2" : "n1";
    cluster.stepEnds(id, Step.BATCH, stranger, 1, 0);
    cluster.system(new Command.LaunchFailed(id, 0, stranger, "no", false));
    cluster.system(new Command.NodeReady(id, 0, stranger));
    cluster.system(new Command.NodeReleased(id, 0, stranger, ""));
    assertThat(cluster.job(id)).isEqualTo(before);
  }
}
