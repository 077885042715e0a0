package org.headrace.commands.internal.submit;

import org.headrace.commands.internal.cli.Product;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.ParsedOptions;

/** Help, usage and version, which end a command at once. */
public final class GeneralOptions {
  private GeneralOptions() {}

  /**
   * Serves the first of them on the command line.
   *
   * @return true when there was one, and the command is done
   */
  public static boolean served(Program program, ParsedOptions line, Invocation invocation) {
    for (OptionValue option : line.options()) {
      switch (option.name()) {
        case "help" -> invocation.out().print(HelpText.help(program));
        case "usage" -> invocation.out().print(HelpText.usage(program));
        case "version" -> invocation.out().println(Product.VERSION);
        default -> {
          String words = option.value().equals("help") ? ValueHelp.of(option.name()) : "";
          if (words.isEmpty()) {
            continue;
          }
          invocation.out().print(words);
        }
      }
      return true;
    }
    return false;
  }
}
