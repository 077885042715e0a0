package org.headrace.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.RunningJob;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Preemption;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.Workloads;
import org.junit.jupiter.api.Test;

/**
 * What every preemption plugin must do, on generated queues and running jobs. Messages name the
 * seed.
 */
public abstract class PreemptionContract {
  private static final int SEEDS = 60;
  private static final int JOBS = 30;
  private static final String MODE = "PreemptMode";

  /** A new instance of the plugin. */
  protected abstract Preemption preemption();

  /** Settings by the names of the configuration with which somebody may be preempted. */
  protected Map<String, String> options() {
    return Map.of(MODE, "REQUEUE");
  }

  /** The cluster, with what the plugin ranks jobs by. */
  protected abstract TestCluster ranked(TestCluster cluster);

  /** A running job that is at the bottom, or at the top, of what {@link #ranked} says. */
  protected abstract RunningJob running(RunningJob plain, boolean top);

  /** Likewise, a pending one. */
  protected abstract PendingJob pending(PendingJob plain, boolean top);

  private static RunningJob running(long id, long priority) {
    NodeAllocation part = new NodeAllocation(0, CoreSet.of(0), 1, 0, List.of(), 1);
    return new RunningJob(
        id, new Allocation(List.of(part), false), "main", 1, false, priority, 1, Long.MAX_VALUE);
  }

  private void each(Consumer<Case> check) {
    for (long seed = 0; seed < SEEDS; seed++) {
      TestCluster cluster = ranked(Workloads.cluster(seed));
      for (PendingJob job : Workloads.queue(seed, JOBS)) {
        boolean top = (job.id() + seed) % 3 > 0;
        boolean other = (job.id() + seed) % 5 > 2;
        RunningJob running = running(running(1000 + job.id(), seed % 7), other);
        check.accept(new Case(seed, cluster, pending(job, top), running, top, other));
      }
    }
  }

  private record Case(
      long seed,
      TestCluster cluster,
      PendingJob pending,
      RunningJob running,
      boolean top,
      boolean otherTop) {
    String what() {
      return "seed " + seed + ", job " + pending.id();
    }
  }

  private PreemptMode mode(Preemption plugin, Case one, Map<String, String> options) {
    return plugin.mode(one.pending, one.running, one.cluster, options);
  }

  @Test
  void onlyTheBetterPreemptsAndNeverItsEqual() {
    each(
        one -> {
          PreemptMode mode = mode(preemption(), one, options());
          assertNotNull(mode, one.what());
          if (one.top && !one.otherTop) {
            assertNotEquals(PreemptMode.OFF, mode, one.what());
          } else {
            assertEquals(PreemptMode.OFF, mode, one.what());
          }
        });
  }

  @Test
  void whereNobodyIsPreemptedNobodyIs() {
    each(
        one -> {
          assertEquals(PreemptMode.OFF, mode(preemption(), one, Map.of(MODE, "OFF")), one.what());
          assertEquals(PreemptMode.OFF, mode(preemption(), one, Map.of()), one.what());
        });
  }

  @Test
  void sameArgumentsGiveTheSameAnswerAndStayAsTheyAre() {
    Preemption once = preemption();
    each(
        one -> {
          List<Object> before = Fingerprint.of(one.cluster);
          PreemptMode first = mode(once, one, options());
          assertEquals(first, mode(once, one, options()), one.what());
          assertEquals(first, mode(preemption(), one, options()), one.what());
          assertEquals(before, Fingerprint.of(one.cluster), one.what());
        });
  }

  /** Partitions and qualities of service go while jobs of theirs still run. */
  @Test
  void whatIsNotKnownAnyMoreIsNoProblem() {
    each(
        one -> {
          TestCluster bare =
              TestCluster.of(List.copyOf(one.cluster.nodes()))
                  .withPartitions(TestCluster.partition("other", NodeMask.EMPTY));
          PreemptMode mode =
              preemption().mode(one.pending, one.running, bare, new HashMap<>(options()));
          assertNotNull(mode, one.what());
        });
  }
}
