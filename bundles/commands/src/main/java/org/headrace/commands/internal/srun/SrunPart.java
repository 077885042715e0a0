package org.headrace.commands.internal.srun;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Printable;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.submit.Program;
import org.headrace.control.command.Command;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.options.ParsedOptions;
import org.headrace.slurmconf.text.BitmapList;
import org.headrace.slurmconf.text.TextFormatException;

/**
 * What is to run in one component of a heterogeneous job, or in a job that has none.
 *
 * @param component number of the component, or {@link #WHOLE}
 * @param place which part of the command line says so, from 0
 * @param choices what the user chose for it
 * @param command program and arguments
 */
record SrunPart(int component, int place, Choices choices, List<String> command) {
  /** A job as a whole. */
  static final int WHOLE = -1;

  SrunPart {
    command = List.copyOf(command);
  }

  /**
   * Reads a command line: one part for each component, ascending. A component without a program
   * runs that of the next one.
   */
  static List<SrunPart> of(List<ParsedOptions> lines, Invocation invocation) {
    List<SrunPart> parts = new ArrayList<>();
    Set<Integer> named = new HashSet<>();
    List<String> command = List.of();
    for (int i = lines.size() - 1; i >= 0; i--) {
      ParsedOptions line = lines.get(i);
      command = line.operands().isEmpty() ? command : line.operands();
      if (command.isEmpty()) {
        throw Refusal.fatal("srun", "No command given to execute.");
      }
      for (int component : components(line, lines.size() == 1 ? WHOLE : i)) {
        if (!named.add(component)) {
          throw Refusal.fatal("srun", "Duplicate het groups in single srun not supported");
        }
        parts.add(new SrunPart(component, i, choices(line, component, invocation), command));
      }
    }
    parts.sort(Comparator.comparingInt(SrunPart::component));
    return parts;
  }

  /** What was chosen for the call as a whole: by the part of the command line that comes first. */
  static Choices common(List<SrunPart> parts) {
    return parts.stream().min(Comparator.comparingInt(SrunPart::place)).orElseThrow().choices();
  }

  private static List<Integer> components(ParsedOptions line, int usual) {
    String wanted = line.value("het-group", "");
    if (wanted.isEmpty()) {
      return List.of(usual);
    }
    try {
      BitSet set = BitmapList.parse(wanted);
      if (!set.isEmpty() && set.length() <= Command.SubmitComponents.MOST) {
        return set.stream().boxed().toList();
      }
    } catch (TextFormatException e) {
      // Said below, in the words that are known.
    }
    throw Refusal.error("srun", 1, "Invalid --het-group value: " + Printable.of(wanted));
  }

  private static Choices choices(ParsedOptions line, int component, Invocation invocation) {
    return Choices.merge(
        Program.SRUN,
        List.of(),
        ofComponent(component, invocation.environment()),
        line.options(),
        System.currentTimeMillis());
  }

  /** The environment, in which what is said of a component of the job is said of the job. */
  private static Map<String, String> ofComponent(int component, Map<String, String> all) {
    if (component == WHOLE) {
      return all;
    }
    String suffix = "_HET_GROUP_" + component;
    Map<String, String> own = new HashMap<>(all);
    all.forEach(
        (name, value) -> {
          if (name.endsWith(suffix)) {
            own.put(name.substring(0, name.length() - suffix.length()), value);
          }
        });
    return own;
  }
}
