package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.PartitionDefinition;

/** Changes jobs: all of a command's changes, to all jobs it names, or none. */
final class UpdateHandler {
  /** Remarks of administrators and of the system about a job. */
  private static final Set<String> ADMINISTRATORS_ATTRIBUTES =
      Set.of("AdminComment", "SystemComment", SpecRules.REBOOT);

  private final Machine machine;
  private final ClusterState state;
  private final SpecRules rules;

  UpdateHandler(Machine machine, SpecRules rules) {
    this.machine = machine;
    this.state = machine.state;
    this.rules = rules;
  }

  /** A change that isn't possible. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Outcome.Rejected outcome;

    Refused(Outcome.Rejected outcome) {
      super(outcome.message(), null, false, false);
      this.outcome = outcome;
    }
  }

  Outcome update(Command.UpdateJob command, Actor actor) {
    List<Job> all = machine.targets.find(command.target());
    Outcome.Rejected refusal = machine.targets.refusal(all, command.target(), actor, "change");
    if (refusal != null) {
      return refusal;
    }
    List<Long> written = new ArrayList<>();
    List<Job> found = all.stream().filter(job -> !job.status().state().ended()).toList();
    if (found.isEmpty()) {
      return refuse(
          ErrorCode.ALREADY_DONE,
          "job " + command.target().jobId() + " has ended and can't be changed");
    }
    Outcome.Rejected tooMany = machine.targets.tooMany(found, command.target());
    if (tooMany != null) {
      return tooMany;
    }
    try {
      for (Job job : found) {
        changed(job, command.changes(), actor);
      }
      order(found, command, actor);
      for (Job job : found) {
        for (Job part : machine.targets.separate(job, command.target())) {
          write(part, changed(part, command.changes(), actor));
          written.add(part.id());
        }
      }
      throttle(found.get(0).arrayId(), command.changes());
      // Only now that all are written: what is found may end other jobs. One that waits for what
      // is over already, like an array whose tasks' counterparts are, has nobody else to tell it.
      written.forEach(machine.dependencies::look);
      return Outcome.DONE;
    } catch (Refused refused) {
      return refused.outcome;
    }
  }

  /** The limit of running tasks is the whole array's, whichever of its tasks was named. */
  private void throttle(long arrayId, List<JobChange> changes) {
    for (JobChange change : changes) {
      if (change instanceof JobChange.ArrayThrottle throttle) {
        int most = Math.max(0, throttle.maxRunning());
        for (Job part : machine.arrays.parts(arrayId)) {
          JobArray array = new JobArray(part.spec().array().ranges(), most);
          machine.jobs.put(limited(part.withSpec(part.spec().withArray(array)), most));
        }
        machine.arrays.throttle(arrayId);
      }
    }
  }

  /** What hasn't started of an array says its limit, too. */
  private static Job limited(Job part, int most) {
    if (!part.pendingArray()) {
      return part;
    }
    JobArray left = new JobArray(part.status().pendingTasks().ranges(), most);
    return part.withStatus(new StatusEdit(part.status()).pendingTasks(left).done());
  }

  private void write(Job before, Job after) {
    if (before.status().state() == JobState.PENDING && !before.status().has(JobFlag.COMPLETING)) {
      machine.dependencies.unwatch(before);
      state.timers.cancel(Timers.Kind.DEPENDENCY, before.id());
      machine.dependencies.watch(after);
      machine.jobs.put(after);
      machine.singletons.moved(before, after);
      TimerHandler.watch(state.timers, after, state.time);
      Job settled = machine.gate.settle(machine.dependencies.reconsider(after));
      state.events.job(settled);
      state.freed();
    } else {
      machine.jobs.put(after);
      machine.singletons.moved(before, after);
      state.timers.set(after.spec().timing().deadline(), Timers.Kind.DEADLINE, after.id());
      Run run = state.runs.get(after.id());
      if (run != null && before.status().timeLimit() != after.status().timeLimit()) {
        long stopped = run.endsBy() - before.status().started() - before.status().timeLimit();
        long elsewhere = before.status().timeLimit() == Timers.NEVER ? 0 : stopped;
        long endsBy =
            Timers.after(after.status().started() + elsewhere, after.status().timeLimit());
        Run limited = run.withLimit(endsBy, run.suspendedAt());
        state.runs.put(after.id(), limited);
        machine.life.timeLimits(limited);
      }
      state.events.job(after);
    }
    if (after.arrayId() != 0) {
      machine.arrays.throttle(after.arrayId());
    }
  }

  private Job changed(Job job, List<JobChange> changes, Actor actor) throws Refused {
    Job result = job;
    for (JobChange change : changes) {
      result = changed(result, change, actor);
    }
    JobSpec spec = result.spec();
    check(rules.texts(spec));
    check(timeMin(result, changes));
    if (result.status().state() == JobState.PENDING && !spec.equals(job.spec())) {
      check(rules.placement(spec, result.status().timeLimit(), state.admin(actor)));
      check(rules.charge(spec));
      check(machine.charging.refusal(spec, result.status().partition()));
    }
    return result;
  }

  /** Why the shortest time limit is too long, where it was changed, or null. */
  private static Outcome.Rejected timeMin(Job after, List<JobChange> changes) {
    long least = after.spec().timing().timeMin();
    long most = after.status().timeLimit();
    boolean asked = changes.stream().anyMatch(JobChange.TimeMin.class::isInstance);
    return !asked || least >= 0 && least <= most
        ? null
        : refuse(
            ErrorCode.INVALID_TIME_MIN,
            "a shortest time limit of %d minutes, with a time limit of %d"
                .formatted(least / 60_000, most / 60_000));
  }

  private Job changed(Job job, JobChange change, Actor actor) throws Refused {
    JobSpec spec = job.spec();
    Timing timing = spec.timing();
    if (change instanceof JobChange.Name c) {
      return job.withSpec(spec.withName(c.name()));
    } else if (change instanceof JobChange.TimeLimit c) {
      return timeLimit(job, c.millis(), actor);
    } else if (change instanceof JobChange.Priority c) {
      return priority(job, c.priority(), actor);
    } else if (change instanceof JobChange.Nice c) {
      if (c.nice() < timing.nice() && !state.admin(actor)) {
        throw denied("only an administrator may lower a nice value");
      }
      return moved(job, timing.withNice(c.nice()), (long) timing.nice() - c.nice());
    } else if (change instanceof JobChange.OwnOrder c) {
      return moved(job, timing.withNice(c.nice()), (long) timing.nice() - c.nice());
    } else if (change instanceof JobChange.SiteFactor c) {
      if (!state.admin(actor)) {
        throw denied("only an administrator may give a job a site factor");
      }
      long more = (long) c.factor() - timing.siteFactor();
      return moved(job, timing.withSiteFactor(c.factor()), more);
    } else if (change instanceof JobChange.AccrualReset) {
      pending(job, "its age");
      boolean accrues = job.status().accruesSince() > 0;
      long since = accrues ? state.time : job.status().accrued();
      return job.withStatus(new StatusEdit(job.status()).accrued(since).done());
    } else if (change instanceof JobChange.Partitions c) {
      pending(job, "its partition");
      return partitions(job, c.partitions());
    } else if (change instanceof JobChange.Request c) {
      pending(job, "its resources");
      return job.withSpec(spec.withRequest(c.request()));
    } else if (change instanceof JobChange.ChargeTo c) {
      pending(job, "to whom it is charged");
      return job.withSpec(spec.withCharge(c.charge()));
    } else if (change instanceof JobChange.Begin c) {
      pending(job, "its begin time");
      return job.withSpec(spec.withTiming(timing.withBegin(c.time())));
    } else if (change instanceof JobChange.Deadline c) {
      Timing later = timing.withDeadline(c.time());
      check(c.time() == 0 ? null : rules.timing(later.withNice(0), Timers.NEVER, Actor.SYSTEM));
      return job.withSpec(spec.withTiming(later));
    } else if (change instanceof JobChange.DependsOn c) {
      pending(job, "its dependency");
      Dependency wanted = machine.dependencies.withoutForgotten(c.dependency());
      check(rules.dependency(wanted, job.id()));
      return job.withSpec(spec.withDependency(wanted));
    } else {
      return lesser(job, change, actor);
    }
  }

  /** Jobs that are in one order, as far as their user has a say in it. */
  private record Order(List<String> partitions, Charge charge) {}

  /**
   * Users may put their own jobs in another order ({@code enable_user_top}), where other jobs of
   * theirs in that partition have lost as much as these gain together.
   */
  private void order(List<Job> found, Command.UpdateJob command, Actor actor) throws Refused {
    for (JobChange change : command.changes()) {
      if (change instanceof JobChange.OwnOrder own && !state.admin(actor)) {
        Map<Order, Long> left = new HashMap<>();
        Set<Order> gaining = new HashSet<>();
        for (Job job : found) {
          Order order = new Order(job.spec().partitions(), job.spec().charge());
          int records = Math.max(1, Targets.part(job, command.target()).count());
          long loss = ((long) own.nice() - job.spec().timing().nice()) * records;
          left.merge(order, loss, Long::sum);
          if (loss < 0) {
            gaining.add(order);
          }
        }
        lostBefore(found.get(0).spec().owner().uid(), left);
        boolean may = rules.schedulerWord("enable_user_top") != null;
        if (!gaining.isEmpty() && !(may && gaining.stream().allMatch(one -> left.get(one) >= 0))) {
          throw denied("the user's other jobs haven't lost as much as this would gain");
        }
      }
    }
  }

  /** Adds what the user's pending jobs have lost by now. */
  private void lostBefore(int user, Map<Order, Long> left) {
    state
        .table
        .peek()
        .forEach(
            (id, page, row) -> {
              if (page.state[row] == JobState.PENDING.ordinal() && page.user.get(row) == user) {
                Order order = new Order(page.shape[row].partitions(), page.shape[row].charge());
                left.computeIfPresent(order, (any, sum) -> sum + page.nice.get(row));
              }
            });
  }

  private Job lesser(Job job, JobChange change, Actor actor) throws Refused {
    JobSpec spec = job.spec();
    Execution execution = spec.execution();
    if (change instanceof JobChange.Requeue c) {
      return job.withSpec(spec.withExecution(execution.withRequeue(c.requeue())));
    } else if (change instanceof JobChange.ArrayThrottle c) {
      if (job.arrayId() == 0) {
        throw new Refused(
            refuse(ErrorCode.INVALID_ARRAY, "job " + job.id() + " is not a job array"));
      }
      JobArray throttled = new JobArray(spec.array().ranges(), Math.max(0, c.maxRunning()));
      return job.withSpec(spec.withArray(throttled));
    } else if (change instanceof JobChange.Files c) {
      pending(job, "its files");
      if (!Targets.mayActFor(spec.owner().uid(), actor)) {
        throw denied("only root may say where a job of root writes");
      }
      return job.withSpec(
          spec.withExecution(
              execution.withFiles(
                  c.input() == null ? execution.input() : c.input(),
                  c.output() == null ? execution.output() : c.output(),
                  c.error() == null ? execution.error() : c.error())));
    } else if (change instanceof JobChange.WorkDirectory c) {
      pending(job, "its working directory");
      if (!Targets.mayActFor(spec.owner().uid(), actor)) {
        throw denied("only root may say where a job of root runs");
      }
      if (!c.path().startsWith("/")) {
        throw new Refused(
            refuse(
                ErrorCode.INVALID_ARGUMENT, "working directory " + c.path() + " isn't absolute"));
      }
      return job.withSpec(spec.withExecution(execution.withWorkDirectory(c.path())));
    } else if (change instanceof JobChange.TimeMin c) {
      return job.withSpec(spec.withTiming(spec.timing().withTimeMin(c.millis())));
    } else if (change instanceof JobChange.Reserved c) {
      pending(job, "its reservation");
      JobSpec reserved = spec.withReservation(c.name());
      check(machine.reservations.refusal(reserved));
      return job.withSpec(reserved);
    } else if (change instanceof JobChange.Attribute c) {
      if (ADMINISTRATORS_ATTRIBUTES.contains(c.name()) && !state.admin(actor)) {
        throw denied("only an administrator may set " + c.name());
      }
      if (c.name().equals(SpecRules.REBOOT)) {
        pending(job, "whether its nodes are booted first");
      }
      Map<String, String> attributes = new TreeMap<>(spec.attributes());
      if (c.value().isEmpty()) {
        attributes.remove(c.name());
      } else {
        attributes.put(c.name(), c.value());
      }
      return job.withSpec(spec.withAttributes(attributes));
    }
    throw new Refused(refuse(ErrorCode.INVALID_ARGUMENT, "unknown change " + change));
  }

  private Job timeLimit(Job job, long millis, Actor actor) throws Refused {
    PartitionDefinition partition = state.configuration.partition(job.status().partition());
    Timing timing = job.spec().timing().withTimeLimit(millis);
    long limit =
        partition == null
            ? millis
            : SubmitHandler.timeLimit(state.configuration, timing, List.of(partition.name()));
    if (millis < 0) {
      throw new Refused(refuse(ErrorCode.INVALID_TIME_LIMIT, "negative time limit"));
    }
    boolean runs = job.status().state() != JobState.PENDING;
    if (runs && limit > job.status().timeLimit() && !state.admin(actor)) {
      throw denied("only an administrator may raise the time limit of a running job");
    }
    return job.withSpec(job.spec().withTiming(timing))
        .withStatus(new StatusEdit(job.status()).timeLimit(limit).done());
  }

  /** The priority of a job that is ranked follows at once; the next ranking finds it again. */
  private static Job moved(Job job, Timing later, long more) {
    Timing timing = later;
    long priority = job.status().priority();
    if (job.status().state() == JobState.PENDING && priority > 1) {
      long moved = priority + more;
      priority = Math.max(1, Math.min(0xFFFF_FFFEL, moved));
      timing = timing.priority() == Timing.UNSET ? timing : timing.withPriority(priority);
    }
    return job.withSpec(job.spec().withTiming(timing))
        .withStatus(new StatusEdit(job.status()).priority(priority).done());
  }

  private Job priority(Job job, long priority, Actor actor) throws Refused {
    Timing timing = job.spec().timing();
    boolean admin = state.admin(actor);
    if (priority < 0 || priority > 0xFFFF_FFFEL) {
      throw new Refused(refuse(ErrorCode.INVALID_ARGUMENT, "priority " + priority));
    }
    if (!admin && priority > job.status().priority()) {
      throw denied("only an administrator may raise a priority, or release with one");
    }
    if (priority == 0) {
      boolean byAdmin = admin || timing.hold() == Timing.Hold.ADMIN; // which a user can't weaken
      Timing.Hold hold = byAdmin ? Timing.Hold.ADMIN : Timing.Hold.USER;
      return job.withSpec(job.spec().withTiming(timing.withHold(hold).withPriority(0)))
          .withStatus(new StatusEdit(job.status()).priority(0).done());
    }
    Timing fixed = timing.withHold(Timing.Hold.NONE).withPriority(priority);
    return job.withSpec(job.spec().withTiming(fixed))
        .withStatus(new StatusEdit(job.status()).priority(priority).done());
  }

  private Job partitions(Job job, List<String> names) throws Refused {
    PartitionDefinition first =
        names.isEmpty() ? null : state.configuration.partition(names.get(0));
    if (first == null) {
      throw new Refused(
          refuse(
              ErrorCode.INVALID_PARTITION,
              "no partition "
                  + String.join(",", names)
                  + "; there are: "
                  + state.configuration.partitionNames()));
    }
    long limit = SubmitHandler.timeLimit(state.configuration, job.spec().timing(), names);
    return job.withSpec(job.spec().withPartitions(names))
        .withStatus(new StatusEdit(job.status()).partition(first.name()).timeLimit(limit).done());
  }

  private static void pending(Job job, String what) throws Refused {
    if (job.status().state() != JobState.PENDING || job.status().has(JobFlag.COMPLETING)) {
      throw new Refused(
          refuse(
              ErrorCode.NOT_PENDING,
              "job " + Jobs.label(job) + " isn't pending, so " + what + " can't be changed"));
    }
  }

  private static void check(Outcome.Rejected problem) throws Refused {
    if (problem != null) {
      throw new Refused(problem);
    }
  }

  private static Refused denied(String message) {
    return new Refused(refuse(ErrorCode.ACCESS_DENIED, message));
  }
}
