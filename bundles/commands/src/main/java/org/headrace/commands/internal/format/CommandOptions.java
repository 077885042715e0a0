package org.headrace.commands.internal.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.commands.internal.cli.Product;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.options.OptionSpec;
import org.headrace.slurmconf.options.OptionSpec.Argument;
import org.headrace.slurmconf.options.OptionTable;
import org.headrace.slurmconf.options.OptionTable.Operands;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.ParsedOptions;

/**
 * The options of a command that shows something, with their help: one table from which both parsing
 * and {@code --help} come. Immutable.
 */
public final class CommandOptions {
  private static final int INDENT = 30;
  private static final int WIDTH = 80;

  private record Row(
      String name, char letter, Argument argument, String placeholder, String help) {}

  private final String command;
  private final String operands;
  private final List<Row> rows = new ArrayList<>();
  private final OptionTable table;

  /**
   * Reads a table of options.
   *
   * @param command name of the command
   * @param operands what follows the options, for help; may be empty
   * @param text lines {@code name|letter|argument|variable|placeholder|help}, where the argument is
   *     {@code -} (none), {@code =} (required) or {@code ?} (optional)
   */
  public CommandOptions(String command, String operands, String text) {
    this.command = command;
    this.operands = operands;
    OptionTable.Builder builder = OptionTable.builder(command);
    for (String line : text.strip().split("\n")) {
      String[] fields = line.split("\\|", -1);
      Argument argument =
          switch (fields[2]) {
            case "=" -> Argument.REQUIRED;
            case "?" -> Argument.OPTIONAL;
            default -> Argument.NONE;
          };
      char letter = fields[1].isEmpty() ? OptionSpec.NO_SHORT_NAME : fields[1].charAt(0);
      builder.option(fields[0], letter, argument, fields[3]);
      if (!fields[5].isEmpty()) {
        rows.add(new Row(fields[0], letter, argument, fields[4], fields[5]));
      }
    }
    builder.flag("help").flag("usage").flag("version", 'V');
    table = builder.build();
  }

  /** Reads a command line, over what the environment says. */
  public ParsedOptions parse(List<String> arguments, Map<String, String> environment) {
    ParsedOptions line = table.parse(arguments, Operands.PERMUTE);
    List<OptionValue> variables =
        table.fromEnvironment(environment).stream()
            .filter(option -> option.option().argument() != Argument.NONE || on(option.value()))
            .toList();
    return line.over(variables);
  }

  private static boolean on(String value) {
    return !value.equals("0") && !value.equalsIgnoreCase("false") && !value.equals("no");
  }

  /** Answers {@code --help}, {@code --usage} and {@code --version}; false if none was asked for. */
  public boolean answered(ParsedOptions options, Invocation invocation) {
    if (options.has("help")) {
      invocation.out().print(help());
    } else if (options.has("usage")) {
      invocation.out().print(usage());
    } else if (options.has("version")) {
      invocation.out().println(Product.VERSION);
    } else {
      return false;
    }
    return true;
  }

  /** The long text. */
  public String help() {
    StringBuilder text = new StringBuilder("Usage: " + command + " [OPTIONS]");
    text.append(operands.isEmpty() ? "" : " " + operands).append('\n');
    rows.forEach(row -> append(text, row));
    text.append("\nHelp options:\n");
    append(text, new Row("help", OptionSpec.NO_SHORT_NAME, Argument.NONE, "", "show this text"));
    append(
        text, new Row("usage", OptionSpec.NO_SHORT_NAME, Argument.NONE, "", "show a short text"));
    append(text, new Row("version", 'V', Argument.NONE, "", "show the version"));
    return text.toString();
  }

  /** The short text. */
  public String usage() {
    String first = "Usage: " + command;
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder(first);
    List<String> parts = new ArrayList<>();
    rows.forEach(row -> parts.add(" [" + shortForm(row) + "]"));
    if (!operands.isEmpty()) {
      parts.add(" " + operands);
    }
    for (String part : parts) {
      if (line.length() + part.length() > WIDTH) {
        text.append(line).append('\n');
        line.setLength(0);
        line.append(" ".repeat(first.length()));
      }
      line.append(part);
    }
    return text.append(line).append('\n').toString();
  }

  private static String shortForm(Row row) {
    if (row.letter() == OptionSpec.NO_SHORT_NAME || row.argument() == Argument.OPTIONAL) {
      return longForm(row);
    }
    return "-" + row.letter() + (row.argument() == Argument.NONE ? "" : " " + row.placeholder());
  }

  private static String longForm(Row row) {
    return switch (row.argument()) {
      case NONE -> "--" + row.name();
      case REQUIRED -> "--" + row.name() + "=" + row.placeholder();
      case OPTIONAL -> "--" + row.name() + "[=" + row.placeholder() + "]";
    };
  }

  private static void append(StringBuilder text, Row row) {
    String letter =
        row.letter() == OptionSpec.NO_SHORT_NAME ? "      " : "  -" + row.letter() + ", ";
    String left = letter + longForm(row);
    text.append(left);
    if (left.length() >= INDENT) {
      text.append('\n').append(" ".repeat(INDENT));
    } else {
      text.append(" ".repeat(INDENT - left.length()));
    }
    text.append(row.help()).append('\n');
  }
}
