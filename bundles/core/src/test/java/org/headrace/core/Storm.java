package org.headrace.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec.StepSharing;
import org.headrace.api.job.Timing;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Victim;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.NodeReport;

/** Makes up commands, sensible and not, from a seed. */
public final class Storm {
  private static final PreemptMode[] MODES = PreemptMode.values();
  private static final Actor[] ACTORS = {Specs.ANNA, Specs.BERT, Specs.ROOT};

  private static final List<String> PARTITIONS =
      List.of("debug", "long", "rigid", "turns", "shared");

  private final Random random;
  private final long seed;
  private final boolean preempting;
  private final boolean grouped;
  private final boolean outliving;
  private final TestCluster cluster;

  /** Null where there are none. */
  private final ReservationStorm reservations;

  public Storm(long seed, TestCluster cluster) {
    random = new Random(seed);
    this.seed = seed;
    preempting = Specs.cluster(1, seed).settings().containsKey("PreemptType");
    grouped = Math.floorMod(seed, 7L) < 3;
    outliving = Math.floorMod(seed, 4L) > 1;
    this.cluster = cluster;
    reservations = reserves(seed) ? new ReservationStorm(random, cluster) : null;
  }

  /** True for a seed with administrators' reservations. */
  public static boolean reserves(long seed) {
    return Math.floorMod(seed, 5L) < 2;
  }

  /** A command and who gives it. */
  public record Gust(Command command, Actor actor) {}

  /** What users and administrators ask for: neither plans, nor answers of nodes, nor time. */
  public Gust fromOutside() {
    if (grouped && random.nextInt(25) == 0) {
      return components();
    }
    if (reservations != null && random.nextInt(12) == 0) {
      return new Gust(reservations.next(), Specs.ROOT);
    }
    return switch (random.nextInt(14)) {
      case 0, 1, 2, 3, 4 -> submission();
      case 5, 6 -> signal();
      case 7 -> new Gust(hold(), actor());
      case 8 -> new Gust(new Command.RequeueJob(target(), random.nextInt(3) == 0), actor());
      case 9 -> new Gust(new Command.SuspendJob(target(), random.nextBoolean()), Specs.ROOT);
      case 10 -> new Gust(update(), actor());
      case 11, 12 -> new Gust(step(), actor());
      default -> new Gust(random.nextBoolean() ? node() : setting(), Specs.ROOT);
    };
  }

  Gust next() {
    if (grouped && random.nextInt(40) == 0) {
      return components();
    }
    if (reservations != null && random.nextInt(20) == 0) {
      return new Gust(reservations.next(), Specs.ROOT);
    }
    switch (random.nextInt(22)) {
      case 0, 1, 2, 3:
        return submission();
      case 4, 5, 6:
        return new Gust(plan(), Actor.SYSTEM);
      case 7, 8, 9, 10, 11:
        return new Gust(nodeAnswers(), Actor.SYSTEM);
      case 12:
        return signal();
      case 13:
        return new Gust(hold(), actor());
      case 14:
        return new Gust(new Command.RequeueJob(target(), random.nextInt(3) == 0), actor());
      case 15:
        return new Gust(new Command.SuspendJob(target(), random.nextBoolean()), Specs.ROOT);
      case 16:
        return new Gust(update(), actor());
      case 17:
        return new Gust(step(), actor());
      case 18:
        return new Gust(node(), Specs.ROOT);
      case 19:
        return new Gust(report(), Actor.SYSTEM);
      case 20:
        return new Gust(rare(), random.nextInt(4) == 0 ? Specs.ANNA : Specs.ROOT);
      default:
        cluster.now += random.nextInt(90_000);
        return new Gust(new Command.Tick(), Actor.SYSTEM);
    }
  }

  private Gust signal() {
    return new Gust(
        new Command.SignalJob(
            target(),
            random.nextInt(3) == 0 ? random.nextInt(70) : 0,
            Command.SignalScope.values()[random.nextInt(3)],
            random.nextInt(4) == 0,
            new ExitStatus(random.nextInt(2), 0)),
        actor());
  }

  private Actor actor() {
    return ACTORS[random.nextInt(ACTORS.length)];
  }

  private String nodeName() {
    return "n" + (1 + random.nextInt(5));
  }

  private long someJob() {
    long[] active = cluster.machine.publish().activeJobs();
    if (active.length > 0 && random.nextInt(3) > 0) {
      return active[random.nextInt(active.length)];
    }
    return 1 + random.nextInt(Math.max(1, cluster.machine.publish().jobCount() * 2));
  }

  private JobTarget target() {
    long id = someJob();
    return random.nextInt(3) == 0
        ? new JobTarget(id, List.of(new JobArray.Range(0, random.nextInt(4), 1)))
        : JobTarget.of(id);
  }

  private Timing timing() {
    Timing timing = Timing.ANY;
    if (random.nextInt(2) == 0) {
      timing = timing.withTimeLimit(30_000L * (1 + random.nextInt(200)));
    }
    if (random.nextInt(6) == 0) {
      timing = timing.withBegin(cluster.now + random.nextInt(200_000));
    }
    if (random.nextInt(9) == 0) {
      timing = timing.withDeadline(cluster.now + random.nextInt(900_000));
    }
    if (random.nextInt(9) == 0) {
      timing = timing.withHold(Timing.Hold.USER);
    }
    return timing;
  }

  private Gust submission() {
    Actor owner = random.nextBoolean() ? Specs.ANNA : Specs.BERT;
    JobSpec spec = random.nextInt(6) == 0 ? Specs.allocationOnly(owner) : Specs.job(owner);
    spec = spec.withName("job" + random.nextInt(3));
    ResourceRequest request = spec.request();
    int nodes = 1 + random.nextInt(random.nextInt(8) == 0 ? 9 : 2);
    request = request.withNodes(nodes, ResourceRequest.ANY_NUMBER);
    request = request.withLayout(request.layout().withTasks(nodes * (1 + random.nextInt(4))));
    if (random.nextInt(6) == 0) {
      request =
          new ResourceRequest(
              nodes,
              ResourceRequest.ANY_NUMBER,
              request.layout(),
              request.memory(),
              List.of(),
              0,
              request.nodes(),
              request.sharing(),
              Map.of("matlab", 1 + random.nextInt(3)));
    }
    if (random.nextInt(5) == 0) {
      GresRequest.Scope[] scopes = {GresRequest.Scope.NODE, GresRequest.Scope.JOB};
      request =
          request.withGres(
              List.of(
                  new GresRequest(
                      "gpu", "", 1 + random.nextInt(2), scopes[random.nextInt(scopes.length)])));
    }
    if (random.nextInt(10) == 0) {
      request = request.withSharing(Sharing.TOPOLOGY);
    }
    spec = spec.withRequest(request);
    if (!preempting && random.nextInt(4) == 0) {
      spec = spec.withPartitions(List.of("shared"));
    }
    if (preempting) {
      spec = spec.withPartitions(List.of(PARTITIONS.get(random.nextInt(PARTITIONS.size()))));
    }
    spec = spec.withTiming(timing());
    if (random.nextInt(4) == 0) {
      spec =
          spec.withArray(
              new JobArray(
                  List.of(new JobArray.Range(0, random.nextInt(6), 1)), random.nextInt(3)));
    }
    if (random.nextInt(4) == 0) {
      spec = spec.withDependency(dependency());
    }
    if (random.nextInt(5) == 0) {
      Execution execution = spec.execution();
      spec = spec.withExecution(execution.withRequeue(!execution.requeue()));
    }
    if (outliving && random.nextInt(2) == 0) {
      spec = spec.withExecution(spec.execution().withOutlivesNodes(true));
    }
    spec = reservations == null ? spec : reservations.perhapsIn(spec);
    byte[] script = ("script " + random.nextInt(5)).getBytes();
    return new Gust(
        new Command.SubmitJob(
            spec,
            new JobFiles(script, new byte[random.nextInt(3)]),
            random.nextInt(10) == 0 ? 5 : 0),
        owner);
  }

  private Gust components() {
    List<Command.SubmitJob> components = new ArrayList<>();
    Actor owner = random.nextBoolean() ? Specs.ANNA : Specs.BERT;
    int count = Specs.charges(seed) ? 2 : 2 + random.nextInt(2); // Anna's limit is two
    while (components.size() < count) {
      ResourceRequest one = Specs.job(owner).request();
      JobSpec spec =
          Specs.job(owner)
              .withTiming(timing())
              .withRequest(one.withLayout(one.layout().withTasks(1 + random.nextInt(3))));
      spec = reservations == null ? spec : reservations.perhapsIn(spec);
      spec = spec.withPartitions(List.of(random.nextBoolean() ? "long" : "debug"));
      components.add(new Command.SubmitJob(spec, new JobFiles(new byte[1], new byte[1]), 0));
    }
    return new Gust(new Command.SubmitComponents(components), owner);
  }

  private Dependency dependency() {
    List<Dependency.Condition> conditions = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(2); i++) {
      Dependency.Kind kind =
          Dependency.Kind.values()[random.nextInt(Dependency.Kind.values().length)];
      conditions.add(
          new Dependency.Condition(
              kind,
              kind == Dependency.Kind.SINGLETON ? 0 : someJob(),
              random.nextInt(5) == 0 ? 0 : Dependency.Condition.ALL_TASKS,
              random.nextInt(2)));
    }
    return new Dependency(conditions, random.nextBoolean());
  }

  private Command plan() {
    List<Decision> decisions = new ArrayList<>(cluster.plan());
    if (random.nextInt(3) == 0) {
      decisions.add(random.nextInt(decisions.size() + 1), nonsense());
    }
    if (random.nextInt(3) == 0 && !decisions.isEmpty()) {
      decisions.add(decisions.get(random.nextInt(decisions.size())));
    }
    SchedulerInput input = cluster.machine.publish().input();
    long[] jobs = new long[input.queue().size() + 1];
    long[] priorities = new long[jobs.length];
    for (int i = 0; i < jobs.length; i++) {
      jobs[i] = i < jobs.length - 1 ? input.queue().jobId(i) : 99_999;
      priorities[i] = random.nextInt(100);
    }
    return new Command.ApplyPlan(new Plan(0, decisions, 0), jobs, priorities);
  }

  private Decision nonsense() {
    int node = random.nextInt(7) - 1;
    NodeAllocation part =
        new NodeAllocation(
            node,
            CoreSet.of(random.nextInt(12)),
            random.nextInt(3),
            random.nextInt(20_000) - 100,
            random.nextBoolean()
                ? List.of()
                : List.of(new GresAllocation("gpu", "a100", CoreSet.of(random.nextInt(3)), 1)),
            1);
    CoreTerms terms =
        new CoreTerms("shared", random.nextInt(5), random.nextInt(9), random.nextInt(3));
    Allocation allocation =
        new Allocation(
                random.nextBoolean() ? List.of(part) : List.of(part, part), random.nextBoolean())
            .withTerms(random.nextBoolean() ? terms : CoreTerms.UNSTATED);
    switch (random.nextInt(preempting ? 8 : 4)) {
      case 4, 5:
        return new Decision.Preempt(
            new Decision.Reserve(
                someJob(), "long", cluster.now, List.of(), Reason.RESOURCES, List.of()),
            List.of(new Victim(someJob(), MODES[random.nextInt(MODES.length)])));
      case 6, 7:
        return new Decision.Start(
            someJob(), PARTITIONS.get(random.nextInt(3)), allocation, List.of(someJob()));
      case 0:
        return new Decision.Reserve(
            someJob(), "debug", cluster.now, List.of(node), Reason.RESOURCES, List.of());
      case 1:
        return new Decision.Wait(someJob(), Reason.PRIORITY, -5, List.of());
      case 2:
        return new Decision.Start(someJob(), "nowhere", allocation);
      default:
        String name = PARTITIONS.get(random.nextInt(PARTITIONS.size()));
        return new Decision.Start(someJob(), random.nextBoolean() ? "debug" : name, allocation);
    }
  }

  private Command nodeAnswers() {
    long id = someJob();
    Job job = cluster.job(id);
    int restarts = job == null ? 0 : job.status().restarts();
    String node = nodeName();
    if (job != null && job.status().allocation() != null && random.nextInt(5) > 0) {
      List<String> names = cluster.nodes(job);
      node = names.get(random.nextInt(names.size()));
    }
    ExitStatus exit = new ExitStatus(random.nextInt(3) / 2, random.nextInt(6) == 0 ? 11 : 0);
    switch (random.nextInt(5)) {
      case 0:
        return new Command.NodeReady(id, restarts, node);
      case 1:
        return new Command.StepEnded(
            id,
            restarts,
            random.nextInt(3) == 0 ? random.nextInt(2) : Step.BATCH,
            node,
            exit,
            new Usage(1, 1, 1),
            random.nextInt(9) == 0,
            "");
      case 2:
        return random.nextInt(4) == 0
            ? new Command.LaunchFailed(id, restarts, node, "no", random.nextInt(5) == 0)
            : new Command.NodeReady(id, restarts, node);
      default:
        return new Command.NodeReleased(
            id, restarts, node, random.nextInt(30) == 0 ? "Epilog error" : "");
    }
  }

  private Command hold() {
    return random.nextBoolean()
        ? new Command.HoldJob(target(), random.nextBoolean())
        : new Command.ReleaseJob(target());
  }

  private Command update() {
    JobChange change =
        switch (random.nextInt(8)) {
          case 0 -> new JobChange.Name("job" + random.nextInt(3));
          case 1 -> new JobChange.TimeLimit(random.nextInt(5_000_000));
          case 2 -> new JobChange.Priority(random.nextInt(3));
          case 3 -> new JobChange.Partitions(List.of(random.nextBoolean() ? "long" : "debug"));
          case 4 -> new JobChange.ArrayThrottle(random.nextInt(3));
          case 5 -> new JobChange.DependsOn(dependency());
          case 6 -> new JobChange.Begin(cluster.now + random.nextInt(100_000) - 50_000);
          default -> new JobChange.Attribute("comment", "c" + random.nextInt(3));
        };
    return new Command.UpdateJob(target(), List.of(change));
  }

  private Command step() {
    StepSharing sharing = StepSharing.values()[random.nextInt(3)];
    return random.nextInt(3) == 0
        ? new Command.SignalStep(someJob(), random.nextInt(2), random.nextInt(10))
        : new Command.CreateStep(
            someJob(),
            Specs.step(random.nextInt(3), random.nextInt(5), 1, sharing)
                .withOutlivesNodes(outliving),
            new byte[] {1, (byte) random.nextInt(3)});
  }

  private Command node() {
    Command.NodeChange[] changes = {
      Command.NodeChange.DRAIN,
      Command.NodeChange.RESUME,
      Command.NodeChange.RESUME,
      Command.NodeChange.RESUME,
      Command.NodeChange.UNDRAIN,
      Command.NodeChange.DOWN
    };
    return new Command.UpdateNodes(
        List.of(nodeName()), changes[random.nextInt(changes.length)], "storm");
  }

  private Command report() {
    if (random.nextInt(3) == 0) {
      return new Command.NodeResponds(nodeName(), random.nextInt(3) > 0);
    }
    List<NodeReport.HeldStep> held = new ArrayList<>();
    for (int i = 0; i < random.nextInt(3); i++) {
      held.add(new NodeReport.HeldStep(someJob(), random.nextInt(2), Step.BATCH));
    }
    return new Command.RegisterNode(
        cluster.report(nodeName(), cluster.now - random.nextInt(100_000), held));
  }

  private Command rare() {
    return switch (random.nextInt(5)) {
      case 0 -> new Command.AccountingSafe(random.nextInt(100_000));
      case 1 -> new Command.NodeResponds(nodeName(), true);
      default -> setting();
    };
  }

  private Command setting() {
    return switch (random.nextInt(3)) {
      case 0 -> new Command.Configure(Specs.cluster(3 + random.nextInt(3), seed));
      case 1 ->
          new Command.UpdatePartition(
              "debug", Map.of("State", random.nextInt(4) == 0 ? "DOWN" : "UP"));
      default -> new Command.AdjustNodes(List.of(nodeName()), 5, List.of("x"), "hello");
    };
  }
}
