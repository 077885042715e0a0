package org.headrace.slurmconf.script;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.headrace.slurmconf.script.Directive.Dialect;

/**
 * A script as it was handed in, checked to be one, and its directives.
 *
 * @param name how messages call it
 * @param text its content
 */
public record BatchScript(String name, String text) {
  /** The largest script unless max_script_size says otherwise, in bytes. */
  public static final long DEFAULT_MAX_BYTES = 4L << 20;

  /**
   * Checks a script's content, with Slurm's own messages.
   *
   * @param maxBytes the largest size allowed
   * @throws ScriptException when it is empty, too large, not a script, or holds NUL bytes or DOS
   *     line breaks
   */
  public static BatchScript of(String name, byte[] content, long maxBytes) {
    if (content.length == 0) {
      throw ScriptException.error("Batch script is empty!");
    }
    if (content.length > maxBytes) {
      throw ScriptException.error(
          "Batch script " + name + " has " + content.length + " bytes.",
          "At most " + maxBytes + " are allowed (SchedulerParameters=max_script_size).");
    }
    String text = new String(content, StandardCharsets.UTF_8);
    if (text.isBlank()) {
      throw ScriptException.error("Batch script contains only whitespace!");
    }
    if (!text.startsWith("#!")) {
      throw ScriptException.error(
          "This does not look like a batch script.  The first",
          "line must start with #! followed by the path to an interpreter.",
          "For instance: #!/bin/sh");
    }
    if (text.indexOf('\0') >= 0) {
      throw ScriptException.error(
          "The Slurm controller does not allow scripts that", "contain a NULL character '\\0'.");
    }
    if (text.contains("\r\n")) {
      throw ScriptException.error(
          "Batch script contains DOS line breaks (\\r\\n)",
          "instead of expected UNIX line breaks (\\n).");
    }
    return new BatchScript(name, text);
  }

  /**
   * The directives before the first line that is neither comment nor blank, one list per component
   * of a heterogeneous job (lines {@code #SBATCH hetjob} separate them), at least one.
   *
   * @param foreign whether #PBS and #BSUB lines count too
   * @throws ScriptException when a quote is not closed
   */
  public List<List<Directive>> components(boolean foreign) {
    List<List<Directive>> components = new ArrayList<>();
    List<Directive> current = new ArrayList<>();
    int start = 0;
    for (int line = 1; start < text.length(); line++) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      if (!isCommentOrBlank(start, end)) {
        break;
      }
      Dialect dialect = dialectAt(start, foreign);
      if (dialect != null) {
        int from = start + dialect.marker().length();
        List<String> words = new DirectiveLine(name, line, text.substring(from, end)).words();
        if (dialect == Dialect.SBATCH && isSeparator(words)) {
          components.add(List.copyOf(current));
          current.clear();
        } else {
          current.add(new Directive(dialect, line, words));
        }
      }
      start = end + 1;
    }
    components.add(List.copyOf(current));
    return List.copyOf(components);
  }

  private static boolean isSeparator(List<String> words) {
    return !words.isEmpty() && (words.get(0).equals("hetjob") || words.get(0).equals("packjob"));
  }

  private boolean isCommentOrBlank(int start, int end) {
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '#') {
        return true;
      }
      if (c != ' ' && c != '\t' && c != '\f' && c != 0x0b && c != '\r') {
        return false;
      }
    }
    return true;
  }

  private Dialect dialectAt(int start, boolean foreign) {
    for (Dialect dialect : Dialect.values()) {
      if (text.startsWith(dialect.marker(), start) && (foreign || dialect == Dialect.SBATCH)) {
        return dialect;
      }
    }
    return null;
  }
}
