package org.headrace.commands.internal.submit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.control.command.Command;
import org.headrace.slurmconf.options.OptionSpec;
import org.headrace.slurmconf.options.OptionSpec.Argument;
import org.headrace.slurmconf.options.OptionTable;
import org.headrace.slurmconf.options.OptionTable.Separator;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.ParsedOptions;

/** The table of options that sbatch, srun and salloc share, read once from a resource. */
public final class OptionCatalog {
  private static final int COLUMNS = 9;
  private static final OptionCatalog INSTANCE = new OptionCatalog();

  private final Map<Program, Map<String, OptionRow>> rows = new EnumMap<>(Program.class);
  private final Map<Program, OptionTable> tables = new EnumMap<>(Program.class);
  private final Map<Program, List<Settable>> settable = new EnumMap<>(Program.class);

  /** An option that variables set, with those of one program, the strongest first. */
  private record Settable(OptionSpec option, List<String> variables) {}

  private OptionCatalog() {
    List<OptionRow> all = read();
    for (Program program : Program.values()) {
      Map<String, OptionRow> mine = new LinkedHashMap<>();
      all.stream().filter(row -> row.in(program)).forEach(row -> mine.put(row.name(), row));
      rows.put(program, mine);
      tables.put(program, table(program, mine));
      settable.put(
          program,
          tables.get(program).options().stream()
              .map(option -> new Settable(option, mine.get(option.name()).variablesOf(program)))
              .filter(option -> !option.variables().isEmpty())
              .toList());
    }
  }

  public static OptionCatalog get() {
    return INSTANCE;
  }

  /** What getopt needs to know. */
  public OptionTable table(Program program) {
    return tables.get(program);
  }

  /**
   * What a command line says of each component of a heterogeneous job, or of the only one: {@code
   * srun -n1 server : -n8 worker} has two. Only the last of sbatch has operands, its script.
   */
  public List<ParsedOptions> components(Program program, List<String> arguments) {
    Separator separator = program == Program.SBATCH ? Separator.AFTER_OPTIONS : Separator.ANYWHERE;
    return table(program).parseComponents(arguments, separator, Command.SubmitComponents.MOST);
  }

  /** The options of a program, in the order of its help. */
  public List<OptionRow> rows(Program program) {
    return List.copyOf(rows.get(program).values());
  }

  OptionRow row(Program program, String name) {
    return rows.get(program).get(name);
  }

  /**
   * The options that variables set.
   *
   * <p>The first variable of an option that is set counts. Variables that a flag doesn't take as
   * "no" are {@code 0}, {@code no}, {@code false} and {@code n}.
   */
  List<OptionValue> fromEnvironment(Program program, Map<String, String> environment) {
    List<OptionValue> values = new ArrayList<>();
    for (Settable candidate : settable.get(program)) {
      OptionSpec option = candidate.option();
      for (String variable : candidate.variables()) {
        String value = environment.get(variable);
        if (value != null) {
          if (option.argument() != Argument.NONE || !refused(value)) {
            boolean hasValue = !value.isEmpty() && option.argument() != Argument.NONE;
            OptionValue one =
                new OptionValue(
                    option,
                    hasValue ? value : "",
                    hasValue,
                    OptionValue.Origin.ENVIRONMENT,
                    variable);
            values.addAll(Collections.nCopies(times(option, value), one));
          }
          break;
        }
      }
    }
    return values;
  }

  /** How often an option is given by a value: more than once where that makes a difference. */
  private static int times(OptionSpec option, String value) {
    if (!option.name().equals("verbose")) {
      return 1;
    }
    return value.matches("\\d") ? value.charAt(0) - '0' : 0;
  }

  private static boolean refused(String value) {
    return switch (value) {
      case "0", "n", "no", "N", "NO", "No", "false", "FALSE" -> true;
      default -> false;
    };
  }

  private static OptionTable table(Program program, Map<String, OptionRow> rows) {
    OptionTable.Builder builder = OptionTable.builder(program.command());
    rows.values().forEach(row -> builder.option(row.name(), row.letter(), row.argument(), ""));
    if (rows.containsKey("oversubscribe")) {
      builder.alias("share", "oversubscribe");
    }
    return builder.build();
  }

  private static List<OptionRow> read() {
    List<OptionRow> rows = new ArrayList<>();
    String section = "";
    try (InputStream in = OptionCatalog.class.getResourceAsStream("options.table");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("[")) {
          section = line.substring(1, line.length() - 1);
        } else if (!line.startsWith("#")) {
          rows.add(row(section, line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static OptionRow row(String section, String line) {
    String[] columns = line.split("\\|", -1);
    if (columns.length != COLUMNS) {
      throw new IllegalStateException("options.table: not " + COLUMNS + " columns: " + line);
    }
    return new OptionRow(
        section,
        columns[0],
        columns[1].isEmpty() ? OptionSpec.NO_SHORT_NAME : columns[1].charAt(0),
        switch (columns[2]) {
          case "-" -> Argument.NONE;
          case "=" -> Argument.REQUIRED;
          default -> Argument.OPTIONAL;
        },
        columns[3],
        columns[4].equals("yes"),
        columns[5],
        columns[6].isEmpty() ? List.of() : List.of(columns[6].split(",")),
        columns[7],
        columns[8]);
  }
}
