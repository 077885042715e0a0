package org.headrace.commands.internal.squeue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.ParsedOptions;

/** What squeue was asked for. */
final class SqueueOptions {
  static final CommandOptions TABLE =
      new CommandOptions(
          "squeue",
          "",
          """
          account|A|=|SQUEUE_ACCOUNT|names|only jobs charged to these accounts
          all|a|-|SQUEUE_ALL||also jobs in hidden partitions
          array|r|-|SQUEUE_ARRAY||one line for each array task
          array-unique||-|||one line for the pending tasks of an array, as without
          clusters|M|=|SLURM_CLUSTERS|names|clusters to show
          expand-patterns||-|||fill in patterns in names of files
          federation||-|SQUEUE_FEDERATION||show the federation
          format|o|=|SQUEUE_FORMAT|format|columns by letter: %[[.]width]letter
          Format|O|=|SQUEUE_FORMAT2|fields|columns by name: name[:[.]width],...
          hide||-|||leave out jobs in hidden partitions
          iterate|i|=||seconds|show again and again
          jobs|j|?||ids|only these jobs
          job||?||ids|
          json||?||parser|show as JSON
          licenses|L|=|SQUEUE_LICENSES|names|only jobs with these licences
          local||-|SQUEUE_LOCAL||show this cluster alone
          long|l|-|||more columns
          me||-|||only the caller's jobs
          name|n|=|SQUEUE_NAMES|names|only jobs of these names
          noconvert||-|||keep units as they are
          nodelist|w|=||nodes|only jobs on these nodes
          node||=||nodes|
          nodes||=||nodes|
          noheader|h|-|||no headings
          notme||-|||only other users' jobs
          only-job-state||-|||ask for states alone
          partition|p|=|SQUEUE_PARTITION|names|only jobs of these partitions
          priority|P|-|SQUEUE_PRIORITY||in the order of priority
          qos|q|=|SQUEUE_QOS|names|only jobs of these qualities of service
          reservation|R|=||name|only jobs of this reservation
          running-over||=||time|only jobs that have run for longer
          running-under||=||time|only jobs that have run for less
          sibling||-|SQUEUE_SIBLING||show the siblings of a federation
          sort|S|=|SQUEUE_SORT|fields|order: letters of columns, - before one reverses it
          start||-|||when pending jobs are expected to start
          states|t|=|SQUEUE_STATES|names|only jobs in these states, or all
          state||=||names|
          steps|s|?||ids|show steps
          step||?||ids|
          user|u|=|SQUEUE_USERS|names|only jobs of these users
          users||=||names|
          verbose|v|-|||say what is done
          yaml||?||parser|show as YAML
          """);

  private static final String JOBS = "%.18i %.9P %.8j %.8u %.2t %.10M %.6D %R";
  private static final String LONG = "%.18i %.9P %.8j %.8u %.8T %.10M %.9l %.6D %R";
  private static final String START = "%.18i %.9P %.8j %.8u %.2t %.19S %.6D %20Y %R";
  private static final String STEPS = "%.15i %.8j %.9P %.8u %.9M %N";

  private final ParsedOptions options;
  private final String jobs;
  private final String steps;

  private SqueueOptions(ParsedOptions options) {
    this.options = options;
    List<String> operands = new ArrayList<>(options.operands());
    jobs = list(operands, "jobs", "job");
    steps = list(operands, "steps", "step");
    checkFormats();
    if (!operands.isEmpty()) {
      throw Refusal.raw(
          1,
          (TABLE.usage() + "squeue: error: Unrecognized option: " + operands.get(0)).split("\n"));
    }
  }

  /** On the command line columns are given by letter or by name. */
  private void checkFormats() {
    String first = "";
    for (OptionValue option : options.options()) {
      boolean format = option.name().equalsIgnoreCase("format");
      if (format && option.origin() == OptionValue.Origin.COMMAND_LINE) {
        if (!first.isEmpty() && !first.equals(option.name())) {
          throw Refusal.error(
              "squeue", 1, option(option.name()) + " is incompatible with " + option(first));
        }
        first = option.name();
      }
    }
  }

  private static String option(String name) {
    return "-" + (name.equals("format") ? "o" : "O") + " (--" + name + ")";
  }

  static SqueueOptions parse(List<String> arguments, Map<String, String> environment) {
    ParsedOptions options = TABLE.parse(arguments, environment);
    boolean own = List.of("steps", "step", "long", "start").stream().anyMatch(options::has);
    // Who asks for other columns by an option doesn't mean those of a variable.
    return new SqueueOptions(own ? options.withoutVariables(Set.of("format", "Format")) : options);
  }

  private String list(List<String> operands, String name, String other) {
    if (!has(name) && !has(other)) {
      return null;
    }
    String value = value(name, other);
    return value.isEmpty() && !operands.isEmpty() ? operands.remove(0) : value;
  }

  ParsedOptions parsed() {
    return options;
  }

  boolean has(String name) {
    return options.has(name);
  }

  /** The argument of an option, or of its other names, or empty. */
  String value(String... names) {
    for (String name : names) {
      if (options.has(name)) {
        return options.value(name, "");
      }
    }
    return "";
  }

  boolean showsSteps() {
    return steps != null;
  }

  /** Job ids that were named, or empty for all. */
  String jobList() {
    return jobs == null ? "" : jobs;
  }

  /** Step ids that were named, or empty for all. */
  String stepList() {
    return steps == null ? "" : steps;
  }

  /** Whether the columns are given by name. */
  boolean longFormat() {
    for (int i = options.options().size() - 1; i >= 0; i--) {
      OptionValue option = options.options().get(i);
      if (option.name().equals("format") || option.name().equals("Format")) {
        return option.name().equals("Format");
      }
    }
    return false;
  }

  String format() {
    if (longFormat()) {
      return value("Format");
    }
    if (has("format")) {
      return value("format");
    }
    if (showsSteps()) {
      return STEPS;
    }
    if (has("start")) {
      return START;
    }
    return has("long") ? LONG : JOBS;
  }

  String sort() {
    if (has("sort")) {
      return value("sort");
    }
    if (showsSteps()) {
      return "P,i";
    }
    return has("start") ? "S" : "P,t,-p";
  }
}
