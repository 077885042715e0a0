package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Limit;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.control.event.Event;

/** What holds after every command. */
public final class Invariants {
  private final TestCluster cluster;
  private final Set<Long> submitted = new HashSet<>();
  private final Set<Long> forgotten = new HashSet<>();
  private Map<Long, Integer> lastActive = new HashMap<>();
  private Set<Long> running = new HashSet<>();
  private long lastEvent;
  private int seen;
  private final ReservationsKept reservations = new ReservationsKept();

  public Invariants(TestCluster cluster) {
    this.cluster = cluster;
  }

  public void submitted(long id) {
    submitted.add(id);
  }

  public void check() {
    PublishedState state = cluster.machine.publish();
    events();
    List<Job> jobs = new ArrayList<>();
    state.jobs(row -> true, jobs::add);
    assertThat(jobs).hasSize(state.jobCount());
    List<Job> inParts = new ArrayList<>();
    IntStream.range(0, 3).forEach(part -> state.jobs(part, 3, row -> true, inParts::add));
    assertThat(inParts).isEqualTo(jobs);
    assertThat(cluster.store.size()).isGreaterThanOrEqualTo(0);
    Set<Long> ids = new HashSet<>();
    int pending = 0;
    int running = 0;
    for (Job job : jobs) {
      ids.add(job.id());
      legal(job, state);
      pending += job.status().state() == JobState.PENDING ? 1 : 0;
      running += !job.status().state().ended() && job.status().state() != JobState.PENDING ? 1 : 0;
    }
    assertThat(cluster.machine.counters().pending()).isEqualTo(pending);
    assertThat(cluster.machine.counters().running()).isEqualTo(running);
    for (long id : submitted) {
      assertThat(ids.contains(id) || forgotten.contains(id)).as("job %d is lost", id).isTrue();
    }
    resources(state);
    throttles(jobs);
    together(jobs);
    reservations.check(jobs, state);
    state.accounts().associations().forEach(one -> limits(one, jobs, state));
  }

  /** What is counted for an association is what there is, and within its limits. */
  private static void limits(Association one, List<Job> jobs, PublishedState state) {
    Accounts accounts = state.accounts();
    if (accounts.version() == 0) {
      return;
    }
    long running = 0;
    for (Job job : jobs) {
      JobStatus status = job.status();
      boolean alive =
          (status.state() == JobState.RUNNING || status.state() == JobState.SUSPENDED)
              && !status.has(JobFlag.COMPLETING);
      String account = job.spec().charge().account();
      String user = job.spec().owner().user();
      Association at = accounts.payer(account, user, status.partition());
      while (at != null && at.id() != one.id()) {
        at = accounts.above(at);
      }
      running += alive && at != null ? 1 : 0;
    }
    assertThat(state.consumption(one.id()).jobs()).as("jobs of %s", one).isEqualTo(running);
    for (Limit limit : List.of(Limit.GROUP_JOBS, Limit.MAX_JOBS)) {
      long most = one.limits().number(limit);
      assertThat(most < 0 || running <= most).as("%d jobs of %s", running, one).isTrue();
    }
  }

  private void events() {
    for (; seen < cluster.events.size(); seen++) {
      Event event = cluster.events.get(seen);
      if (lastEvent != 0) {
        assertThat(event.number()).isEqualTo(lastEvent + 1);
      }
      lastEvent = event.number();
      if (event instanceof Event.JobForgotten gone) {
        forgotten.add(gone.jobId());
      }
    }
  }

  private void legal(Job job, PublishedState state) {
    var status = job.status();
    boolean active = java.util.Arrays.binarySearch(state.activeJobs(), job.id()) >= 0;
    String what = "job " + job.id();
    if (status.state() == JobState.RUNNING || status.state() == JobState.SUSPENDED) {
      assertThat(active).as(what).isTrue();
      assertThat(status.allocation()).as(what).isNotNull();
      assertThat(status.started()).as(what).isPositive();
      assertThat(status.has(JobFlag.COMPLETING)).as(what).isFalse();
      for (NodeAllocation part : status.allocation().nodes()) {
        NodeView node = state.node(part.node());
        assertThat(node).as(what).isNotNull();
        assertThat(node.state().base()).as(what).isNotEqualTo(NodeState.Base.DOWN);
      }
    } else {
      assertThat(active).as(what).isEqualTo(status.has(JobFlag.COMPLETING));
    }
    if (status.state() == JobState.PENDING) {
      assertThat(status.reason() != Reason.NONE || active).as(what).isTrue();
      assertThat(job.pendingArray()).as(what).isEqualTo(status.pendingTasks().isArray());
    }
    if (status.state().ended()) {
      assertThat(status.ended()).as(what).isPositive();
      if (!active) {
        for (Step step : state.steps(job.id())) {
          assertThat(step.state()).as("%s %s", what, step).isNotEqualTo(JobState.RUNNING);
        }
      }
    }
  }

  private void resources(PublishedState state) {
    Map<Integer, BitSet> cores = new HashMap<>();
    Map<Integer, Long> memory = new HashMap<>();
    Map<String, BitSet> devices = new HashMap<>();
    for (RunningJob job : state.running()) {
      for (NodeAllocation part : job.allocation().nodes()) {
        BitSet used = cores.computeIfAbsent(part.node(), id -> new BitSet());
        part.cores().forEach(used::set);
        memory.merge(part.node(), part.memory(), Long::sum);
        for (GresAllocation gres : part.gres()) {
          BitSet taken = devices.computeIfAbsent(part.node() + gres.name(), k -> new BitSet());
          gres.devices()
              .forEach(
                  device -> {
                    assertThat(taken.get(device)).isFalse();
                    taken.set(device);
                  });
        }
      }
    }
    state.running().forEach(job -> alone(job, state.running()));
    state.running().forEach(job -> onTerms(job, state));
    newcomers(state);
    ResourceLedger ledger = state.ledger();
    for (NodeView node : state.nodes()) {
      BitSet used = cores.getOrDefault(node.id(), new BitSet());
      node.hardware().system().forEach(used::set);
      assertThat(ledger.freeCoreCount(node.id()))
          .isEqualTo(node.hardware().cores() - used.cardinality());
      long free = node.hardware().memory() - memory.getOrDefault(node.id(), 0L);
      assertThat(free).isNotNegative();
      assertThat(ledger.freeMemory(node.id())).isEqualTo(free);
      assertThat(state.nodeStatus(node.name()).jobs()).hasSize(ledger.jobs(node.id()));
    }
    assertThat(state.licensesInUse("matlab")).isBetween(0, 2);
  }

  /** Who has just started has no core that was the system's then. */
  private void newcomers(PublishedState state) {
    Set<Long> now = new HashSet<>();
    for (RunningJob job : state.running()) {
      now.add(job.id());
      boolean asked = job.allocation().terms().system() != null;
      if (running.contains(job.id()) || asked) {
        continue;
      }
      for (NodeAllocation part : job.allocation().nodes()) {
        assertThat(part.cores().intersects(state.node(part.node()).hardware().system()))
            .as("job %d on cores of the system", job.id())
            .isFalse();
      }
    }
    running = now;
  }

  /** No core of a job has more jobs than all of them allow. */
  private static void onTerms(RunningJob job, PublishedState state) {
    CoreTerms terms = job.allocation().terms();
    for (NodeAllocation part : job.allocation().nodes()) {
      int[] jobs = new int[state.node(part.node()).hardware().cores()];
      part.cores().forEach(core -> jobs[core]++);
      for (RunningJob other : state.running()) {
        CoreTerms theirs = other.allocation().terms();
        boolean both = terms.shares() && theirs.shares();
        if (other != job && (!both || terms.partition().equals(theirs.partition()))) {
          for (NodeAllocation there : other.allocation().nodes()) {
            if (there.node() == part.node()) {
              there.cores().intersection(part.cores()).forEach(core -> jobs[core]++);
            }
          }
        }
      }
      for (int count : jobs) {
        assertThat(count)
            .as("jobs on a core with job %d, %s", job.id(), terms)
            .isLessThanOrEqualTo(Math.max(1, terms.jobs()));
      }
      if (terms.nodeCpus() != CoreTerms.ANY) {
        assertThat(cores(terms.partition(), part.node(), state))
            .as("cores of node %d of jobs on terms %s", part.node(), terms)
            .isLessThanOrEqualTo(terms.nodeCpus());
      }
    }
  }

  private static int cores(String partition, int node, PublishedState state) {
    return state.running().stream()
        .filter(job -> job.allocation().terms().partition().equals(partition))
        .flatMap(job -> job.allocation().nodes().stream())
        .filter(part -> part.node() == node)
        .mapToInt(part -> part.cores().size())
        .sum();
  }

  /** Nobody works on nodes that a job keeps from others. */
  private static void alone(RunningJob job, List<RunningJob> all) {
    for (RunningJob other : job.allocation().kept().isEmpty() ? List.<RunningJob>of() : all) {
      for (NodeAllocation part :
          other == job ? List.<NodeAllocation>of() : other.allocation().nodes()) {
        boolean kept = job.allocation().kept().contains(part.node());
        assertThat(kept && !part.cores().isEmpty())
            .as("job %d on node %d, which job %d keeps", other.id(), part.node(), job.id())
            .isFalse();
      }
    }
  }

  /** Components of a job run all at the same time, since the same moment, or none does. */
  private static void together(List<Job> jobs) {
    Map<Long, List<Job>> running = new HashMap<>();
    for (Job job : jobs) {
      JobState state = job.status().state();
      boolean runs = state == JobState.RUNNING || state == JobState.SUSPENDED;
      if (job.spec().component().grouped() && runs) {
        running.computeIfAbsent(job.spec().component().group(), key -> new ArrayList<>()).add(job);
      }
    }
    running.forEach(
        (group, some) -> {
          assertThat(some)
              .as("components of %d that run", group)
              .hasSize(some.get(0).spec().component().count());
          long started = some.get(0).status().started();
          assertThat(some).allMatch(job -> job.status().started() == started);
        });
  }

  private void throttles(List<Job> jobs) {
    Map<Long, Integer> active = new HashMap<>();
    Map<Long, Integer> most = new HashMap<>();
    for (Job job : jobs) {
      boolean runs =
          job.status().state() == JobState.RUNNING || job.status().state() == JobState.SUSPENDED;
      if (job.arrayId() != 0 && runs) {
        active.merge(job.arrayId(), 1, Integer::sum);
        most.merge(job.arrayId(), job.spec().array().maxRunning(), Math::max);
      }
    }
    active.forEach(
        (id, count) -> {
          int limit = most.get(id);
          boolean more = count > lastActive.getOrDefault(id, 0);
          assertThat(limit == 0 || !more || count <= limit).as("array %d", id).isTrue();
        });
    lastActive = active;
  }
}
