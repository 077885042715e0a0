package org.headrace.commands.internal.submit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.TextFormatException;

/** Names of nodes that a user gives: a list, or a file that holds one. */
final class HostNames {
  private static final int MAX_FILE = 1 << 20;

  private final Program program;
  private final Invocation invocation;

  HostNames(Program program, Invocation invocation) {
    this.program = program;
    this.invocation = invocation;
  }

  /** Names in the order in which they are written, also repeated ones; a path is a file. */
  List<String> read(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    return text.indexOf('/') >= 0 ? file(text, false) : expand(text);
  }

  private List<String> expand(String text) {
    try {
      return Hostlist.expand(text);
    } catch (TextFormatException e) {
      throw SubmissionFailure.of(program, ErrorCode.INVALID_NODE_NAME, e.getMessage());
    }
  }

  /**
   * Names from a file, separated by white space or commas, {@code #} to the end of the line.
   *
   * @param nodefile whether it is that of {@code --nodefile}
   */
  List<String> file(String file, boolean nodefile) {
    byte[] content;
    try {
      content = invocation.readFile(file, MAX_FILE);
    } catch (IOException e) {
      List<String> lines = new ArrayList<>();
      lines.add(
          "slurm_allocate_resources error opening file "
              + Shown.text(file)
              + ", "
              + e.getMessage());
      if (nodefile) {
        lines.add("Invalid --nodefile node file");
      }
      throw Refusal.error(
          program.command(), nodefile ? Refusal.BAD_OPTION : 1, lines.toArray(String[]::new));
    }
    String text = new String(content, StandardCharsets.UTF_8).replaceAll("#[^\n]*", "").strip();
    return text.isEmpty() ? List.of() : expand(text.replaceAll("[\\s,]+", ","));
  }

  /**
   * The node of each task, where the user decides that ({@code srun -m arbitrary}).
   *
   * @return names in the order of the tasks; empty where somebody else decides
   */
  List<String> ofTasks(Choices choices) {
    if (program != Program.SRUN || !choices.text("distribution", "").startsWith("arbitrary")) {
      return List.of();
    }
    List<String> names = read(choices.text("nodelist", ""));
    if (names.isEmpty()) {
      throw Refusal.error(
          program.command(),
          1,
          "With Arbitrary distribution you need to specify a nodelist or hostfile with the -w"
              + " option");
    }
    // A number that variables tell is the job's.
    int tasks = choices.explicit("ntasks") ? choices.number("ntasks", 1) : names.size();
    if (tasks > names.size()) {
      throw Refusal.error(
          program.command(),
          1,
          "Too few NodeNames in Slurm Hostfile",
          tasks + " tasks, " + names.size() + " names of nodes: write one for each task");
    }
    return List.copyOf(names.subList(0, tasks));
  }
}
