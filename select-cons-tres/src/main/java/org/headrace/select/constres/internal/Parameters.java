package org.headrace.select.constres.internal;

import java.util.Locale;
import java.util.Map;

/**
 * What {@code SelectTypeParameters} says.
 *
 * @param unit what is handed out at least
 * @param memory true when memory is accounted
 * @param leastLoaded true to spread jobs over the least loaded nodes
 * @param packNodes true to pack tasks on nodes that the job has whole
 * @param oneTaskPerCore true when a core takes one task unless the job says otherwise
 * @param blockCores true to fill one socket after the other by default
 * @param fragmentation true to place jobs where they leave most room for jobs like those that run
 * @param severalDevices true when portions of a job may come from several devices of a node
 * @param spreadPortions true to take portions from the device that is used least
 * @param enforceBinding true when cores have to be close to devices unless the job says otherwise
 * @param tasksApart true when tasks have portions of devices of their own unless the job says
 *     otherwise
 */
record Parameters(
    Unit unit,
    boolean memory,
    boolean leastLoaded,
    boolean packNodes,
    boolean oneTaskPerCore,
    boolean blockCores,
    boolean fragmentation,
    boolean severalDevices,
    boolean spreadPortions,
    boolean enforceBinding,
    boolean tasksApart) {
  /** What a job is given at least. */
  enum Unit {
    CPU,
    CORE,
    SOCKET
  }

  static Parameters of(Map<String, String> options, Map<String, String> partition) {
    Unit unit = Unit.CORE;
    boolean memory = true;
    boolean lln = "YES".equalsIgnoreCase(partition.getOrDefault("LLN", "NO"));
    boolean pack = false;
    boolean single = false;
    boolean block = false;
    boolean fragmentation = false;
    boolean several = false;
    boolean spread = false;
    boolean enforce = false;
    boolean apart = false;
    for (String key : options.keySet()) {
      switch (key.toUpperCase(Locale.ROOT)) {
        case "CR_CPU", "CR_CPU_MEMORY" -> {
          unit = Unit.CPU;
          memory = key.length() > "CR_CPU".length();
        }
        case "CR_CORE", "CR_CORE_MEMORY" -> {
          unit = Unit.CORE;
          memory = key.length() > "CR_CORE".length();
        }
        case "CR_SOCKET", "CR_SOCKET_MEMORY" -> {
          unit = Unit.SOCKET;
          memory = key.length() > "CR_SOCKET".length();
        }
        case "CR_LLN" -> lln = true;
        case "CR_PACK_NODES" -> pack = true;
        case "CR_ONE_TASK_PER_CORE" -> single = true;
        case "CR_CORE_DEFAULT_DIST_BLOCK" -> block = true;
        case "CR_FGD" -> fragmentation = true;
        case "MULTIPLE_SHARING_GRES_PJ" -> several = true;
        case "LL_SHARED_GRES" -> spread = true;
        case "ENFORCE_BINDING_GRES" -> enforce = true;
        case "ONE_TASK_PER_SHARING_GRES" -> apart = true;
        default -> {
          // The front end reports unknown words, with the line they stand in.
        }
      }
    }
    return new Parameters(
        unit, memory, lln, pack, single, block, fragmentation, several, spread, enforce, apart);
  }
}
