package org.headrace.api.job;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.TaskLayout;

/**
 * A step to run inside a job.
 *
 * @param name step name
 * @param nodes number of nodes, or zero for as many as the tasks need
 * @param nodeNames nodes to use, or empty
 * @param excluded nodes not to use
 * @param firstNode position of its first node in the job's list, from 0
 * @param layout tasks and CPUs
 * @param memory memory; {@link MemoryRequest#NONE} shares the job's
 * @param gres generic resources; empty shares the job's
 * @param sharing how it gets along with the job's other steps
 * @param argv program and arguments
 * @param workDirectory working directory
 * @param input where tasks read from: a file pattern, {@code all}, {@code none}, a task number, or
 *     the empty string for all
 * @param output where tasks write to: a file pattern, {@code all}, {@code none}, a task number, or
 *     the empty string for all
 * @param error like {@code output}; the empty string joins where {@code output} is a file
 * @param append true to append to output files
 * @param terminal true to give task 0 a pseudo terminal
 * @param umask file mode creation mask
 * @param limits resource limits, as in {@link Execution#limits}
 * @param killOnBadExit true to end all tasks when one fails
 * @param timeLimit in milliseconds, or zero for the job's
 * @param attributes what the controller keeps and doesn't look at; nodes know {@link #CPU_BIND},
 *     {@link #TASK_PROLOG}, {@link #TASK_EPILOG} and {@link #MPI}
 * @param outlivesNodes true when its tasks on other nodes go on after a failure of one
 */
public record StepSpec(
    String name,
    int nodes,
    List<String> nodeNames,
    List<String> excluded,
    int firstNode,
    TaskLayout layout,
    MemoryRequest memory,
    List<GresRequest> gres,
    StepSharing sharing,
    List<String> argv,
    String workDirectory,
    String input,
    String output,
    String error,
    boolean append,
    boolean terminal,
    int umask,
    Map<String, Long> limits,
    boolean killOnBadExit,
    long timeLimit,
    Map<String, String> attributes,
    boolean outlivesNodes) {
  /** How tasks are bound to CPUs: {@code [quiet,|verbose,]TYPE[:LIST]}. */
  public static final String CPU_BIND = "CpuBind";

  /** Attribute: how tasks are bound to nodes of memory, as {@code --mem-bind} says it. */
  public static final String MEM_BIND = "MemBind";

  /** How many ports of each of its nodes a step wants to itself. */
  public static final String WANTED_PORTS = "WantedPorts";

  /** Which ports of each of its nodes a step has to itself, as {@code 12000-12001,12007}. */
  public static final String RESERVED_PORTS = "ReservedPorts";

  /** Set where the numbers of tasks and nodes in the given environment stay as they are. */
  public static final String PRESERVE_ENV = "PreserveEnv";

  /** Set where a step shall have none of its job's generic resources. */
  public static final String NO_GRES = "NoGres";

  /** A program to run as the user before each task. */
  public static final String TASK_PROLOG = "TaskProlog";

  /** A program to run as the user after each task. */
  public static final String TASK_EPILOG = "TaskEpilog";

  /**
   * How tasks of a parallel program find each other: {@link #PMI} or {@link #PMIX}; otherwise they
   * don't.
   */
  public static final String MPI = "Mpi";

  /** By the process management interface, PMI-1 and PMI-2. */
  public static final String PMI = "pmi2";

  /** By PMIx, where nodes have been built with it. */
  public static final String PMIX = "pmix";

  /** A step that ends with any of its nodes. */
  public StepSpec(
      String name,
      int nodes,
      List<String> nodeNames,
      List<String> excluded,
      int firstNode,
      TaskLayout layout,
      MemoryRequest memory,
      List<GresRequest> gres,
      StepSharing sharing,
      List<String> argv,
      String workDirectory,
      String input,
      String output,
      String error,
      boolean append,
      boolean terminal,
      int umask,
      Map<String, Long> limits,
      boolean killOnBadExit,
      long timeLimit,
      Map<String, String> attributes) {
    this(
        name,
        nodes,
        nodeNames,
        excluded,
        firstNode,
        layout,
        memory,
        gres,
        sharing,
        argv,
        workDirectory,
        input,
        output,
        error,
        append,
        terminal,
        umask,
        limits,
        killOnBadExit,
        timeLimit,
        attributes,
        false);
  }

  public StepSpec {
    nodeNames = List.copyOf(nodeNames);
    excluded = List.copyOf(excluded);
    gres = List.copyOf(gres);
    argv = List.copyOf(argv);
    limits = Map.copyOf(limits);
    attributes = Map.copyOf(attributes);
  }

  public StepSpec withOutlivesNodes(boolean goesOn) {
    return new StepSpec(
        name,
        nodes,
        nodeNames,
        excluded,
        firstNode,
        layout,
        memory,
        gres,
        sharing,
        argv,
        workDirectory,
        input,
        output,
        error,
        append,
        terminal,
        umask,
        limits,
        killOnBadExit,
        timeLimit,
        attributes,
        goesOn);
  }

  /** With one more attribute, or another value of it. */
  public StepSpec withAttribute(String key, String value) {
    Map<String, String> more = new TreeMap<>(attributes);
    more.put(key, value);
    return new StepSpec(
        name,
        nodes,
        nodeNames,
        excluded,
        firstNode,
        layout,
        memory,
        gres,
        sharing,
        argv,
        workDirectory,
        input,
        output,
        error,
        append,
        terminal,
        umask,
        limits,
        killOnBadExit,
        timeLimit,
        more,
        outlivesNodes);
  }

  /** How a step gets along with the job's other steps. */
  public enum StepSharing {
    /** Gets all the job's CPUs on its nodes, which no other such step has at the same time. */
    WHOLE,
    /** Gets just the CPUs that it asks for. */
    EXACT,
    /** May use CPUs that other steps use. */
    OVERLAP
  }
}
