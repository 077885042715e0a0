package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Timing;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.PartitionDefinition;

/** Takes jobs into the queue. */
final class SubmitHandler {
  /** Priority of a job that no plugin has looked at yet. */
  private static final long FIRST_PRIORITY = 1;

  private final Machine machine;
  private final ClusterState state;
  private final SpecRules rules;

  SubmitHandler(Machine machine, SpecRules rules) {
    this.machine = machine;
    this.state = machine.state;
    this.rules = rules;
  }

  /** A job as it would be queued, or why it isn't. */
  private record Candidate(JobSpec spec, long limit, Outcome refusal) {}

  private Candidate candidate(JobSpec asked, Actor actor) {
    boolean admin = state.admin(actor);
    if (!mayOwn(asked.owner(), actor, admin)) {
      return new Candidate(
          asked,
          0,
          refuse(
              ErrorCode.ACCESS_DENIED,
              "user " + actor.user() + " may not submit a job of user " + asked.owner().user()));
    }
    PartitionDefinition first = firstPartition(asked);
    if (first == null) {
      return new Candidate(asked, 0, noPartition(asked));
    }
    JobSpec spec = complete(asked, first, admin);
    long limit = timeLimit(state.configuration, spec.timing(), spec.partitions());
    if (spec.timing().timeLimit() == Timing.UNSET) {
      limit = Math.min(limit, machine.charging.longest(spec, first.name()));
    }
    return new Candidate(spec, limit, check(spec, limit, actor, admin));
  }

  /** Says whether a job would be taken into the queue. */
  Outcome check(Command.CheckJob command, Actor actor) {
    Candidate candidate = candidate(command.spec(), actor);
    return candidate.refusal() != null
        ? candidate.refusal()
        : new Outcome.JobChecked(machine.arrays.nextId(), candidate.spec(), candidate.limit());
  }

  Outcome submit(Command.SubmitJob command, Actor actor) {
    Candidate candidate = candidate(command.spec(), actor);
    if (candidate.refusal() != null) {
      return candidate.refusal();
    }
    return new Outcome.JobAccepted(queue(command, candidate, candidate.spec()), List.of());
  }

  /** All components are queued, or none is. */
  Outcome submit(Command.SubmitComponents command, Actor actor) {
    List<Command.SubmitJob> components = command.components();
    int count = components.size();
    if (count < 2 || count > Command.SubmitComponents.MOST) {
      return refuse(
          ErrorCode.INVALID_ARGUMENT,
          count + " components; a job has 2 to " + Command.SubmitComponents.MOST);
    }
    List<Candidate> candidates = new ArrayList<>();
    for (Command.SubmitJob one : components) {
      Candidate candidate = candidate(one.spec(), actor);
      if (candidate.refusal() != null) {
        return candidate.refusal();
      }
      if (candidate.spec().array().isArray()) {
        return refuse(ErrorCode.INVALID_ARRAY, "a component of a job can't be an array");
      }
      candidates.add(candidate);
    }
    Outcome.Rejected tooMuch = tooMuch(candidates);
    if (tooMuch != null) {
      return tooMuch;
    }
    Outcome.Rejected full = full(count);
    if (full != null) {
      return full;
    }
    long group = machine.arrays.idsInARow(count);
    for (int i = 0; i < count; i++) {
      JobComponent component = new JobComponent(group, i, count);
      queue(
          components.get(i), candidates.get(i), candidates.get(i).spec().withComponent(component));
    }
    return new Outcome.JobAccepted(group, List.of());
  }

  /** What components want of licences and CPUs at the same time, and there isn't, or null. */
  private Outcome.Rejected tooMuch(List<Candidate> candidates) {
    Map<String, Long> licenses = new TreeMap<>();
    long cpus = 0;
    for (Candidate one : candidates) {
      Map<String, Integer> wanted = one.spec().request().licenses();
      wanted.forEach((name, n) -> licenses.merge(name, (long) n, Long::sum));
      cpus += one.spec().request().minCpus();
    }
    for (Map.Entry<String, Long> entry : licenses.entrySet()) {
      int all = state.configuration.current().licenses().getOrDefault(entry.getKey(), 0);
      if (entry.getValue() > all) {
        return refuse(
            ErrorCode.INVALID_LICENSES,
            "all components want %d licences %s; there are %d"
                .formatted(entry.getValue(), entry.getKey(), all));
      }
    }
    long all = state.nodes.views().stream().mapToLong(node -> node.hardware().cpus()).sum();
    return cpus <= all
        ? null
        : refuse(
            ErrorCode.NODES_UNAVAILABLE,
            "all components want %d CPUs at the same time; there are %d".formatted(cpus, all));
  }

  private long queue(Command.SubmitJob command, Candidate candidate, JobSpec spec) {
    Job job = newJob(spec, candidate.limit());
    long immediateUntil =
        command.immediateSeconds() > 0 ? state.time + command.immediateSeconds() * 1000L : 0;
    machine.jobs.add(
        job,
        state.files.put(command.files().script()),
        state.files.put(command.files().environment()),
        immediateUntil);
    state.timers.set(immediateUntil, Timers.Kind.IMMEDIATE, job.id());
    TimerHandler.watch(state.timers, job, state.time);
    machine.singletons.add(job);
    machine.dependencies.watch(job);
    Job queued = machine.gate.settle(machine.dependencies.reconsider(job));
    state.tally.submitted();
    state.events.job(queued);
    state.outbox.job(queued, List.of());
    if (!queued.spec().dependency().isEmpty()) {
      machine.dependencies.look(queued.id());
    }
    return queued.id();
  }

  /** Groups are looked up by the name, so the name has to be the actor's as much as the number. */
  private static boolean mayOwn(Owner owner, Actor actor, boolean admin) {
    if (admin) {
      return Targets.mayActFor(owner.uid(), actor);
    }
    return owner.uid() == actor.uid()
        && owner.gid() == actor.gid()
        && owner.user().equals(actor.user())
        && owner.group().equals(actor.group());
  }

  private PartitionDefinition firstPartition(JobSpec spec) {
    return spec.partitions().isEmpty()
        ? state.configuration.defaultPartition()
        : state.configuration.partition(spec.partitions().get(0));
  }

  private Outcome noPartition(JobSpec spec) {
    String known = "; there are: " + state.configuration.partitionNames();
    return refuse(
        ErrorCode.INVALID_PARTITION,
        spec.partitions().isEmpty()
            ? "no partition named, and this cluster has no default" + known
            : "no partition " + spec.partitions().get(0) + known);
  }

  private Outcome.Rejected check(JobSpec spec, long limit, Actor actor, boolean admin) {
    Outcome.Rejected problem = rules.texts(spec);
    problem = problem != null ? problem : rules.placement(spec, limit, admin);
    problem = problem != null ? problem : machine.reservations.refusal(spec);
    problem = problem != null ? problem : rules.charge(spec);
    problem = problem != null ? problem : charge(spec, limit);
    problem = problem != null ? problem : rules.timing(spec.timing(), limit, actor);
    problem = problem != null ? problem : rules.array(spec.array());
    problem = problem != null ? problem : rules.dependency(spec.dependency(), 0);
    if (problem != null) {
      return problem;
    }
    return full(spec.array().isArray() ? spec.array().count() : 1);
  }

  /** Why so many jobs more can't be known, or null. */
  private Outcome.Rejected full(long more) {
    int most = state.limits().maxJobs();
    return state.taskCount + more > most
        ? refuse(
            ErrorCode.QUEUE_FULL,
            more + " more jobs; " + state.taskCount + " are known, and the limit is " + most)
        : null;
  }

  private Outcome.Rejected charge(JobSpec spec, long limit) {
    String partition = spec.partitions().get(0);
    Outcome.Rejected problem = machine.charging.refusal(spec, partition);
    long jobs = spec.array().isArray() ? spec.array().count() : 1;
    return problem != null
        ? problem
        : machine.charging.overLimit(spec, partition, limit, jobs, state.time);
  }

  /** The spec with the defaults that the partition and the cluster have for it. */
  private JobSpec complete(JobSpec spec, PartitionDefinition first, boolean admin) {
    JobSpec full = spec.partitions().isEmpty() ? spec.withPartitions(List.of(first.name())) : spec;
    full = full.withRequest(withMemory(full, first));
    full =
        full.withCharge(
            machine.charging.complete(full.charge(), full.owner().user(), first.name()));
    full = full.withDependency(machine.dependencies.withoutForgotten(full.dependency()));
    if (full.timing().hold() == Timing.Hold.ADMIN && !admin) {
      full = full.withTiming(full.timing().withHold(Timing.Hold.USER));
    }
    return admin ? full : SpecRules.withoutBoot(full);
  }

  private org.headrace.api.model.ResourceRequest withMemory(
      JobSpec spec, PartitionDefinition partition) {
    if (spec.request().memory().basis() != MemoryRequest.Basis.NONE) {
      return spec.request();
    }
    boolean own = partition.defaultMemory().basis() != MemoryRequest.Basis.NONE;
    return spec.request()
        .withMemory(own ? partition.defaultMemory() : state.limits().defaultMemory());
  }

  /**
   * The limit in force for a job that asked for that timing: without one, the first partition's, as
   * far as it lets the job start in all of its partitions.
   *
   * @param partitions names; the first is known
   */
  static long timeLimit(Configuration configuration, Timing timing, List<String> partitions) {
    if (timing.timeLimit() != Timing.UNSET) {
      return timing.timeLimit();
    }
    PartitionDefinition first = configuration.partition(partitions.get(0));
    long limit = first.defaultTime() > 0 ? first.defaultTime() : first.maxTime();
    for (String name : partitions) {
      PartitionDefinition other = configuration.partition(name);
      limit = other == null ? limit : Math.min(limit, other.maxTime());
    }
    return limit == Long.MAX_VALUE ? JobClass.UNLIMITED : limit;
  }

  private Job newJob(JobSpec spec, long limit) {
    Limits limits = state.limits();
    long id = machine.arrays.newId();
    assert id >= limits.firstJobId();
    boolean array = spec.array().isArray();
    boolean held = spec.timing().hold() != Timing.Hold.NONE;
    long fixed = spec.timing().priority();
    JobStatus status =
        new JobStatus(
            JobState.PENDING,
            Set.of(),
            Reason.NONE,
            held ? 0 : fixed != Timing.UNSET ? fixed : FIRST_PRIORITY,
            spec.partitions().get(0),
            state.time,
            0,
            0,
            0,
            0,
            limit,
            null,
            ExitStatus.SUCCESS,
            ExitStatus.SUCCESS,
            0,
            array ? spec.array() : JobArray.NONE,
            0,
            -1,
            0,
            0);
    return new Job(id, array ? id : 0, Job.NO_TASK, spec, status);
  }
}
