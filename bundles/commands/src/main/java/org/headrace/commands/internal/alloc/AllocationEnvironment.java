package org.headrace.commands.internal.alloc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.RunLength;

/** The variables that tell a program about the allocation that it has. */
public final class AllocationEnvironment {
  private AllocationEnvironment() {}

  public static Map<String, String> of(Job job, Snapshot snapshot) {
    Map<String, String> result = new LinkedHashMap<>();
    String id = Long.toString(job.id());
    result.put("SLURM_JOB_ID", id);
    result.put("SLURM_JOBID", id);
    result.put("SLURM_JOB_NAME", job.spec().name());
    result.put("SLURM_CLUSTER_NAME", snapshot.definition().name());
    result.put("SLURM_JOB_PARTITION", job.status().partition());
    put(result, "SLURM_JOB_ACCOUNT", job.spec().charge().account());
    put(result, "SLURM_JOB_QOS", job.spec().charge().qos());
    put(result, "SLURM_JOB_RESERVATION", job.reservation());
    result.put("SLURM_JOB_UID", Integer.toString(job.spec().owner().uid()));
    result.put("SLURM_JOB_USER", job.spec().owner().user());
    result.put("SLURM_JOB_GID", Integer.toString(job.spec().owner().gid()));
    result.put("SLURM_JOB_START_TIME", Long.toString(job.status().started() / 1000));
    if (job.status().timeLimit() != JobClass.UNLIMITED) {
      long end = (job.status().started() + job.status().timeLimit()) / 1000;
      result.put("SLURM_JOB_END_TIME", Long.toString(end));
    }
    if (job.status().allocation() != null) {
      addNodes(result, job, snapshot);
    }
    return result;
  }

  private static void addNodes(Map<String, String> result, Job job, Snapshot snapshot) {
    Allocation allocation = job.status().allocation();
    String nodes = Hostlist.compress(NodeNames.of(allocation, snapshot));
    String count = Integer.toString(allocation.nodes().size());
    result.put("SLURM_JOB_NODELIST", nodes);
    result.put("SLURM_NODELIST", nodes);
    result.put("SLURM_JOB_NUM_NODES", count);
    result.put("SLURM_NNODES", count);
    result.put("SLURM_NODE_ALIASES", "(null)");
    TaskLayout layout = job.spec().request().layout();
    if (layout.tasksPerNode() > 0 && layout.tasks() == TaskLayout.UNSET) {
      String all = Integer.toString(layout.tasksPerNode() * allocation.nodes().size());
      result.put("SLURM_NTASKS", all);
      result.put("SLURM_NPROCS", all);
    }
    List<Long> cpus = new ArrayList<>();
    List<Long> tasks = new ArrayList<>();
    int perTask = Math.max(1, job.spec().request().layout().cpusPerTask());
    for (NodeAllocation node : allocation.nodes()) {
      cpus.add((long) node.cpus());
      boolean asked = layout.tasks() != TaskLayout.UNSET || layout.tasksPerNode() > 0;
      tasks.add(
          (long) (asked && node.tasks() > 0 ? node.tasks() : Math.max(1, node.cpus() / perTask)));
    }
    result.put("SLURM_JOB_CPUS_PER_NODE", RunLength.format(cpus));
    result.put("SLURM_TASKS_PER_NODE", RunLength.format(tasks));
  }

  private static void put(Map<String, String> result, String name, String value) {
    if (!value.isEmpty()) {
      result.put(name, value);
    }
  }
}
