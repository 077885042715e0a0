package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Flag;

/**
 * No job starts on what is reserved for others, nor outside of its own reservation: worked out job
 * by job from the reservations that there were before the command.
 */
final class ReservationsKept {
  private final Set<String> seen = new HashSet<>();
  private List<ReservationDefinition> before = List.of();

  /** Of all reservations; those whose nodes change with each start aren't looked at. */
  void check(List<Job> jobs, PublishedState state) {
    long now = state.time();
    for (Job job : jobs) {
      boolean started = job.status().state() == JobState.RUNNING && job.status().started() == now;
      if (started && seen.add(job.id() + "/" + job.status().restarts())) {
        before.forEach(one -> apartFrom(one, job, state, now));
        inItsOwn(job, state, now);
        licenses(job, jobs, state, now);
      }
    }
    before = state.reservationDefinitions();
  }

  private ReservationDefinition own(Job job) {
    return before.stream()
        .filter(one -> one.name().equals(job.status().reservation()))
        .findFirst()
        .orElse(null);
  }

  private static boolean holds(ReservationDefinition one, Job job, long now) {
    long limit = job.status().timeLimit();
    if (one.clock().lead() > 0) {
      return limit > one.clock().lead();
    }
    boolean beginsBefore = limit == JobClass.UNLIMITED || one.start() < now + limit;
    return beginsBefore && now < one.end();
  }

  private void apartFrom(ReservationDefinition one, Job job, PublishedState state, long now) {
    ReservationDefinition own = own(job);
    if (one == own || one.has(Flag.REPLACE) || !holds(one, job, now) || beside(one, own)) {
      return;
    }
    Allocation allocation = job.status().allocation();
    for (NodeAllocation part : allocation.nodes()) {
      String node = state.node(part.node()).name();
      CoreSet cores = one.share().cores().get(node);
      String what = "job %d on %s, which %s has".formatted(job.id(), node, one.name());
      if (cores != null) {
        assertThat(allocation.exclusive() || part.cores().intersects(cores)).as(what).isFalse();
      } else {
        assertThat(one.nodes()).as(what).doesNotContain(node);
      }
    }
  }

  private static boolean beside(ReservationDefinition one, ReservationDefinition own) {
    if (own == null) {
      return false;
    }
    boolean shared = one.has(Flag.OVERLAP) || own.has(Flag.OVERLAP);
    return own.has(Flag.MAINT) || shared && !one.has(Flag.MAINT);
  }

  private void inItsOwn(Job job, PublishedState state, long now) {
    ReservationDefinition own = own(job);
    String asked = job.spec().reservation();
    if (own == null) {
      assertThat(asked).as("reservation of job %d, which runs in none", job.id()).isEmpty();
      return;
    }
    boolean admitted = own.admits(job.spec());
    boolean drawn = asked.isEmpty() && own.has(Flag.MAGNETIC) && admitted;
    assertThat(drawn || List.of(asked.split(",")).contains(own.name())).isTrue();
    if (own.has(Flag.FLEX)) {
      return;
    }
    assertThat(own.active(now)).as("%s is active for job %d", own.name(), job.id()).isTrue();
    if (own.has(Flag.ANY_NODES) || own.has(Flag.REPLACE)) {
      return;
    }
    for (NodeAllocation part : job.status().allocation().nodes()) {
      String node = state.node(part.node()).name();
      assertThat(own.nodes()).as("nodes of job %d in %s", job.id(), own.name()).contains(node);
      CoreSet cores = own.share().cores().get(node);
      assertThat(cores == null || cores.containsAll(part.cores()))
          .as("cores of job %d in %s", job.id(), own.name())
          .isTrue();
    }
  }

  /** What is reserved and not used in its reservation is left over by jobs of others. */
  private void licenses(Job job, List<Job> jobs, PublishedState state, long now) {
    ReservationDefinition own = own(job);
    for (Map.Entry<String, Integer> wanted : job.spec().request().licenses().entrySet()) {
      String name = wanted.getKey();
      int kept = 0;
      for (ReservationDefinition one : before) {
        if (one != own && holds(one, job, now) && !beside(one, own)) {
          kept += Math.max(0, one.share().licenses().getOrDefault(name, 0) - used(one, name, jobs));
        }
      }
      int free = state.licenses().getOrDefault(name, 0) - state.licensesInUse(name);
      assertThat(free).as("%s left over by job %d", name, job.id()).isGreaterThanOrEqualTo(kept);
    }
  }

  private static int used(ReservationDefinition one, String license, List<Job> jobs) {
    return jobs.stream()
        .filter(job -> job.status().reservation().equals(one.name()))
        .filter(
            job ->
                job.status().state() == JobState.RUNNING
                    || job.status().state() == JobState.SUSPENDED)
        .mapToInt(job -> job.spec().request().licenses().getOrDefault(license, 0))
        .sum();
  }
}
