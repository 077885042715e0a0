package org.headrace.agent.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.TaskLayout;
import org.headrace.protocol.node.ToNode;

/** What the script of a heterogeneous job sees of each of its components. */
final class ComponentVariables {
  /** Names of what is the component's own, to which {@code _HET_GROUP_n} is appended. */
  private static final Set<String> NAMES =
      Set.of(
          "SLURM_JOB_ID",
          "SLURM_JOB_NAME",
          "SLURM_JOB_ACCOUNT",
          "SLURM_JOB_QOS",
          "SLURM_JOB_PARTITION",
          "SLURM_JOB_RESERVATION",
          "SLURM_JOB_NODELIST",
          "SLURM_JOB_NUM_NODES",
          "SLURM_JOB_CPUS_PER_NODE",
          "SLURM_TASKS_PER_NODE",
          "SLURM_NTASKS",
          "SLURM_NPROCS",
          "SLURM_CPUS_PER_TASK",
          "SLURM_MEM_PER_NODE",
          "SLURM_MEM_PER_CPU",
          "SLURM_MEM_PER_GPU");

  private final JobVariables jobVariables;

  ComponentVariables(JobVariables jobVariables) {
    this.jobVariables = jobVariables;
  }

  void addTo(Map<String, String> variables, List<ToNode.Component> components, NodeRules rules) {
    if (components.isEmpty()) {
      return;
    }
    variables.put("SLURM_HET_SIZE", Integer.toString(components.size()));
    for (int i = 0; i < components.size(); i++) {
      Map<String, String> own = new LinkedHashMap<>();
      ToNode.Component component = components.get(i);
      TaskLayout layout = component.job().spec().request().layout();
      if (layout.tasks() != TaskLayout.UNSET) {
        own.put("SLURM_NTASKS", Integer.toString(layout.tasks()));
        own.put("SLURM_NPROCS", Integer.toString(layout.tasks()));
      }
      if (layout.cpusPerTask() > 1) {
        own.put("SLURM_CPUS_PER_TASK", Integer.toString(layout.cpusPerTask()));
      }
      jobVariables.addTo(own, component.job(), component.nodes(), rules);
      String suffix = "_HET_GROUP_" + i;
      own.forEach(
          (name, value) -> {
            if (NAMES.contains(name)) {
              variables.put(name + suffix, value);
            }
          });
    }
  }
}
