package org.headrace.control.definition;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.CoreSet;

/**
 * Nodes that an administrator sets aside for some time.
 *
 * @param id number that no other reservation of the cluster ever had; zero for a new one
 * @param name its name; empty for one that is made of the first user or account and the id
 * @param start from when on, in epoch milliseconds
 * @param end until when
 * @param nodes names of its nodes; if it is made by their number, empty at first
 * @param partition partition that it was made for, or the empty string
 * @param users who may use it
 * @param accounts whose jobs may use it
 * @param flags what is special about it
 * @param nodeCount how many nodes are to be chosen for it, or zero if they are named
 * @param features what nodes that are chosen must have, or the empty string
 * @param zone of one that repeats: time zone by whose clock it does
 * @param share what it has of its nodes, and licences
 * @param clock when it ends before its time, or never comes
 * @param groups members of which groups may use it
 */
public record ReservationDefinition(
    long id,
    String name,
    long start,
    long end,
    List<String> nodes,
    String partition,
    Admission users,
    Admission accounts,
    Set<Flag> flags,
    int nodeCount,
    String features,
    String zone,
    Share share,
    Clock clock,
    Groups groups) {
  /** For users and accounts. */
  public ReservationDefinition(
      long id,
      String name,
      long start,
      long end,
      List<String> nodes,
      String partition,
      Admission users,
      Admission accounts,
      Set<Flag> flags,
      int nodeCount,
      String features,
      String zone,
      Share share,
      Clock clock) {
    this(
        id,
        name,
        start,
        end,
        nodes,
        partition,
        users,
        accounts,
        flags,
        nodeCount,
        features,
        zone,
        share,
        clock,
        Groups.ALL);
  }

  /** Of whole nodes. */
  public ReservationDefinition(
      long id,
      String name,
      long start,
      long end,
      List<String> nodes,
      String partition,
      Admission users,
      Admission accounts,
      Set<Flag> flags,
      int nodeCount,
      String features,
      String zone) {
    this(
        id,
        name,
        start,
        end,
        nodes,
        partition,
        users,
        accounts,
        flags,
        nodeCount,
        features,
        zone,
        Share.WHOLE,
        Clock.PLAIN);
  }

  /** Of nodes that are named, and only once. */
  public ReservationDefinition(
      long id,
      String name,
      long start,
      long end,
      List<String> nodes,
      String partition,
      Admission users,
      Admission accounts,
      Set<Flag> flags) {
    this(id, name, start, end, nodes, partition, users, accounts, flags, 0, "", "");
  }

  /** What is special about a reservation. */
  public enum Flag {
    /** For work on the nodes; may share them with other reservations. */
    MAINT,
    /** Its jobs may use other nodes and times as well. */
    FLEX,
    /** May share nodes with other reservations. */
    OVERLAP,
    /** Made although jobs run on its nodes into its time. */
    IGNORE_JOBS,
    /** Its nodes were named. */
    SPEC_NODES,
    /** Of all nodes. */
    ALL_NODES,
    /** Of all nodes of its partition. */
    PART_NODES,
    /** Jobs that still wait when it ends may run elsewhere. */
    NO_HOLD_JOBS_AFTER,
    /** Again every hour. */
    HOURLY,
    /** Again every day. */
    DAILY,
    /** Again from Monday to Friday. */
    WEEKDAY,
    /** Again on Saturday and Sunday. */
    WEEKEND,
    /** Again every week. */
    WEEKLY,
    /** Keeps the nodes that were chosen for it, whatever becomes of them. */
    STATIC_ALLOC,
    /** Gets others for nodes that were chosen for it and take no jobs any more. */
    REPLACE_DOWN,
    /** Gets others for nodes that were chosen for it and are in use, too. */
    REPLACE,
    /** Always begins so long after the present. */
    TIME_FLOAT,
    /** Takes jobs that may use it without their asking. */
    MAGNETIC,
    /** Ends when no job has used it for a while. */
    PURGE_COMP,
    /** Of the first cores of its nodes. */
    FIRST_CORES,
    /** Its jobs may use any nodes: it is about licences. */
    ANY_NODES,
    /** Who may use it may delete it. */
    USER_DELETE,
    /** One that repeats may begin long ago. */
    FORCE_START
  }

  /**
   * What is reserved beside, or instead of, whole nodes.
   *
   * @param licenses licences by name
   * @param coreCounts how many cores were asked for: in all, or for each node; empty for whole
   *     nodes
   * @param cores which cores of which node these are
   */
  public record Share(
      Map<String, Integer> licenses, List<Integer> coreCounts, Map<String, CoreSet> cores) {
    public static final Share WHOLE = new Share(Map.of(), List.of(), Map.of());

    public Share {
      licenses = Map.copyOf(licenses);
      coreCounts = List.copyOf(coreCounts);
      cores = Map.copyOf(cores);
    }
  }

  /**
   * Times in milliseconds.
   *
   * @param purgeAfter for how long it may stay unused before it ends; zero if it doesn't matter
   * @param lead how long after the present it always begins; zero for one that does begin
   * @param used when a job last used it, in epoch milliseconds, or zero
   * @param begun true once its begin has been seen to
   * @param startDelay for how long jobs that aren't its own may keep its own waiting; zero for none
   *     such jobs
   */
  public record Clock(long purgeAfter, long lead, long used, boolean begun, long startDelay) {
    public static final Clock PLAIN = new Clock(0, 0, 0, false);

    /** Of one that no other jobs are let into. */
    public Clock(long purgeAfter, long lead, long used, boolean begun) {
      this(purgeAfter, lead, used, begun, 0);
    }

    public Clock withUsed(long at) {
      return new Clock(purgeAfter, lead, at, begun, startDelay);
    }

    public Clock withBegun(boolean newBegun) {
      return new Clock(purgeAfter, lead, used, newBegun, startDelay);
    }

    public Clock withLead(long newLead) {
      return new Clock(purgeAfter, newLead, used, begun, startDelay);
    }
  }

  /**
   * Groups whose members are let in.
   *
   * @param names names as they were given; empty when groups don't matter
   * @param ids their numbers, by which members are known
   */
  public record Groups(List<String> names, List<Integer> ids) {
    public static final Groups ALL = new Groups(List.of(), List.of());

    public Groups {
      names = List.copyOf(names);
      ids = List.copyOf(ids);
    }

    boolean admits(JobSpec job) {
      return names.isEmpty()
          || ids.contains(job.owner().gid())
          || job.execution().groups().stream().anyMatch(ids::contains);
    }
  }

  /**
   * Who is let in.
   *
   * @param names names; empty when it doesn't matter
   * @param denied true when all but those are let in
   */
  public record Admission(List<String> names, boolean denied) {
    public static final Admission ALL = new Admission(List.of(), false);

    public Admission {
      names = List.copyOf(names);
    }

    public boolean admits(String name) {
      return names.isEmpty() || names.contains(name) != denied;
    }
  }

  public ReservationDefinition {
    nodes = List.copyOf(nodes);
    flags = Set.copyOf(flags);
    share = share == null ? Share.WHOLE : share;
    clock = clock == null ? Clock.PLAIN : clock;
    groups = groups == null ? Groups.ALL : groups;
  }

  public boolean has(Flag flag) {
    return flags.contains(flag);
  }

  public ReservationDefinition named(long newId, String newName) {
    return with(newId, newName, start, end, nodes);
  }

  /** The same on other nodes. */
  public ReservationDefinition on(List<String> newNodes) {
    return with(id, name, start, end, newNodes);
  }

  /** The same with those cores of its nodes. */
  public ReservationDefinition onCores(Map<String, CoreSet> cores) {
    return with(zone, new Share(share.licenses(), share.coreCounts(), cores), clock);
  }

  public ReservationDefinition withClock(Clock newClock) {
    return with(zone, share, newClock);
  }

  /** The same without a time zone, as of one that doesn't repeat. */
  public ReservationDefinition inNoZone() {
    return with("", share, clock);
  }

  private ReservationDefinition with(String newZone, Share newShare, Clock newClock) {
    return new ReservationDefinition(
        id, name, start, end, nodes, partition, users, accounts, flags, nodeCount, features,
        newZone, newShare, newClock, groups);
  }

  private ReservationDefinition with(
      long newId, String newName, long newStart, long newEnd, List<String> newNodes) {
    return new ReservationDefinition(
        newId, newName, newStart, newEnd, newNodes, partition, users, accounts, flags, nodeCount,
        features, zone, share, clock, groups);
  }

  /** When it begins, as seen at {@code now}. */
  public long startsAt(long now) {
    return clock.lead() > 0 ? now + clock.lead() : start;
  }

  /** When it ends, as seen at {@code now}. */
  public long endsAt(long now) {
    return startsAt(now) + (end - start);
  }

  /** True while its jobs may run. */
  public boolean active(long now) {
    return startsAt(now) <= now && now < endsAt(now);
  }

  /** True when that job may use it, by whose it is and to whom it is charged. */
  public boolean admits(JobSpec job) {
    return users.admits(job.owner().user())
        && accounts.admits(job.charge().account())
        && groups.admits(job);
  }

  /**
   * The next time of one that repeats that isn't over at {@code now}, by the clock of its zone.
   *
   * @return null if it doesn't repeat
   */
  public ReservationDefinition next(long now) {
    if (!repeats()) {
      return null;
    }
    ZonedDateTime begin = Instant.ofEpochMilli(start).atZone(ZoneId.of(zone));
    long length = end - start;
    do {
      begin = has(Flag.HOURLY) ? begin.plusHours(1) : begin.plusDays(has(Flag.WEEKLY) ? 7 : 1);
    } while (begin.toInstant().toEpochMilli() + length <= now || !on(begin.getDayOfWeek()));
    long next = begin.toInstant().toEpochMilli();
    return with(id, name, next, next + length, nodes).withClock(clock.withBegun(false));
  }

  /** True when it comes again. */
  public boolean repeats() {
    return has(Flag.HOURLY)
        || has(Flag.DAILY)
        || has(Flag.WEEKDAY)
        || has(Flag.WEEKEND)
        || has(Flag.WEEKLY);
  }

  private boolean on(DayOfWeek day) {
    boolean weekend = day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY;
    return !(has(Flag.WEEKDAY) && weekend) && !(has(Flag.WEEKEND) && !weekend);
  }
}
