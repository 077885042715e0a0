package org.headrace.slurmconf.options;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.slurmconf.options.OptionSpec.Argument;
import org.headrace.slurmconf.options.OptionValue.Origin;

/**
 * The options of one command, read as getopt_long(3) reads them: clusters ({@code -N2 -vv}), long
 * options abbreviated to any unique prefix, {@code --} to end them. Immutable.
 */
public final class OptionTable {
  /** What to do with words that are no options. */
  public enum Operands {
    /** Collect them and go on, as {@code squeue} does. */
    PERMUTE,
    /** The first ends the options: it is a script or program with arguments of its own. */
    STOP_AT_FIRST
  }

  /** Where a word {@code :} parts the components of a heterogeneous job. */
  public enum Separator {
    /** After options alone: what follows the first operand is the arguments of a script. */
    AFTER_OPTIONS,
    /** Anywhere: each component may have operands of its own. */
    ANYWHERE
  }

  private static final String COMPONENT_SEPARATOR = ":";

  private final String command;
  private final boolean hint;
  private final Map<String, OptionSpec> byName;
  private final Map<Character, OptionSpec> byLetter;

  private OptionTable(Builder builder) {
    command = builder.command;
    hint = builder.hint;
    byName = new LinkedHashMap<>(builder.byName);
    byLetter = new LinkedHashMap<>();
    for (OptionSpec option : byName.values()) {
      if (option.shortName() != OptionSpec.NO_SHORT_NAME) {
        OptionSpec other = byLetter.putIfAbsent(option.shortName(), option);
        if (other != null && other != option) {
          throw new IllegalStateException("two options have the letter " + option.shortName());
        }
      }
    }
  }

  /** A table for the command of this name; its messages begin with it. */
  public static Builder builder(String command) {
    return new Builder(command);
  }

  /** The command's name. */
  public String command() {
    return command;
  }

  /** All options, in table order, without aliases. */
  public List<OptionSpec> options() {
    return byName.values().stream().distinct().toList();
  }

  /**
   * Reads a command line.
   *
   * @throws OptionException when an option is unknown, ambiguous or lacks its argument
   */
  public ParsedOptions parse(List<String> arguments, Operands operands) {
    return parse(arguments, operands, Origin.COMMAND_LINE, "");
  }

  /**
   * Reads words from elsewhere.
   *
   * @param place where they stand, kept with each option
   * @throws OptionException when an option is unknown, ambiguous or lacks its argument
   */
  public ParsedOptions parse(
      List<String> arguments, Operands operands, Origin origin, String place) {
    return new GetoptRun(this, arguments, operands, origin, place).run();
  }

  /**
   * Reads a command line that may describe a heterogeneous job.
   *
   * @param most so many components at most: each is read from what is left of the line, and a line
   *     may have megabytes
   * @return at least one
   * @throws OptionException when an option is unknown, ambiguous or lacks its argument, or there
   *     are too many components
   */
  public List<ParsedOptions> parseComponents(
      List<String> arguments, Separator separator, int most) {
    List<ParsedOptions> components = new ArrayList<>();
    List<String> rest = arguments;
    while (components.size() < most) {
      ParsedOptions parsed = parse(rest, Operands.STOP_AT_FIRST);
      List<String> operands = parsed.operands();
      int end = operands.indexOf(COMPONENT_SEPARATOR);
      if (end < 0 || (separator == Separator.AFTER_OPTIONS && end > 0)) {
        components.add(parsed);
        return List.copyOf(components);
      }
      components.add(new ParsedOptions(parsed.options(), operands.subList(0, end)));
      rest = operands.subList(end + 1, operands.size());
    }
    throw problem("more than " + most + " components, which are separated by ':'");
  }

  /** The options that the environment sets, in table order. */
  public List<OptionValue> fromEnvironment(Map<String, String> environment) {
    List<OptionValue> values = new ArrayList<>();
    for (OptionSpec option : options()) {
      String value = option.environment().isEmpty() ? null : environment.get(option.environment());
      if (value != null) {
        boolean hasValue = !value.isEmpty() && option.argument() != Argument.NONE;
        values.add(
            new OptionValue(option, value, hasValue, Origin.ENVIRONMENT, option.environment()));
      }
    }
    return values;
  }

  OptionSpec exact(String name) {
    return byName.get(name);
  }

  OptionSpec letter(char letter) {
    return byLetter.get(letter);
  }

  /** The names that begin so, sorted. */
  List<String> candidates(String prefix) {
    return byName.keySet().stream().filter(name -> name.startsWith(prefix)).sorted().toList();
  }

  OptionException problem(String what) {
    List<String> lines = new ArrayList<>();
    lines.add(command + ": " + what);
    if (hint) {
      lines.add("Try \"" + command + " --help\" for more information");
    }
    return new OptionException(lines);
  }

  /** Collects the options of a command. Not thread-safe. */
  public static final class Builder {
    private final String command;
    private final Map<String, OptionSpec> byName = new LinkedHashMap<>();
    private boolean hint = true;

    private Builder(String command) {
      this.command = command;
    }

    /** Leaves out the line that points to --help. */
    public Builder withoutHint() {
      hint = false;
      return this;
    }

    /** An option without argument. */
    public Builder flag(String name, char letter) {
      return option(name, letter, Argument.NONE, "");
    }

    /** An option without argument and letter. */
    public Builder flag(String name) {
      return flag(name, OptionSpec.NO_SHORT_NAME);
    }

    /** An option with an argument. */
    public Builder value(String name, char letter) {
      return option(name, letter, Argument.REQUIRED, "");
    }

    /** An option with an argument and no letter. */
    public Builder value(String name) {
      return value(name, OptionSpec.NO_SHORT_NAME);
    }

    /** An option whose argument may be missing. */
    public Builder optional(String name, char letter) {
      return option(name, letter, Argument.OPTIONAL, "");
    }

    /** An option without letter whose argument may be missing. */
    public Builder optional(String name) {
      return optional(name, OptionSpec.NO_SHORT_NAME);
    }

    /**
     * Any option.
     *
     * @param environment the variable that sets it too, or empty
     * @throws IllegalStateException when the name is taken
     */
    public Builder option(String name, char letter, Argument argument, String environment) {
      put(name, new OptionSpec(name, letter, argument, environment));
      return this;
    }

    /** Another long name for an option already in the table. */
    public Builder alias(String alias, String name) {
      put(alias, required(name));
      return this;
    }

    /** Names the environment variable of an option already in the table. */
    public Builder environment(String name, String variable) {
      OptionSpec old = required(name);
      OptionSpec changed = new OptionSpec(old.name(), old.shortName(), old.argument(), variable);
      byName.replaceAll((key, option) -> option == old ? changed : option);
      return this;
    }

    private OptionSpec required(String name) {
      OptionSpec option = byName.get(name);
      if (option == null) {
        throw new IllegalStateException("no option --" + name + " in the table of " + command);
      }
      return option;
    }

    private void put(String name, OptionSpec option) {
      if (byName.putIfAbsent(name, option) != null) {
        throw new IllegalStateException("option --" + name + " is in the table twice");
      }
    }

    /** The finished table. */
    public OptionTable build() {
      return new OptionTable(this);
    }
  }
}
