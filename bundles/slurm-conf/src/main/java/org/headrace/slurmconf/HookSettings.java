package org.headrace.slurmconf;

import java.util.List;
import java.util.Set;

/**
 * Programs at certain moments. Paths may be patterns; empty lists and texts: none.
 *
 * @param prolog on a node, before a job's first step
 * @param epilog on a node, after a job
 * @param prologSlurmctld on the controller, at allocation
 * @param epilogSlurmctld on the controller, at the end
 * @param srunProlog where srun runs
 * @param srunEpilog where srun runs
 * @param taskProlog per task
 * @param taskEpilog per task
 * @param prologFlags lower case
 * @param prologTimeoutSeconds no limit: INFINITE
 * @param epilogTimeoutSeconds no limit: INFINITE
 * @param mailProg sends mail
 * @param mailDomain for users without one
 * @param healthCheckProgram on nodes
 * @param healthCheckIntervalSeconds 0: never
 * @param healthCheckNodeState upper case
 * @param rebootProgram on nodes
 * @param unkillableStepProgram on nodes
 * @param resvProlog at a reservation's start
 * @param resvEpilog at a reservation's end
 */
public record HookSettings(
    List<String> prolog,
    List<String> epilog,
    List<String> prologSlurmctld,
    List<String> epilogSlurmctld,
    String srunProlog,
    String srunEpilog,
    String taskProlog,
    String taskEpilog,
    Set<String> prologFlags,
    long prologTimeoutSeconds,
    long epilogTimeoutSeconds,
    String mailProg,
    String mailDomain,
    String healthCheckProgram,
    long healthCheckIntervalSeconds,
    Set<String> healthCheckNodeState,
    String rebootProgram,
    String unkillableStepProgram,
    String resvProlog,
    String resvEpilog) {
  /** Copies its arguments. */
  public HookSettings {
    prolog = List.copyOf(prolog);
    epilog = List.copyOf(epilog);
    prologSlurmctld = List.copyOf(prologSlurmctld);
    epilogSlurmctld = List.copyOf(epilogSlurmctld);
    prologFlags = Set.copyOf(prologFlags);
    healthCheckNodeState = Set.copyOf(healthCheckNodeState);
  }
}
