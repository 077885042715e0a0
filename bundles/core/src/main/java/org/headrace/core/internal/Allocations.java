package org.headrace.core.internal;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.Sharing;

/** What runs hold. */
final class Allocations {
  private Allocations() {}

  /** What a run still holds. */
  static Allocation held(Run run) {
    Allocation whole = run.job().status().allocation();
    // A job that has ended needs its nodes until they are cleaned up, but no licence.
    Map<String, Integer> licenses = run.alive() ? run.job().spec().request().licenses() : Map.of();
    if (whole.nodes().size() == run.unreleased().size() && !run.withoutCores()) {
      return whole.withLicenses(licenses).withKept(kept(run));
    }
    List<NodeAllocation> rest =
        whole.nodes().stream()
            .filter(part -> run.unreleased().contains(part.node()))
            .map(part -> held(run, part))
            .toList();
    boolean working = !run.withoutCores();
    return new Allocation(rest, whole.exclusive() && working, licenses, kept(run), whole.terms());
  }

  /** Nodes that a run keeps from others: until it is stopped or over. */
  static List<Integer> kept(Run run) {
    return run.alive() && !run.withoutCores() ? run.job().status().allocation().kept() : List.of();
  }

  /** What a run holds of its share of a node. A suspended one keeps all but its cores. */
  static NodeAllocation held(Run run, NodeAllocation part) {
    return run.withoutCores() ? part.withoutCores() : part;
  }

  /**
   * Has running jobs hold what they hold on the terms that their partitions have by now, as far as
   * these can change for them. The ledger has to be worked out anew after that.
   */
  static void restate(ClusterState state) {
    for (Run run : state.runs.values()) {
      JobStatus status = run.job().status();
      PartitionView partition = state.configuration.view(status.partition());
      CoreTerms before = status.allocation().terms();
      CoreTerms terms = partition == null ? before : before.in(partition);
      boolean news = !terms.equals(before) && (before.stated() || !terms.equals(CoreTerms.ALONE));
      if (news) {
        Allocation allocation = status.allocation().withTerms(terms);
        Job job = run.job().withStatus(new StatusEdit(status).allocation(allocation).done());
        state.runs.put(job.id(), run.withJob(job));
      }
    }
  }

  static boolean soleUser(Job job) {
    return job.spec().request().sharing() == Sharing.USER;
  }

  /** Uid that a job's nodes are bound to, or {@link ResourceLedger#NO_USER}. */
  static int user(Job job) {
    return soleUser(job) ? job.spec().owner().uid() : ResourceLedger.NO_USER;
  }

  static void allocate(ResourceLedger ledger, Run run) {
    ledger.allocate(held(run), user(run.job()));
  }

  /** A job's share of a node, or null. */
  static NodeAllocation part(Job job, int node) {
    if (job.status().allocation() != null) {
      for (NodeAllocation part : job.status().allocation().nodes()) {
        if (part.node() == node) {
          return part;
        }
      }
    }
    return null;
  }
}
