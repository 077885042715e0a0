package org.headrace.commands.internal.sbatch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.script.BatchScript;
import org.headrace.slurmconf.text.TextFormatException;

/**
 * Where a batch script comes from.
 *
 * @param name the job's name where the user gives none
 * @param path path for display
 * @param content as it is kept with the job
 */
record ScriptSource(String name, String path, byte[] content) {
  /** A script of one command. */
  static ScriptSource wrap(String command) {
    if (command.indexOf('\0') >= 0) {
      throw Refusal.error("sbatch", 1, "--wrap: the command contains a NUL character");
    }
    String script = "#!/bin/sh\n# This script was created by sbatch --wrap.\n\n" + command + "\n";
    return new ScriptSource("wrap", "(null)", script.getBytes(StandardCharsets.UTF_8));
  }

  /** Standard input. */
  static ScriptSource standardInput(Invocation invocation, long maxBytes) {
    if (invocation.inputIsTerminal()) {
      throw Refusal.error(
          "sbatch",
          1,
          "Batch script is empty!",
          "Name a script, use --wrap, or give the script on standard input.");
    }
    try {
      return new ScriptSource("sbatch", "(null)", invocation.readStandardInput(maxBytes));
    } catch (IOException e) {
      throw Refusal.error("sbatch", 1, "Unable to read the script: " + e.getMessage());
    }
  }

  /** A file, searched in the working directory and then, unless it has a slash, in the PATH. */
  static ScriptSource file(Invocation invocation, String name, long maxBytes) {
    String here = invocation.workingDirectory();
    String first = name.startsWith("/") ? name : here + "/" + name;
    IOException problem;
    try {
      return found(name, first, invocation.readFile(first, maxBytes + 1));
    } catch (IOException e) {
      problem = e;
    }
    Map<String, String> environment = invocation.environment();
    if (name.indexOf('/') < 0 && isMissing(problem)) {
      for (String directory : environment.getOrDefault("PATH", "").split(":")) {
        if (directory.startsWith("/")) {
          String path = directory + "/" + name;
          try {
            return found(name, path, invocation.readFile(path, maxBytes + 1));
          } catch (IOException e) {
            // The next directory may have it.
          }
        }
      }
    }
    throw Refusal.error(
        "sbatch",
        1,
        "Unable to open file " + shown(name),
        shown(name) + ": " + problem.getMessage());
  }

  private static boolean isMissing(IOException problem) {
    return String.valueOf(problem.getMessage()).contains("No such file");
  }

  private static ScriptSource found(String name, String path, byte[] content) {
    return new ScriptSource(name.substring(name.lastIndexOf('/') + 1), path, content);
  }

  /** Checked to be a script. */
  BatchScript checked(long maxBytes) {
    return BatchScript.of(shown(name), content, maxBytes);
  }

  private static String shown(String name) {
    String quoted = TextFormatException.quote(name);
    return quoted.substring(1, quoted.length() - 1);
  }
}
