package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
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
    state.timers.set(definition.start(), Timers.Kind.RESERVATION, definition.id());
    state.timers.set(definition.end(), Timers.Kind.RESERVATION, definition.id());
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
              one.has(Flag.FLEX)));
    }
    return List.copyOf(views.values());
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
    ReservationDefinition own = find(job.spec().reservation());
    if (own == null) {
      return Reason.RESERVATION_DELETED;
    }
    return own.start() > state.time && !own.has(Flag.FLEX) ? Reason.RESERVATION : null;
  }

  /** Why a job may not ask for its reservation, or null. */
  Outcome.Rejected refusal(JobSpec spec) {
    if (spec.reservation().isEmpty()) {
      return null;
    }
    ReservationDefinition own = find(spec.reservation());
    if (own == null) {
      String known = String.join(", ", all().stream().map(ReservationDefinition::name).toList());
      return refuse(
          ErrorCode.INVALID_RESERVATION,
          "no reservation "
              + spec.reservation()
              + (known.isEmpty() ? "; this cluster has none" : "; there are: " + known));
    }
    return own.users().admits(spec.owner().user()) && own.accounts().admits(spec.charge().account())
        ? null
        : refuse(
            ErrorCode.RESERVATION_ACCESS_DENIED,
            "reservation " + own.name() + " isn't for this user or account");
  }

  Outcome put(Command.PutReservation command, Actor actor) {
    ReservationDefinition asked = command.definition();
    if (state.admin(actor) && asked.nodeCount() > 0) {
      ReservedNodes choice = new ReservedNodes(machine, byId.values(), asked);
      Outcome.Rejected shortage = choice.shortage();
      if (shortage != null) {
        return shortage;
      }
      asked = asked.on(choice.names());
    }
    Outcome.Rejected problem = problem(asked, actor);
    if (problem != null) {
      return problem;
    }
    ReservationDefinition made = asked;
    if (asked.id() == 0) {
      long id = nextId++;
      made = asked.named(id, asked.name().isEmpty() ? first(asked) + "_" + id : asked.name());
    }
    keep(made);
    changed(made.name());
    return new Outcome.Done(List.of(made.name()));
  }

  private static String first(ReservationDefinition asked) {
    List<String> names =
        asked.users().names().isEmpty() ? asked.accounts().names() : asked.users().names();
    return names.isEmpty() ? "resv" : names.get(0);
  }

  private Outcome.Rejected problem(ReservationDefinition asked, Actor actor) {
    if (!state.admin(actor)) {
      return refuse(ErrorCode.ACCESS_DENIED, "reservations are made by administrators");
    }
    ReservationDefinition same = find(asked.name());
    if (asked.id() == 0 && !asked.name().isEmpty() && same != null) {
      return refuse(ErrorCode.RESERVATION_NAME_TAKEN, "there is a reservation " + asked.name());
    }
    if (asked.id() != 0 && (same == null || same.id() != asked.id())) {
      return refuse(ErrorCode.INVALID_RESERVATION, "no reservation " + asked.name());
    }
    if (asked.repeats() && !ZoneId.getAvailableZoneIds().contains(asked.zone())) {
      return refuse(ErrorCode.INVALID_ARGUMENT, "there is no time zone " + asked.zone());
    }
    if (asked.end() <= asked.start() || asked.end() <= state.time) {
      return refuse(ErrorCode.INVALID_TIME, "the end has to come after the start and the present");
    }
    if (asked.nodes().isEmpty()) {
      return refuse(ErrorCode.INVALID_NODE_COUNT, "a reservation needs nodes");
    }
    for (String name : asked.nodes()) {
      if (state.nodes.get(name) == null) {
        return Refusals.unknownNode(name);
      }
    }
    Outcome.Rejected overlap = overlap(asked);
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
          && other.start() < asked.end()
          && asked.start() < other.end()
          && nodes(other).intersects(nodes(asked))) {
        return refuse(
            ErrorCode.RESERVATION_OVERLAPS, "reservation " + other.name() + " has some of these");
      }
    }
    return null;
  }

  /** Jobs that may run into it; those on nodes that it has already are not asked about. */
  private Outcome.Rejected busy(ReservationDefinition asked, ReservationDefinition before) {
    if (asked.has(Flag.IGNORE_JOBS)) {
      return null;
    }
    NodeMask wanted = before == null ? nodes(asked) : nodes(asked).minus(nodes(before));
    for (Run run : state.runs.values()) {
      if (run.alive() && run.endsBy() > asked.start() && run.unreleased().intersects(wanted)) {
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
    if (!state.admin(actor)) {
      return refuse(ErrorCode.ACCESS_DENIED, "reservations are deleted by administrators");
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

  private List<Run> running(ReservationDefinition one) {
    List<Run> own = new ArrayList<>();
    for (Run run : state.runs.values()) {
      if (run.alive() && run.job().spec().reservation().equals(one.name())) {
        own.add(run);
      }
    }
    return own;
  }

  /** It begins or is over, as far as that is still so. */
  void due(long id, long at) {
    ReservationDefinition one = byId.get(id);
    if (one == null) {
      return;
    }
    if (one.end() <= at) {
      if (!one.has(Flag.FLEX)) {
        running(one).forEach(run -> endBy(run, one.end()));
      }
      ReservationDefinition next = one.next(at);
      if (next == null) {
        remove(one);
      } else {
        keep(next);
        changed(one.name());
      }
    } else if (one.start() <= at) {
      changed(one.name());
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
          keep(one.on(choice.names()));
          changed(one.name());
        }
      }
    }
  }

  private void remove(ReservationDefinition one) {
    byId.remove(one.id());
    if (one.has(Flag.NO_HOLD_JOBS_AFTER)) {
      for (Job job : waiting(one.name())) {
        machine.jobs.put(job.withSpec(job.spec().withReservation("")));
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
                  && page.shape[row].jobClass().reservation().equals(name)) {
                ids.add(id);
              }
            });
    return ids.stream()
        .map(machine.jobs::get)
        .filter(job -> !job.status().has(JobFlag.COMPLETING))
        .toList();
  }
}
