package org.headrace.slurmconf;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How jobs run.
 *
 * @param proctrackType plugin
 * @param taskPlugins plugins
 * @param taskPluginParam options, lower case
 * @param launchParameters options, keys in lower case
 * @param mpiDefault kind
 * @param mpiParams options, keys in lower case
 * @param propagateResourceLimits limits taken from the submitter, upper case; ALL or NONE
 * @param propagateResourceLimitsExcept but not these
 * @param propagatePrioProcess 0: no, 1: yes, 2: yes, one nicer
 * @param jobRequeue whether jobs may be requeued
 * @param jobFileAppend whether output is appended
 * @param killOnBadExit whether a failed task ends its step
 * @param returnToService 0, 1 or 2
 * @param requeueExit exit codes that requeue
 * @param requeueExitHold exit codes that requeue and hold
 * @param interactiveStepOptions options of srun for salloc
 * @param allowSpecResourcesUsage whether jobs may use specialised cores
 * @param vSizeFactorPercent 0: no limit
 */
public record ExecutionSettings(
    String proctrackType,
    List<String> taskPlugins,
    Set<String> taskPluginParam,
    Map<String, String> launchParameters,
    String mpiDefault,
    Map<String, String> mpiParams,
    Set<String> propagateResourceLimits,
    Set<String> propagateResourceLimitsExcept,
    int propagatePrioProcess,
    boolean jobRequeue,
    boolean jobFileAppend,
    boolean killOnBadExit,
    int returnToService,
    Set<Integer> requeueExit,
    Set<Integer> requeueExitHold,
    String interactiveStepOptions,
    boolean allowSpecResourcesUsage,
    int vSizeFactorPercent) {
  /** Copies its arguments. */
  public ExecutionSettings {
    taskPlugins = List.copyOf(taskPlugins);
    taskPluginParam = Set.copyOf(taskPluginParam);
    launchParameters = Map.copyOf(launchParameters);
    mpiParams = Map.copyOf(mpiParams);
    propagateResourceLimits = Set.copyOf(propagateResourceLimits);
    propagateResourceLimitsExcept = Set.copyOf(propagateResourceLimitsExcept);
    requeueExit = Set.copyOf(requeueExit);
    requeueExitHold = Set.copyOf(requeueExitHold);
  }
}
