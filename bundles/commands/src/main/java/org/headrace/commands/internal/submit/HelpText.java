package org.headrace.commands.internal.submit;

import java.util.List;
import org.headrace.slurmconf.options.OptionSpec;
import org.headrace.slurmconf.options.OptionSpec.Argument;

/** Help and usage, made from the table of options. */
final class HelpText {
  private static final int INDENT = 30;
  private static final int WIDTH = 80;

  private HelpText() {}

  /** The long text. */
  static String help(Program program) {
    StringBuilder text = new StringBuilder("Usage: ").append(synopsis(program)).append('\n');
    String section = "";
    for (OptionRow row : OptionCatalog.get().rows(program)) {
      if (!row.section().equals(section)) {
        section = row.section();
        text.append('\n').append(section).append(" options:\n");
      }
      append(text, row);
    }
    return text.toString();
  }

  /** The short text. */
  static String usage(Program program) {
    String first = "Usage: " + program.command();
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder(first);
    for (OptionRow row : OptionCatalog.get().rows(program)) {
      String part = " [" + shortForm(row) + "]";
      if (line.length() + part.length() > WIDTH) {
        text.append(line).append('\n');
        line.setLength(0);
        line.append(" ".repeat(first.length()));
      }
      line.append(part);
    }
    text.append(line).append('\n');
    text.append(" ".repeat(first.length() + 1)).append(operands(program)).append('\n');
    return text.toString();
  }

  private static String synopsis(Program program) {
    return program.command() + " [OPTIONS...] " + operands(program);
  }

  private static String operands(Program program) {
    return switch (program) {
      case SBATCH -> "script [args...]";
      case SRUN -> "executable [args...]";
      case SALLOC -> "[command [args...]]";
    };
  }

  private static String shortForm(OptionRow row) {
    if (row.letter() != OptionSpec.NO_SHORT_NAME && row.argument() == Argument.NONE) {
      return "-" + row.letter();
    }
    if (row.letter() != OptionSpec.NO_SHORT_NAME && row.argument() == Argument.REQUIRED) {
      return "-" + row.letter() + " " + row.placeholder();
    }
    return longForm(row);
  }

  private static String longForm(OptionRow row) {
    String value = row.placeholder().isEmpty() ? "" : "=" + row.placeholder();
    return "--" + row.name() + (row.argument() == Argument.OPTIONAL ? optional(value) : value);
  }

  private static String optional(String value) {
    return value.isEmpty() ? "" : "[" + value + "]";
  }

  private static void append(StringBuilder text, OptionRow row) {
    String letter =
        row.letter() == OptionSpec.NO_SHORT_NAME ? "      " : "  -" + row.letter() + ", ";
    StringBuilder line = new StringBuilder(letter).append(longForm(row));
    if (line.length() >= INDENT) {
      text.append(line).append('\n');
      line.setLength(0);
    }
    String help = row.effective() ? row.help() : row.help() + " (no effect yet)";
    for (String word : List.of(help.split(" "))) {
      if (line.length() + word.length() + 1 > WIDTH) {
        text.append(line).append('\n');
        line.setLength(0);
      }
      if (line.length() < INDENT) {
        line.append(" ".repeat(INDENT - line.length())).append(word);
      } else {
        line.append(' ').append(word);
      }
    }
    text.append(line).append('\n');
  }
}
