package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ReservationView;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Flag;

/**
 * Reservations, from being made to their end. A job that asks for one waits for its begin; jobs of
 * one that is over are ended, at once or when {@code ResvOverRun} has passed.
 */
final class Reservations {
  private static final long MINUTE = 60_000;

  private final Machine machine;
  private final ClusterState state;
  private final TreeMap<Long, ReservationDefinition> byId = new TreeMap<>();
  private long nextId = 1;

  Reservations(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  List<ReservationDefinition> all() {
    return List.copyOf(byId.values());
  }

  long nextId() {
    return nextId;
  }

  void clear() {
    byId.clear();
    nextId = 1;
  }

  void restore(long next, List<ReservationDefinition> definitions) {
    nextId = next;
    definitions.forEach(this::keep);
  }

  private void keep(ReservationDefinition definition) {
    byId.put(definition.id(), definition);
    if (definition.clock().lead() > 0) {
      return;
    }
    look(definition.start(), definition, 0);
    look(definition.end(), definition, 1);
    if (definition.clock().purgeAfter() > 0) {
      look(purgeAt(definition), definition, 2);
    }
  }

  private void look(long at, ReservationDefinition definition, int which) {
    state.timers.set(at, Timers.Kind.RESERVATION, definition.id(), which);
  }

  private static long purgeAt(ReservationDefinition one) {
    return Math.max(one.start(), one.clock().used()) + one.clock().purgeAfter();
  }

  /** The reservation of that name, or null. */
  ReservationDefinition find(String name) {
    for (ReservationDefinition one : byId.values()) {
      if (one.name().equals(name)) {
        return one;
      }
    }
    return null;
  }

  /** As plugins see them, ascending by name. */
  List<ReservationView> views() {
    TreeMap<String, ReservationView> views = new TreeMap<>();
    for (ReservationDefinition one : byId.values()) {
      views.put(
          one.name(),
          new ReservationView(
              one.name(),
              one.start(),
              one.end(),
              nodes(one),
              one.has(Flag.MAINT),
              one.has(Flag.FLEX),
              one.has(Flag.OVERLAP),
              one.has(Flag.ANY_NODES),
              one.clock().lead(),
              cores(one),
              licensesLeft(one)));
    }
    return List.copyOf(views.values());
  }

  private Map<Integer, CoreSet> cores(ReservationDefinition one) {
    Map<Integer, CoreSet> cores = new HashMap<>();
    one.share()
        .cores()
        .forEach(
            (name, some) -> {
              NodeEntry node = state.nodes.get(name);
              if (node != null) {
                cores.put(node.id(), some);
              }
            });
    return cores;
  }

  private Map<String, Integer> licensesLeft(ReservationDefinition one) {
    if (one.share().licenses().isEmpty()) {
      return Map.of();
    }
    Map<String, Integer> left = new HashMap<>(one.share().licenses());
    for (Run run : running(one)) {
      run.job()
          .spec()
          .request()
          .licenses()
          .forEach((name, count) -> left.computeIfPresent(name, (key, had) -> had - count));
    }
    left.values().removeIf(count -> count <= 0);
    return left;
  }

  /**
   * Names of the reservations that a job may run in, with commas between them; an empty one stands
   * for none. Those that take jobs unasked come first.
   */
  String open(JobSpec spec) {
    if (!spec.reservation().isEmpty()) {
      return spec.reservation();
    }
    StringBuilder names = new StringBuilder();
    for (ReservationDefinition one : byId.values()) {
      if (one.has(Flag.MAGNETIC) && one.admits(spec)) {
        names.append(one.name()).append(',');
      }
    }
    return names.toString();
  }

  NodeMask nodes(ReservationDefinition definition) {
    BitSet ids = new BitSet();
    for (String name : definition.nodes()) {
      NodeEntry node = state.nodes.get(name);
      if (node != null) {
        ids.set(node.id());
      }
    }
    return NodeMask.copyOf(ids);
  }

  /** Why a pending job has to wait as far as its reservation goes, or null. */
  Reason obstacle(Job job) {
    if (job.spec().reservation().isEmpty()) {
      return null;
    }
    Reason reason = Reason.RESERVATION_DELETED;
    for (String name : Openings.names(job.spec().reservation())) {
      ReservationDefinition own = find(name);
      if (own != null && (own.has(Flag.FLEX) || own.startsAt(state.time) <= state.time)) {
        return null;
      }
      reason = own == null ? reason : Reason.RESERVATION;
    }
    return reason;
  }

  /** Why a job may not ask for its reservation, or null. */
  Outcome.Rejected refusal(JobSpec spec) {
    if (spec.reservation().isEmpty()) {
      return null;
    }
    for (String name : Openings.names(spec.reservation())) {
      ReservationDefinition own = find(name);
      if (own == null) {
        String known = String.join(", ", all().stream().map(ReservationDefinition::name).toList());
        return refuse(
            ErrorCode.INVALID_RESERVATION,
            "no reservation "
                + name
                + (known.isEmpty() ? "; this cluster has none" : "; there are: " + known));
      }
      if (!own.admits(spec)) {
        return refuse(
            ErrorCode.RESERVATION_ACCESS_DENIED,
            "reservation " + own.name() + " isn't for this user, group or account");
      }
    }
    return null;
  }

  /** The reservation that holds now and whose nodes alone the job may have, or null. */
  ReservationDefinition bounds(JobSpec spec) {
    ReservationDefinition own = spec.reservation().isEmpty() ? null : find(spec.reservation());
    boolean bounds =
        own != null
            && own.active(state.time)
            && !own.has(Flag.FLEX)
            && !own.has(Flag.ANY_NODES)
            && !own.nodes().isEmpty();
    return bounds ? own : null;
  }

  Outcome put(Command.PutReservation command, Actor actor) {
    if (!state.admin(actor)) {
      return refuse(ErrorCode.ACCESS_DENIED, "reservations are made by administrators");
    }
    ReservationDefinition asked = clocked(command.definition());
    ReservedNodes choice = new ReservedNodes(machine, byId.values(), asked);
    Outcome.Rejected problem = choice.shortage();
    asked = problem == null ? choice.made() : asked;
    problem = problem != null ? problem : problem(asked);
    if (problem != null) {
      return problem;
    }
    ReservationDefinition before = byId.get(asked.id());
    ReservationDefinition made = asked;
    if (asked.id() == 0) {
      long id = nextId++;
      made = asked.named(id, asked.name().isEmpty() ? first(asked) + "_" + id : asked.name());
    }
    keep(made);
    if (made.has(Flag.MAGNETIC) || before != null && before.has(Flag.MAGNETIC)) {
      redraw();
    }
    changed(made.name());
    return new Outcome.Done(List.of(made.name()));
  }

  /** One that floats always keeps the distance that it has now. */
  private ReservationDefinition clocked(ReservationDefinition asked) {
    long lead = asked.has(Flag.TIME_FLOAT) ? Math.max(1, asked.start() - state.time) : 0;
    ReservationDefinition one = asked.withClock(asked.clock().withLead(lead).withBegun(false));
    boolean over = one.start() < one.end() && one.end() <= state.time;
    return one.has(Flag.FORCE_START) && over && one.repeats() && knownZone(one)
        ? one.next(state.time)
        : one;
  }

  static boolean knownZone(ReservationDefinition one) {
    return ZoneId.getAvailableZoneIds().contains(one.zone());
  }

  /** Finds out anew which reservations take waiting jobs that ask for none. */
  private void redraw() {
    List<Long> ids = new ArrayList<>();
    state
        .table
        .peek()
        .forEach(
            (id, page, row) -> {
              if (page.state[row] == JobState.PENDING.ordinal()) {
                ids.add(id);
              }
            });
    for (long id : ids) {
      Job job = machine.jobs.get(id);
      if (job.spec().reservation().isEmpty()) {
        machine.jobs.put(job);
      }
    }
  }

  private static String first(ReservationDefinition asked) {
    List<String> names =
        asked.users().names().isEmpty() ? asked.accounts().names() : asked.users().names();
    return names.isEmpty() ? "resv" : names.get(0);
  }

  private Outcome.Rejected problem(ReservationDefinition asked) {
    ReservationDefinition same = find(asked.name());
    if (asked.id() == 0 && !asked.name().isEmpty() && same != null) {
      return refuse(ErrorCode.RESERVATION_NAME_TAKEN, "there is a reservation " + asked.name());
    }
    if (asked.id() != 0 && (same == null || same.id() != asked.id())) {
      return refuse(ErrorCode.INVALID_RESERVATION, "no reservation " + asked.name());
    }
    if (asked.repeats() && !knownZone(asked)) {
      return refuse(ErrorCode.INVALID_ARGUMENT, "there is no time zone " + asked.zone());
    }
    if (asked.end() <= asked.start() || asked.end() <= state.time) {
      return refuse(ErrorCode.INVALID_TIME, "the end has to come after the start and the present");
    }
    if (asked.nodes().isEmpty() && !asked.has(Flag.ANY_NODES)) {
      return refuse(ErrorCode.INVALID_NODE_COUNT, "a reservation needs nodes");
    }
    for (String name : asked.nodes()) {
      if (state.nodes.get(name) == null) {
        return Refusals.unknownNode(name);
      }
    }
    Outcome.Rejected overlap = overlap(asked);
    overlap = overlap != null ? overlap : licenses(asked);
    return overlap != null ? overlap : busy(asked, same);
  }

  private Outcome.Rejected overlap(ReservationDefinition asked) {
    if (asked.has(Flag.MAINT) || asked.has(Flag.OVERLAP)) {
      return null;
    }
    for (ReservationDefinition other : byId.values()) {
      boolean shares = other.has(Flag.MAINT) || other.has(Flag.OVERLAP);
      if (other.id() != asked.id()
          && !shares
          && Meeting.of(asked, other, state.time)
          && common(asked, other)) {
        return refuse(
            ErrorCode.RESERVATION_OVERLAPS, "reservation " + other.name() + " has some of these");
      }
    }
    return null;
  }

  private static boolean common(ReservationDefinition one, ReservationDefinition other) {
    for (String node : one.nodes()) {
      CoreSet cores = one.share().cores().get(node);
      CoreSet others = other.share().cores().get(node);
      if (other.nodes().contains(node)
          && (cores == null || others == null || cores.intersects(others))) {
        return true;
      }
    }
    return false;
  }

  /** More licences than there are, with those that others reserve for the time. */
  private Outcome.Rejected licenses(ReservationDefinition asked) {
    for (Map.Entry<String, Integer> entry : asked.share().licenses().entrySet()) {
      String name = entry.getKey();
      int left = state.configuration.current().licenses().getOrDefault(name, 0);
      for (ReservationDefinition other : byId.values()) {
        if (other.id() != asked.id() && Meeting.of(asked, other, state.time)) {
          left -= other.share().licenses().getOrDefault(name, 0);
        }
      }
      if (left < entry.getValue()) {
        return refuse(
            ErrorCode.INVALID_LICENSES,
            "%d licences %s asked for; %d can be reserved for the time"
                .formatted(entry.getValue(), name, left));
      }
    }
    return null;
  }

  /** Jobs that may run into it; those on nodes that it has already are not asked about. */
  private Outcome.Rejected busy(ReservationDefinition asked, ReservationDefinition before) {
    if (asked.has(Flag.IGNORE_JOBS) || !asked.share().cores().isEmpty()) {
      return null;
    }
    NodeMask wanted = before == null ? nodes(asked) : nodes(asked).minus(nodes(before));
    for (Run run : state.runs.values()) {
      if (run.alive()
          && run.endsBy() > asked.startsAt(state.time)
          && run.unreleased().intersects(wanted)) {
        return refuse(
            ErrorCode.RESOURCES_BUSY,
            "job "
                + Jobs.label(run.job())
                + " may run into it; wait for it, or say Flags=IGNORE_JOBS");
      }
    }
    return null;
  }

  Outcome delete(Command.DeleteReservation command, Actor actor) {
    ReservationDefinition one = find(command.name());
    if (!new ReservationRights(machine).mayDelete(one, actor)) {
      return refuse(
          ErrorCode.ACCESS_DENIED,
          "reservations are deleted by administrators, and with Flags=USER_DELETE by whom they are"
              + " for");
    }
    if (one == null) {
      return refuse(ErrorCode.INVALID_RESERVATION, "no reservation " + command.name());
    }
    if (!running(one).isEmpty()) {
      return refuse(
          ErrorCode.RESERVATION_IN_USE, "jobs of reservation " + one.name() + " still run");
    }
    remove(one);
    return Outcome.DONE;
  }

  Outcome skip(Command.SkipReservation command, Actor actor) {
    ReservationDefinition one = find(command.name());
    if (!state.admin(actor)) {
      return refuse(ErrorCode.ACCESS_DENIED, "reservations are changed by administrators");
    }
    if (one == null) {
      return refuse(ErrorCode.INVALID_RESERVATION, "no reservation " + command.name());
    }
    if (!one.repeats()) {
      return refuse(
          ErrorCode.RESERVATION_NOT_SKIPPABLE,
          "reservation " + one.name() + " doesn't repeat: there is no next time to skip to");
    }
    over(one, state.time);
    return Outcome.DONE;
  }

  /** Ends its present time, and its jobs with that; what comes next, if anything, is kept. */
  private void over(ReservationDefinition one, long at) {
    if (!one.has(Flag.FLEX)) {
      running(one).forEach(run -> endBy(run, Math.min(one.end(), at)));
    }
    ReservationDefinition next = one.next(at);
    if (next == null) {
      remove(one);
    } else {
      keep(next);
      changed(one.name());
    }
  }

  private List<Run> running(ReservationDefinition one) {
    List<Run> own = new ArrayList<>();
    for (Run run : state.runs.values()) {
      if (run.alive() && run.job().status().reservation().equals(one.name())) {
        own.add(run);
      }
    }
    return own;
  }

  /** It begins or is over, as far as that is still so. */
  void due(long id, long at) {
    ReservationDefinition one = byId.get(id);
    if (one == null || one.clock().lead() > 0) {
      return;
    }
    if (one.end() <= at || unused(one, at)) {
      over(one, at);
    } else if (one.start() <= at && !one.clock().begun()) {
      keep(one.withClock(one.clock().withBegun(true)));
      changed(one.name());
    }
  }

  /** True for one that no job has used for as long as it may stay unused. */
  private boolean unused(ReservationDefinition one, long at) {
    if (one.clock().purgeAfter() == 0 || !one.active(at) || purgeAt(one) > at) {
      return false;
    }
    boolean used = !running(one).isEmpty() || !waiting(one.name()).isEmpty();
    if (used) {
      used(one, at);
    }
    return !used;
  }

  /** A job has started in a reservation, or in none where the name is empty. */
  void entered(String name) {
    replaceBusy();
  }

  /** A job that ran in a reservation, or in none where the name is empty, has ended. */
  void left(String name) {
    ReservationDefinition one = name.isEmpty() ? null : find(name);
    if (one != null && one.clock().purgeAfter() > 0) {
      used(one, state.time);
    }
    replaceBusy();
  }

  private void used(ReservationDefinition one, long at) {
    keep(one.withClock(one.clock().withUsed(at)));
  }

  /** Nodes that are in use are replaced by idle ones, as far as there are any. */
  private void replaceBusy() {
    for (ReservationDefinition one : all()) {
      if (one.nodeCount() > 0 && one.has(Flag.REPLACE) && one.startsAt(state.time) <= state.time) {
        ReservedNodes choice = new ReservedNodes(machine, byId.values(), one);
        if (choice.shortage() == null && !choice.made().nodes().equals(one.nodes())) {
          keep(choice.made());
          changed(one.name());
        }
      }
    }
  }

  private void endBy(Run run, long end) {
    long last = Timers.after(end, overRun());
    if (run.endsBy() > last) {
      Run shorter = run.withLimit(last, run.suspendedAt());
      state.runs.put(run.job().id(), shorter);
      machine.life.timeLimits(shorter);
    }
  }

  /** How long jobs may outlast their reservation, in milliseconds. */
  private long overRun() {
    String minutes = state.configuration.setting("ResvOverRun", "0");
    if (minutes.equalsIgnoreCase("UNLIMITED") || minutes.equalsIgnoreCase("INFINITE")) {
      return Timers.NEVER;
    }
    return minutes.matches("\\d{1,9}") ? Long.parseLong(minutes) * MINUTE : 0;
  }

  /**
   * A node takes no jobs any more: reservations whose nodes were chosen get another one for it, if
   * there is one.
   */
  void replace(String node) {
    for (ReservationDefinition one : all()) {
      if (one.nodeCount() > 0 && !one.has(Flag.STATIC_ALLOC) && one.nodes().contains(node)) {
        ReservedNodes choice = new ReservedNodes(machine, byId.values(), one);
        if (choice.shortage() == null) {
          keep(choice.made());
          changed(one.name());
        }
      }
    }
  }

  private void remove(ReservationDefinition one) {
    byId.remove(one.id());
    state.timers.cancel(Timers.Kind.RESERVATION, one.id());
    if (one.has(Flag.MAGNETIC)) {
      redraw();
    }
    if (one.has(Flag.NO_HOLD_JOBS_AFTER)) {
      for (Job job : waiting(one.name())) {
        List<String> others = new ArrayList<>(Openings.names(job.spec().reservation()));
        others.remove(one.name());
        Job freed = job.withSpec(job.spec().withReservation(String.join(",", others)));
        machine.jobs.put(freed);
        machine.gate.test(freed);
      }
    }
    changed(one.name());
  }

  /** Tests again who waits for it; the others may have nodes that were kept from them, or not. */
  private void changed(String name) {
    for (Job job : waiting(name)) {
      Job tested = machine.gate.test(job);
      if (tested.status().reason() != job.status().reason()) {
        state.events.job(tested);
      }
    }
    state.freed();
  }

  private List<Job> waiting(String name) {
    List<Long> ids = new ArrayList<>();
    state
        .table
        .peek()
        .forEach(
            (id, page, row) -> {
              if (page.state[row] == JobState.PENDING.ordinal()
                  && Openings.names(page.shape[row].jobClass().reservation()).contains(name)) {
                ids.add(id);
              }
            });
    return ids.stream()
        .map(machine.jobs::get)
        .filter(job -> !job.status().has(JobFlag.COMPLETING))
        .toList();
  }
}
