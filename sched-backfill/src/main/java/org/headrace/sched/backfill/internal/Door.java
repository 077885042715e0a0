package org.headrace.sched.backfill.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.scheduler.Decision;

/**
 * A partition during a pass, with what is known of the classes that want in. Once a class has to
 * wait, all jobs of the class do, and so do classes that differ in nothing that could help:
 * resources only get scarcer during a pass.
 */
final class Door {
  private static final long MINUTE = 60_000;

  private final String name;
  private final PartitionView partition;
  private final boolean alike;

  /** How many jobs of the partition resources are set aside for. */
  int reservations;

  /**
   * Reservations of administrators in which jobs of the partition wait for resources; the empty
   * name where jobs do that in none.
   */
  private final Set<String> waitedFor = new HashSet<>();

  /** Why nothing of the partition is tried any more, or null. */
  private Closed stopped;

  /** By class id; null where nothing is known. */
  private Closed[] closed = new Closed[64];

  /** Of classes that mind whose jobs are on a node, by class id and user. */
  private final Map<Long, Closed> closedForUser = new HashMap<>();

  private final Map<ResourceRequest, Known> byRequest = new HashMap<>();

  /** What is known of all classes with one request. */
  private static final class Known {
    /** Why there are no resources for it, whatever the time limit; or null. */
    Closed full;

    /** Why a job of that time limit, or a longer one, would delay a reserved one; or null. */
    Closed delaying;

    long limit;

    Closed closed(long timeLimit) {
      return full != null || timeLimit < limit ? full : delaying;
    }
  }

  /**
   * Why a class can't start now.
   *
   * @param reason decisive reason
   * @param hopeless true when waiting for running jobs won't help
   * @param beyond true when it can't start within the time looked ahead either
   * @param ofPayer true when it is about who pays for the job, and says nothing of others of its
   *     class
   * @param blockers details
   */
  record Closed(
      Reason reason, boolean hopeless, boolean beyond, boolean ofPayer, List<Blocker> blockers) {
    static Closed of(Reason reason, boolean hopeless, List<Blocker> blockers) {
      return new Closed(reason, hopeless, false, false, blockers);
    }

    static Closed limited(Blocker limit) {
      return new Closed(limit.reason(), true, false, true, List.of(limit));
    }

    /** Of a job that isn't looked at as others of its kind were. */
    static Closed beyond(String setting) {
      Blocker blocker =
          new Blocker(
              Reason.PRIORITY, 0, "not looked at: SchedulerParameters=" + setting, Blocker.UNKNOWN);
      return new Closed(Reason.PRIORITY, true, false, true, List.of(blocker));
    }

    private static Closed held(Reason reason, String detail) {
      return of(reason, true, List.of(new Blocker(reason, 0, detail, Blocker.UNKNOWN)));
    }

    Closed toTheHorizon() {
      return new Closed(reason, hopeless, true, ofPayer, blockers);
    }

    /** True when nothing can be set aside for it. */
    boolean settled() {
      return hopeless || beyond;
    }
  }

  /**
   * @param partition the partition of that name, or null
   * @param reservations true when administrators have reserved nodes: then classes that ask for the
   *     same, but for another time, may not be alike
   */
  Door(String name, PartitionView partition, boolean reservations) {
    this.alike = !reservations;
    this.name = name;
    this.partition = partition;
  }

  Closed stopped() {
    return stopped;
  }

  /** An association's limit keeps a job back, and with it all that come after it. */
  void stop(Blocker limit) {
    Blocker ahead =
        new Blocker(
            Reason.PRIORITY,
            0,
            "a job ahead waits for a limit (" + limit.detail() + "): assoc_limit_stop",
            Blocker.UNKNOWN);
    stopped = new Closed(Reason.PRIORITY, true, false, true, List.of(ahead));
  }

  String name() {
    return name;
  }

  PartitionView partition() {
    return partition;
  }

  /** Why the class can't start now, whoever's job it is; null while that isn't known. */
  Closed closed(int id) {
    return id < closed.length ? closed[id] : null;
  }

  /** Why a job of the class can't start now; null while that isn't known. */
  Closed closed(JobClass jobClass, int user) {
    int id = jobClass.id();
    Closed known = closed(id);
    if (known != null) {
      return known;
    }
    known = refusal(jobClass);
    if (known == null) {
      ResourceRequest request = jobClass.request();
      if (minds(request)) {
        return closedForUser.get(key(id, user));
      }
      Known others = alike(jobClass) ? byRequest.get(request) : null;
      known = others == null ? null : others.closed(jobClass.timeLimit());
    }
    if (known != null) {
      keep(id, known);
    }
    return known;
  }

  /** What the partition itself has against the class, or null. */
  private Closed refusal(JobClass jobClass) {
    if (partition == null) {
      return Closed.held(Reason.PARTITION_DOWN, "there is no partition " + name);
    }
    if (!partition.startsJobs()) {
      return Closed.held(
          partition.state() == PartitionView.State.INACTIVE
              ? Reason.PARTITION_INACTIVE
              : Reason.PARTITION_DOWN,
          "partition " + name + " is " + partition.state());
    }
    long limit = jobClass.timeLimit();
    if (limit != JobClass.UNLIMITED && limit > partition.forJobs(jobClass).maxTime()) {
      return Closed.held(
          Reason.PARTITION_TIME_LIMIT,
          "time limit is %d min; partition %s allows %d min"
              .formatted(limit / MINUTE, name, partition.maxTime() / MINUTE));
    }
    return null;
  }

  /** Notes why a class can't start. */
  void close(JobClass jobClass, int user, Closed why) {
    if (why.ofPayer()) {
      return;
    }
    ResourceRequest request = jobClass.request();
    if (minds(request)) {
      closedForUser.put(key(jobClass.id(), user), why);
      return;
    }
    keep(jobClass.id(), why);
    if (why.beyond() || !alike(jobClass)) {
      return;
    }
    Known known = byRequest.computeIfAbsent(request, key -> new Known());
    if (why.reason() == Reason.PRIORITY) {
      known.delaying = why;
      known.limit = jobClass.timeLimit();
    } else {
      known.full = why;
    }
  }

  /** Notes why a class can't start, whoever's its jobs are. */
  void keep(int id, Closed why) {
    if (id >= closed.length) {
      closed = Arrays.copyOf(closed, Math.max(id + 1, 2 * closed.length));
    }
    closed[id] = why;
  }

  private boolean alike(JobClass jobClass) {
    return alike && jobClass.exempt().isEmpty();
  }

  private boolean minds(ResourceRequest request) {
    return request.sharing() == Sharing.USER || partition.sharing() == Sharing.USER;
  }

  private static long key(int id, int user) {
    return ((long) id << 32) ^ user;
  }

  /**
   * True when a job of the class waits behind others of its partition, or, if it has to run in an
   * administrator's reservation, behind others that wait for that (as squeue(1) says of Priority).
   */
  boolean behind(JobClass jobClass) {
    String own = jobClass.reservation();
    return waitedFor.contains(own) || own.isEmpty() && reservations > 0;
  }

  /** A job of the class waits for resources: others are behind it. */
  void first(JobClass jobClass) {
    waitedFor.add(jobClass.reservation());
  }

  /** The decision for a job that nothing is set aside for. */
  Decision wait(long job, JobClass jobClass, Closed why) {
    return new Decision.Wait(job, reason(jobClass, why), Blocker.UNKNOWN, why.blockers(), name);
  }

  private Reason reason(JobClass jobClass, Closed why) {
    if (why.hopeless()) {
      return why.reason();
    }
    if (behind(jobClass)) {
      return Reason.PRIORITY;
    }
    boolean busy = why.reason() == Reason.PRIORITY && !jobClass.reservation().isEmpty();
    Reason reason = busy ? Reason.RESOURCES : why.reason();
    if (reason == Reason.RESOURCES) {
      first(jobClass);
    }
    return reason;
  }
}
