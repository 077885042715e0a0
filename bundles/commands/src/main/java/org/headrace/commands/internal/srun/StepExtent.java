package org.headrace.commands.internal.srun;

import java.util.List;
import java.util.Locale;
import org.headrace.api.job.Job;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.submit.NodeCount;
import org.headrace.commands.internal.submit.StepChoices;

/**
 * How many nodes and tasks a step has inside its job. Wishes that don't go together are warned of
 * or refused as a Slurm 22.05 does.
 */
final class StepExtent {
  private final Choices choices;
  private final StepChoices common;
  private final List<NodeAllocation> allocated;
  private final List<String> warnings;
  private final List<String> nodeNames;
  private final int nodes;
  private final int tasks;
  private final int tasksPerNode;
  private final int cpusPerTask;

  /**
   * @param pack whether tasks are packed on as few nodes as possible
   * @param warnings takes what the user should be told
   */
  StepExtent(Choices choices, StepChoices common, Job job, boolean pack, List<String> warnings) {
    this.choices = choices;
    this.common = common;
    this.allocated =
        job.status().allocation() == null ? List.of() : job.status().allocation().nodes();
    this.warnings = warnings;
    List<String> ofTasks = common.nodesOfTasks();
    if (ofTasks.isEmpty()) {
      nodeNames = common.nodes("nodelist");
      int wished = choices.number("ntasks", TaskLayout.UNSET);
      nodes = nodes(wished, pack);
      tasks = wished == TaskLayout.UNSET ? ownTasks(job) : wished;
    } else {
      nodeNames = ofTasks;
      nodes = (int) ofTasks.stream().distinct().count();
      tasks = ofTasks.size();
    }
    tasksPerNode = tasksPerNode();
    cpusPerTask = cpusPerTask(job.spec().request().layout().cpusPerTask());
  }

  /** Names of nodes that the step must have, or the node of each task. */
  List<String> nodeNames() {
    return nodeNames;
  }

  /** Number of nodes, or 0 for as many as it takes. */
  int nodes() {
    return nodes;
  }

  int tasks() {
    return tasks;
  }

  /** Most tasks on a node, or {@link TaskLayout#UNSET}. */
  int mostTasksPerNode() {
    return tasksPerNode;
  }

  int cpusPerTask() {
    return cpusPerTask;
  }

  private boolean inJob() {
    return choices.has("jobid");
  }

  private int nodes(int tasks, boolean pack) {
    int first = choices.number("relative", 0);
    if (first > 0 && (choices.has("nodelist") || choices.has("exclude"))) {
      throw Refusal.error(
          "srun", 1, "-r,--relative not allowed with -w,--nodelist or -x,--exclude.");
    }
    int most = Math.max(1, allocated.size());
    if (!choices.has("nodes") || pack && tasks > 0 && !choices.explicit("nodes")) {
      within(first, 1, most, "--nodes");
      return Math.max(nodeNames.size(), inJob() ? 0 : most);
    }
    int wanted = common.nodes().min();
    if (wanted > most && inJob() && !choices.explicit("nodes")) {
      // What the script was told of its job holds no longer: a node has left it.
      warnings.add(
          "srun: error: SLURM_JOB_NUM_NODES environment variable conflicts with allocated node"
              + " count (%d != %d).".formatted(wanted, most));
      wanted = most;
    }
    boolean fewer = tasks != TaskLayout.UNSET && tasks < wanted;
    if (fewer && inJob()) {
      // Of an allocation made for this step, that has been said already.
      warnings.add(
          "srun: Warning: can't run "
              + tasks
              + " processes on "
              + wanted
              + " nodes, setting nnodes to "
              + tasks);
    }
    int least = fewer ? tasks : wanted;
    String origin = fewer || choices.explicit("nodes") ? "--nodes" : "SLURM_JOB_NUM_NODES";
    within(first, least, most, origin);
    if (least > most) {
      throw Refusal.error("srun", 1, "Only allocated " + most + " nodes asked for " + least);
    }
    if (fewer) {
      return Math.max(least, nodeNames.size());
    }
    int upTo = tasks == TaskLayout.UNSET ? most - first : Math.min(most - first, tasks);
    NodeCount allowed = common.nodes().within(least, upTo);
    return Math.max(allowed == null ? least : allowed.max(), nodeNames.size());
  }

  private static void within(int first, int nodes, int most, String origin) {
    if (first > 0 && first + nodes > most) {
      throw Refusal.error(
          "srun",
          1,
          String.format(
              Locale.ROOT,
              "--relative and %s option incompatible with count of allocated nodes (%d+%d>%d)",
              origin,
              first,
              nodes,
              most));
    }
  }

  /**
   * As many as a job that was made for the step has been given room for; as many as have their CPUs
   * where these are asked for; else one on each node.
   */
  private int ownTasks(Job job) {
    boolean perNode = choices.has("ntasks-per-node");
    int ofJob = job.spec().request().layout().tasks();
    if (!inJob() && !perNode && ofJob != TaskLayout.UNSET) {
      return ofJob;
    }
    if (inJob() && !perNode && choices.explicit("cpus-per-task") && !choices.has("overcommit")) {
      return Math.max(1, room(Math.max(1, choices.number("cpus-per-task", 1))));
    }
    return Math.max(1, nodes) * Math.max(1, choices.number("ntasks-per-node", 1));
  }

  /** How many tasks of this many CPUs the nodes have room for. */
  private int room(int cpusPerTask) {
    return allocated.stream()
        .skip(choices.number("relative", 0))
        .limit(nodes == 0 ? allocated.size() : nodes)
        .mapToInt(part -> part.cpus() / cpusPerTask)
        .sum();
  }

  /**
   * What the job was asked for counts for its steps as well, unless they have more tasks than that
   * leaves room for.
   */
  private int cpusPerTask(int ofJob) {
    int wished = choices.number("cpus-per-task", Math.max(1, ofJob));
    boolean asked = choices.explicit("cpus-per-task") || choices.has("overcommit") || !inJob();
    return asked || wished < 1 || room(wished) >= tasks ? wished : 1;
  }

  private int tasksPerNode() {
    int wished = choices.number("ntasks-per-node", TaskLayout.UNSET);
    if (wished == TaskLayout.UNSET || nodes == 0 || (long) wished * nodes >= tasks) {
      return wished;
    }
    warnings.add(
        String.format(
            Locale.ROOT,
            "srun: Warning: can't honor --ntasks-per-node set to %d which doesn't match the"
                + " requested tasks %d with the number of requested nodes %d."
                + " Ignoring --ntasks-per-node.",
            wished,
            tasks,
            nodes));
    return TaskLayout.UNSET;
  }
}
