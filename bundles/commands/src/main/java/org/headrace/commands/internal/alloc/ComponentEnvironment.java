package org.headrace.commands.internal.alloc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.Job;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.query.Snapshot;

/** The variables that tell a program about each component of a heterogeneous job. */
public final class ComponentEnvironment {
  /** What is of the whole job, and has no {@code _HET_GROUP_n}. */
  private static final Set<String> COMMON =
      Set.of(
          "SLURM_JOBID",
          "SLURM_CLUSTER_NAME",
          "SLURM_JOB_UID",
          "SLURM_JOB_USER",
          "SLURM_JOB_GID",
          "SLURM_JOB_START_TIME",
          "SLURM_JOB_END_TIME",
          "SLURM_NODELIST",
          "SLURM_NNODES");

  private ComponentEnvironment() {}

  /** Nothing for a job that stands alone. */
  public static Map<String, String> of(List<Job> components, Snapshot snapshot) {
    Map<String, String> variables = new LinkedHashMap<>();
    if (components.size() < 2) {
      return variables;
    }
    variables.put("SLURM_HET_SIZE", Integer.toString(components.size()));
    for (int i = 0; i < components.size(); i++) {
      String suffix = "_HET_GROUP_" + i;
      TaskLayout layout = components.get(i).spec().request().layout();
      if (layout.tasks() != TaskLayout.UNSET) {
        variables.put("SLURM_NTASKS" + suffix, Integer.toString(layout.tasks()));
        variables.put("SLURM_NPROCS" + suffix, Integer.toString(layout.tasks()));
      }
      if (layout.cpusPerTask() > 1) {
        String cpus = Integer.toString(layout.cpusPerTask());
        variables.put("SLURM_CPUS_PER_TASK" + suffix, cpus);
      }
      AllocationEnvironment.of(components.get(i), snapshot)
          .forEach(
              (name, value) -> {
                if (!COMMON.contains(name)) {
                  variables.put(name + suffix, value);
                }
              });
    }
    return variables;
  }
}
