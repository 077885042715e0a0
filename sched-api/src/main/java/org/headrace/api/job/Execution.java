package org.headrace.api.job;

import java.util.List;
import java.util.Map;

/**
 * How a job's processes are run. File names are patterns as the user wrote them.
 *
 * @param batch true when the job has a script, false for an allocation without one
 * @param arguments arguments of the script
 * @param workDirectory working directory
 * @param input standard input, or the empty string for none
 * @param output standard output, or the empty string for the default
 * @param error standard error, or the empty string to join standard output
 * @param append true to append to output files instead of emptying them first
 * @param umask file mode creation mask
 * @param limits resource limits by their names without {@code RLIMIT_}; the value is the soft
 *     limit, −1 for none
 * @param groups supplementary group ids
 * @param requeue true when the job may be run again after a failure of a node
 * @param warning signal sent before the time limit
 * @param outlivesNodes true when the job goes on on its other nodes after a failure of one
 * @param memberOf names of those groups of the owner that partitions ask for, as the system knew
 *     them at submission; the primary group is the owner's
 */
public record Execution(
    boolean batch,
    List<String> arguments,
    String workDirectory,
    String input,
    String output,
    String error,
    boolean append,
    int umask,
    Map<String, Long> limits,
    List<Integer> groups,
    boolean requeue,
    Warning warning,
    boolean outlivesNodes,
    List<String> memberOf) {
  /** A job that ends with any of its nodes. */
  public Execution(
      boolean batch,
      List<String> arguments,
      String workDirectory,
      String input,
      String output,
      String error,
      boolean append,
      int umask,
      Map<String, Long> limits,
      List<Integer> groups,
      boolean requeue,
      Warning warning) {
    this(
        batch,
        arguments,
        workDirectory,
        input,
        output,
        error,
        append,
        umask,
        limits,
        groups,
        requeue,
        warning,
        false,
        List.of());
  }

  public Execution {
    arguments = List.copyOf(arguments);
    limits = Map.copyOf(limits);
    groups = List.copyOf(groups);
    memberOf = List.copyOf(memberOf);
  }

  /** Without files, arguments and limits that would be out of the ordinary. */
  public static Execution plain(boolean batch, String workDirectory, int umask, boolean requeue) {
    return new Execution(
        batch,
        List.of(),
        workDirectory,
        "",
        "",
        "",
        false,
        umask,
        Map.of(),
        List.of(),
        requeue,
        Warning.NONE);
  }

  /**
   * A signal before the time limit.
   *
   * @param signal signal number, or zero for none
   * @param secondsBefore how long before, in seconds
   * @param batchShellOnly true to signal the batch shell alone, false for the steps alone
   */
  public record Warning(int signal, int secondsBefore, boolean batchShellOnly) {
    /** No signal. */
    public static final Warning NONE = new Warning(0, 0, false);
  }

  public Execution withFiles(String newInput, String newOutput, String newError) {
    return new Execution(
        batch,
        arguments,
        workDirectory,
        newInput,
        newOutput,
        newError,
        append,
        umask,
        limits,
        groups,
        requeue,
        warning,
        outlivesNodes,
        memberOf);
  }

  public Execution withWorkDirectory(String path) {
    return new Execution(
        batch,
        arguments,
        path,
        input,
        output,
        error,
        append,
        umask,
        limits,
        groups,
        requeue,
        warning,
        outlivesNodes,
        memberOf);
  }

  public Execution withRequeue(boolean mayRequeue) {
    return new Execution(
        batch,
        arguments,
        workDirectory,
        input,
        output,
        error,
        append,
        umask,
        limits,
        groups,
        mayRequeue,
        warning,
        outlivesNodes,
        memberOf);
  }

  public Execution withOutlivesNodes(boolean goesOn) {
    return new Execution(
        batch,
        arguments,
        workDirectory,
        input,
        output,
        error,
        append,
        umask,
        limits,
        groups,
        requeue,
        warning,
        goesOn,
        memberOf);
  }
}
