package org.headrace.commands.internal.submit;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.internal.cli.Refusal;

/**
 * GPUs that are counted in several ways at once: for the job, for each node, for each task. One
 * count says how often another is to be had; what is left is asked for once.
 *
 * @param wishes what is asked for
 * @param tasks number of tasks that follows, or {@link TaskLayout#UNSET}
 * @param tasksPerNode tasks of each node that follow, or {@link TaskLayout#UNSET}
 * @param nodes number of nodes that follows, or 0
 */
record GpuCounts(List<GresRequest> wishes, int tasks, int tasksPerNode, int nodes) {
  /**
   * Counts.
   *
   * @param wishes for all devices
   * @param tasks number of tasks that the user wants, or {@link TaskLayout#UNSET}
   * @param range number of nodes that the user wants, or null
   * @param tasksPerGpu tasks that the user wants for each GPU, or 0
   * @throws Refusal if the counts contradict each other
   */
  static GpuCounts of(
      Program program, List<GresRequest> wishes, int tasks, NodeCount range, int tasksPerGpu) {
    Counting counting = new Counting(program, wishes, tasks, range);
    long ofJob = counting.sum(Scope.JOB);
    counting.jobAndTask();
    counting.jobAndNode();
    counting.nodeAndTask();
    counting.jobOverNodes(ofJob, tasks);
    if (tasksPerGpu > 0) {
      counting.tasksOfGpus(tasksPerGpu);
    }
    return new GpuCounts(counting.wishes, counting.tasks, counting.perNode, counting.nodes);
  }

  /** The way to the result. */
  private static final class Counting {
    private final Program program;
    private final List<GresRequest> wishes;
    private final NodeCount range;
    private int tasks;
    private int perNode = TaskLayout.UNSET;
    private int nodes;

    private Counting(Program program, List<GresRequest> wishes, int tasks, NodeCount range) {
      this.program = program;
      this.wishes = new ArrayList<>(wishes);
      this.tasks = tasks;
      this.range = range;
    }

    /** The only count of GPUs of a kind, or null: several types are counted each for itself. */
    private GresRequest only(Scope scope) {
      List<GresRequest> found =
          wishes.stream()
              .filter(wish -> wish.name().equals("gpu") && wish.scope() == scope)
              .toList();
      return found.size() == 1 ? found.get(0) : null;
    }

    private void jobAndTask() {
      GresRequest job = only(Scope.JOB);
      GresRequest task = only(Scope.TASK);
      if (job == null || task == null) {
        return;
      }
      if (job.count() % task.count() != 0) {
        throw refusal("Failed to validate job spec, --gpus not multiple of --gpus-per-task");
      }
      long follows = job.count() / task.count();
      if (tasks != TaskLayout.UNSET && tasks != follows) {
        throw refusal(
            "Failed to validate job spec. Based on --gpus and --gpus-per-task number of requested"
                + " tasks differ from -n/--ntasks.");
      }
      tasks = (int) Math.min(Integer.MAX_VALUE, follows);
      if (only(Scope.NODE) == null) {
        wishes.remove(job);
      }
    }

    private void jobAndNode() {
      GresRequest job = only(Scope.JOB);
      GresRequest node = only(Scope.NODE);
      if (job == null || node == null) {
        return;
      }
      if (job.count() % node.count() != 0) {
        throw refusal(
            "Failed to validate job spec, --gpus is not multiple of --gres=gpu/--gpus-per-node");
      }
      long follows = job.count() / node.count();
      if (range != null && (follows < range.min() || follows > range.max())) {
        throw refusal(
            "Failed to validate job spec. Based on --gpu and --gres=gpu/--gpus-per-node required"
                + " nodes ("
                + follows
                + ") doesn't fall between min_nodes ("
                + range.min()
                + ") and max_nodes ("
                + range.max()
                + ") boundaries.");
      }
      nodes = (int) Math.min(Integer.MAX_VALUE, follows);
      wishes.remove(job);
    }

    private void nodeAndTask() {
      GresRequest node = only(Scope.NODE);
      GresRequest task = only(Scope.TASK);
      if (node == null || task == null || tasks == TaskLayout.UNSET) {
        return;
      }
      if (node.count() < task.count()) {
        throw refusal("Failed to ensure --gpus >= --gpus-per-task");
      }
      perNode = (int) Math.min(Integer.MAX_VALUE, node.count() / task.count());
      int least = Math.max(1, (tasks + perNode - 1) / perNode);
      nodes = Math.max(nodes, range == null ? least : Math.max(least, range.min()));
      // A node has as many tasks as its GPUs serve.
      tasks = (int) Math.min(Integer.MAX_VALUE, (long) nodes * perNode);
      wishes.remove(node);
    }

    /** Each node has one at least; of fewer tasks than nodes each has a node. */
    private void jobOverNodes(long ofJob, int asked) {
      if (range == null || ofJob == 0) {
        return;
      }
      int least = asked == TaskLayout.UNSET ? range.min() : Math.min(range.min(), asked);
      if (ofJob < least) {
        throw refusal("Failed to validate job spec, --gpus < -N");
      }
    }

    /** GPUs say how many tasks there are; where none are asked for, tasks say how many GPUs. */
    private void tasksOfGpus(int perGpu) {
      if (sum(Scope.TASK) > 0) {
        throw Refusal.fatal(
            program.command(),
            "--gpus-per-task is mutually exclusive with --ntasks-per-gpu and"
                + " SLURM_NTASKS_PER_GPU");
      }
      long ofJob = sum(Scope.JOB);
      long ofNode = sum(Scope.NODE);
      if (ofJob > 0) {
        tasks = (int) Math.min(Integer.MAX_VALUE, ofJob * perGpu);
      } else if (ofNode > 0) {
        perNode = (int) Math.min(Integer.MAX_VALUE, ofNode * perGpu);
        int least = range == null ? 1 : Math.max(1, range.min());
        if (tasks != TaskLayout.UNSET) {
          least = Math.max(least, (int) (((long) tasks + perNode - 1) / perNode));
          nodes = least;
        }
        tasks = (int) Math.min(Integer.MAX_VALUE, (long) least * perNode);
      } else if (tasks == TaskLayout.UNSET) {
        throw refusal(
            "--ntasks-per-gpu needs either a GRES GPU specification or a node/ntask"
                + " specification");
      } else if (tasks % perGpu != 0) {
        throw refusal(
            "Failed to validate job spec, -n/--ntasks has to be a multiple of --ntasks-per-gpu.");
      } else {
        wishes.add(new GresRequest("gpu", "", tasks / perGpu, Scope.JOB));
      }
    }

    private long sum(Scope scope) {
      return wishes.stream()
          .filter(wish -> wish.name().equals("gpu") && wish.scope() == scope)
          .mapToLong(GresRequest::count)
          .sum();
    }

    private Refusal refusal(String what) {
      return Refusal.error(
          program.command(), 1, what, "Invalid generic resource (gres) specification");
    }
  }
}
