package org.headrace.api.scheduler;

import org.headrace.api.model.JobClass;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;

/**
 * The rows of a queue by what makes them alike to a scheduler: class, partition, and whether a plan
 * has considered them. Who is done with a kind needn't look at the rest of its rows. Several kinds
 * may be alike. Immutable.
 */
public interface JobKinds {
  /** Number of kinds. */
  int size();

  /** What the jobs of a kind need. */
  JobClass jobClass(int kind);

  /** The same in numbers, kept so that a look at all kinds doesn't look at all classes. */
  default Needs needs(int kind) {
    return Needs.of(jobClass(kind));
  }

  /** Their partition. */
  String partition(int kind);

  /** {@link PendingJobs#considered} of them. */
  boolean considered(int kind);

  /** The first row of a kind, or -1 if there is none any more. */
  int first(int kind);

  /** The next row of a kind after one of its rows, or -1. */
  int next(int kind, int row);

  /**
   * What jobs of a class need at least.
   *
   * @param nodes nodes
   * @param cpus CPUs in all
   * @param cpusOfNode CPUs of one node
   * @param timeLimit for how long, in milliseconds
   * @param aloneInUnits true when they let nobody else into the blocks, or switches, of their nodes
   */
  record Needs(int nodes, int cpus, int cpusOfNode, long timeLimit, boolean aloneInUnits) {
    public static Needs of(JobClass jobClass) {
      ResourceRequest request = jobClass.request();
      return new Needs(
          request.minNodes(),
          request.minCpus(),
          cpusOfNode(request),
          jobClass.timeLimit(),
          request.sharing() == Sharing.TOPOLOGY);
    }

    private static int cpusOfNode(ResourceRequest request) {
      if (request.maxNodes() == 1) {
        return request.minCpus();
      }
      TaskLayout layout = request.layout();
      int tasks = layout.tasks() == TaskLayout.UNSET ? Math.max(1, layout.tasksPerNode()) : 1;
      return layout.overcommit() ? 1 : tasks * layout.cpusPerTask();
    }
  }
}
