package org.headrace.commands.internal.submit;

import java.util.ArrayList;
import java.util.List;
import org.headrace.slurmconf.options.OptionTable;
import org.headrace.slurmconf.options.OptionTable.Operands;
import org.headrace.slurmconf.options.ParsedOptions;

/**
 * What a command line of srun or salloc says of one component: {@code srun -n1 server : -n8 worker}
 * has two.
 *
 * @param line its options
 * @param command program and arguments; empty if none is named
 */
public record ComponentLine(ParsedOptions line, List<String> command) {
  private static final String SEPARATOR = ":";

  public ComponentLine {
    command = List.copyOf(command);
  }

  /** The components of a command line, at least one. */
  public static List<ComponentLine> parse(Program program, List<String> arguments) {
    OptionTable table = OptionCatalog.get().table(program);
    List<ComponentLine> components = new ArrayList<>();
    List<String> rest = arguments;
    while (true) {
      ParsedOptions line = table.parse(rest, Operands.STOP_AT_FIRST);
      List<String> operands = line.operands();
      int end = operands.indexOf(SEPARATOR);
      if (end < 0) {
        components.add(new ComponentLine(line, operands));
        return components;
      }
      components.add(new ComponentLine(line, operands.subList(0, end)));
      rest = operands.subList(end + 1, operands.size());
    }
  }
}
