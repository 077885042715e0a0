package org.headrace.agent.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.Execution;
import org.headrace.api.job.Job;
import org.headrace.api.model.NodeAllocation;

/**
 * Variables for prolog and epilog, which run as root: names from a fixed list, values that the
 * controller knows, and nothing from the user's environment.
 */
final class HookVariables {
  static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

  /** What of a job's variables hooks may see. */
  private static final Set<String> ALLOWED =
      Set.of(
          "HEADRACE_SOCKET",
          "SLURM_ARRAY_JOB_ID",
          "SLURM_ARRAY_TASK_COUNT",
          "SLURM_ARRAY_TASK_ID",
          "SLURM_ARRAY_TASK_MAX",
          "SLURM_ARRAY_TASK_MIN",
          "SLURM_ARRAY_TASK_STEP",
          "SLURM_CLUSTER_NAME",
          "SLURM_CONF",
          "SLURM_CPUS_ON_NODE",
          "SLURM_GPUS_ON_NODE",
          "SLURM_JOBID",
          "SLURM_JOB_ACCOUNT",
          "SLURM_JOB_CPUS_PER_NODE",
          "SLURM_JOB_END_TIME",
          "SLURM_JOB_GID",
          "SLURM_JOB_GPUS",
          "SLURM_JOB_GROUP",
          "SLURM_JOB_ID",
          "SLURM_JOB_NAME",
          "SLURM_JOB_NODELIST",
          "SLURM_JOB_NUM_NODES",
          "SLURM_JOB_PARTITION",
          "SLURM_JOB_QOS",
          "SLURM_JOB_RESERVATION",
          "SLURM_JOB_START_TIME",
          "SLURM_JOB_UID",
          "SLURM_JOB_USER",
          "SLURM_NNODES",
          "SLURM_NODEID",
          "SLURM_NODELIST",
          "SLURMD_NODENAME",
          "SLURM_RESTART_COUNT");

  private final JobVariables jobVariables;
  private final NodeGres gres;

  HookVariables(JobVariables jobVariables, NodeGres gres) {
    this.jobVariables = jobVariables;
    this.gres = gres;
  }

  /**
   * The variables.
   *
   * @param context which hook: {@code prolog_slurmd}, {@code epilog_slurmd}
   * @param names names of the job's nodes
   */
  Map<String, String> of(String context, Job job, List<String> names, NodeRules rules) {
    Map<String, String> variables = new LinkedHashMap<>();
    jobVariables.addTo(variables, job, names, rules);
    variables.keySet().retainAll(ALLOWED);
    NodeAllocation share = jobVariables.share(job, names);
    if (share != null) {
      variables.putAll(gres.hookEnvironment(share.gres()));
    }
    Execution execution = job.spec().execution();
    variables.put("PATH", PATH);
    variables.put("SLURM_SCRIPT_CONTEXT", context);
    variables.put("SLURM_UID", Integer.toString(job.spec().owner().uid()));
    variables.put("SLURM_JOB_WORK_DIR", execution.workDirectory());
    variables.put("SLURM_JOB_STDIN", execution.input());
    variables.put("SLURM_JOB_STDOUT", execution.output());
    variables.put("SLURM_JOB_STDERR", execution.error());
    variables.put("SLURM_JOB_CONSTRAINTS", job.spec().request().nodes().features());
    variables.put("SLURM_JOB_COMMENT", job.spec().attributes().getOrDefault("Comment", ""));
    variables.put("SLURM_JOB_EXTRA", job.spec().attributes().getOrDefault("Extra", ""));
    variables.put("SLURM_WCKEY", job.spec().charge().wckey());
    variables.put("SLURM_JOB_RESTART_COUNT", Integer.toString(job.status().restarts()));
    if (context.startsWith("epilog")) {
      int code = job.status().exit().code();
      int signal = job.status().exit().signal();
      variables.put("SLURM_JOB_EXIT_CODE", Integer.toString(code << 8 | signal));
      variables.put("SLURM_JOB_EXIT_CODE2", code + ":" + signal);
      int derived = job.status().worstStepExit().code();
      variables.put("SLURM_JOB_DERIVED_EC", Integer.toString(derived));
    }
    variables.values().removeIf(value -> value.isEmpty() || value.indexOf('\0') >= 0);
    return variables;
  }
}
