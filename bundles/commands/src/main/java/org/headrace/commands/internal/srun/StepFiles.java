package org.headrace.commands.internal.srun;

import java.util.List;
import java.util.regex.Pattern;
import org.headrace.api.job.Job;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.FilePatterns;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.control.front.Invocation;

/**
 * The files of a step that all its tasks share: named from where srun was called, whatever
 * directory the tasks run in, and emptied by srun's client before the tasks start. Each of the
 * step's nodes only appends to them: one that emptied a file would undo what others wrote.
 */
final class StepFiles {
  private static final Pattern NO_FILE = Pattern.compile("|all|none|\\d{1,9}|/dev/.*");
  private static final Pattern OF_TASKS_OR_NODES = Pattern.compile(".*%\\d*[tnN].*");
  private static final Pattern KNOWN_BEFORE = Pattern.compile("([^%]|%\\d*[jAaux%])*");

  private final Choices choices;
  private final Invocation invocation;
  private final boolean askedToAppend;

  /**
   * @param append whether files that exist are added to
   */
  StepFiles(Choices choices, Invocation invocation, boolean append) {
    this.choices = choices;
    this.invocation = invocation;
    askedToAppend = append;
  }

  /** The pattern of an option, as the nodes should have it. */
  String pattern(String option) {
    String pattern = choices.text(option, "");
    String here = invocation.workingDirectory();
    if (pattern.equals("/dev/stdout")) {
      return "";
    }
    if (!shared(pattern) || pattern.startsWith("/") || here.indexOf('\\') >= 0) {
      return pattern;
    }
    String folder = pattern.indexOf('\\') >= 0 ? here : here.replace("%", "%%");
    return folder.endsWith("/") ? folder + pattern : folder + "/" + pattern;
  }

  private static boolean shared(String pattern) {
    return !NO_FILE.matcher(pattern).matches() && !OF_TASKS_OR_NODES.matcher(pattern).matches();
  }

  /** Whether nodes append to output. */
  boolean append() {
    return askedToAppend || srunEmpties();
  }

  /** Not where only some of the files are shared, or the step's user isn't srun's. */
  private boolean srunEmpties() {
    String error = pattern("error");
    return shared(pattern("output"))
        && (error.isEmpty() || shared(error))
        && !choices.has("uid")
        && !choices.has("gid");
  }

  /**
   * Empties what the tasks are going to write. A name that has the step's number in it is a new
   * one.
   *
   * @throws Refusal if that isn't possible
   */
  void empty(Job job) throws Exception {
    if (askedToAppend || !srunEmpties()) {
      return;
    }
    for (String option : List.of("output", "error")) {
      String pattern = pattern(option);
      if (!pattern.isEmpty() && KNOWN_BEFORE.matcher(pattern).matches()) {
        empty(FilePatterns.ofStep(job, pattern), option.equals("error") ? "stderr" : "stdout");
      }
    }
  }

  private void empty(String file, String stream) throws Exception {
    List<String> argv =
        List.of("/bin/sh", "-c", "[ -e \"$1\" ] && [ ! -f \"$1\" ] || : >\"$1\"", "sh", file);
    if (invocation.runChild(argv, invocation.environment()).toCompletableFuture().get() != 0) {
      throw Refusal.error("srun", 1, "Could not open " + stream + " file: " + file);
    }
  }
}
