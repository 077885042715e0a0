package org.headrace.commands.internal.scancel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.job.JobState;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.text.StateNames;
import org.headrace.control.command.Command.SignalJob;
import org.headrace.control.command.Command.SignalScope;
import org.headrace.slurmconf.options.OptionSpec.Argument;
import org.headrace.slurmconf.options.OptionTable;
import org.headrace.slurmconf.options.OptionTable.Operands;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.ParsedOptions;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.JobReference;
import org.headrace.slurmconf.text.SignalNames;
import org.headrace.slurmconf.text.TextFormatException;

/** What scancel was asked for. */
final class ScancelOptions {
  static final int KILL = 9;

  private static final OptionTable TABLE =
      OptionTable.builder("scancel")
          .option("account", 'A', Argument.REQUIRED, "SCANCEL_ACCOUNT")
          .value("admin-comment")
          .option("batch", 'b', Argument.NONE, "SCANCEL_BATCH")
          .option("cron", 'c', Argument.NONE, "SCANCEL_CRON")
          .option("ctld", '\0', Argument.NONE, "SCANCEL_CTLD")
          .option("full", 'f', Argument.NONE, "SCANCEL_FULL")
          .flag("help")
          .option("hurry", 'H', Argument.NONE, "SCANCEL_HURRY")
          .option("interactive", 'i', Argument.NONE, "SCANCEL_INTERACTIVE")
          .flag("me")
          .option("clusters", 'M', Argument.REQUIRED, "SLURM_CLUSTERS")
          .option("name", 'n', Argument.REQUIRED, "SCANCEL_NAME")
          .alias("jobname", "name")
          .value("nodelist", 'w')
          .option("partition", 'p', Argument.REQUIRED, "SCANCEL_PARTITION")
          .option("qos", 'q', Argument.REQUIRED, "SCANCEL_QOS")
          .flag("quiet", 'Q')
          .value("reservation", 'R')
          .value("sibling")
          .value("signal", 's')
          .option("state", 't', Argument.REQUIRED, "SCANCEL_STATE")
          .flag("usage")
          .option("user", 'u', Argument.REQUIRED, "SCANCEL_USER")
          .option("verbose", 'v', Argument.NONE, "SCANCEL_VERBOSE")
          .flag("version", 'V')
          .option("wckey", '\0', Argument.REQUIRED, "SCANCEL_WCKEY")
          .build();

  private final ParsedOptions options;
  private final List<JobReference> jobs = new ArrayList<>();
  private final int signal;
  private final JobState state;
  private final List<String> nodes;

  private ScancelOptions(ParsedOptions options) {
    this.options = options;
    this.signal = signal();
    this.state = state();
    this.nodes = nodes();
    options.operands().forEach(word -> jobs.add(job(word)));
  }

  static ScancelOptions parse(List<String> arguments, Map<String, String> environment) {
    ParsedOptions line = TABLE.parse(arguments, Operands.PERMUTE);
    List<OptionValue> variables =
        TABLE.fromEnvironment(environment).stream()
            .filter(option -> !option.value().equals("0") && !option.value().equals("false"))
            .toList();
    return new ScancelOptions(line.over(variables));
  }

  ParsedOptions parsed() {
    return options;
  }

  private static JobReference job(String word) {
    try {
      return JobReference.parse(word);
    } catch (TextFormatException e) {
      String shown = TextFormatException.quote(word);
      throw Refusal.error("scancel", 1, "Invalid job id " + shown.substring(1, shown.length() - 1));
    }
  }

  private int signal() {
    String text = options.value("signal", "");
    if (text.isEmpty() && !options.has("signal")) {
      return SignalJob.CANCEL;
    }
    try {
      int number = SignalNames.parse(text);
      boolean plain = !has("batch") && !has("full");
      return number == KILL && plain ? SignalJob.CANCEL : number;
    } catch (TextFormatException e) {
      throw Refusal.raw(1, "Unknown job signal: " + text, "scancel: error: " + e.getMessage());
    }
  }

  private JobState state() {
    if (!options.has("state")) {
      return null;
    }
    String text = options.value("state", "");
    JobState found = StateNames.parseBase(text);
    if (found == JobState.PENDING || found == JobState.RUNNING || found == JobState.SUSPENDED) {
      return found;
    }
    boolean variable =
        options.last("state").orElseThrow().origin() == OptionValue.Origin.ENVIRONMENT;
    throw Refusal.raw(
        1,
        (variable ? "Unrecognized SCANCEL_STATE value: " : "Invalid job state specified: ") + text,
        "Valid job states are PENDING, RUNNING, and SUSPENDED");
  }

  private List<String> nodes() {
    if (!options.has("nodelist")) {
      return List.of();
    }
    try {
      return Hostlist.expand(options.value("nodelist", ""));
    } catch (TextFormatException e) {
      throw Refusal.error("scancel", 1, "Invalid node list", e.getMessage());
    }
  }

  /** The jobs that were named. */
  List<JobReference> targets() {
    return jobs;
  }

  /** Number of the signal, or {@link SignalJob#CANCEL}. */
  int number() {
    return signal;
  }

  SignalScope scope() {
    if (has("full")) {
      return SignalScope.FULL;
    }
    if (has("batch")) {
      return SignalScope.BATCH;
    }
    return signal == SignalJob.CANCEL ? SignalScope.FULL : SignalScope.STEPS;
  }

  JobState wantedState() {
    return state;
  }

  List<String> wantedNodes() {
    return nodes;
  }

  boolean has(String name) {
    return options.has(name);
  }

  String value(String name) {
    return options.value(name, "");
  }

  /** Whether jobs have to be looked at before they are signalled. */
  boolean filtered() {
    return List.of(
            "account",
            "interactive",
            "me",
            "name",
            "nodelist",
            "partition",
            "qos",
            "reservation",
            "state",
            "user",
            "wckey",
            "cron")
        .stream()
        .anyMatch(options::has);
  }

  /** Whether something restricts the jobs, if only who asks. */
  boolean restricted() {
    return !jobs.isEmpty()
        || List.of(
                "account",
                "me",
                "name",
                "nodelist",
                "partition",
                "qos",
                "reservation",
                "state",
                "user",
                "wckey",
                "cron")
            .stream()
            .anyMatch(options::has);
  }

  /** The filters in words, for the message that nothing matches. */
  String described() {
    StringBuilder text = new StringBuilder();
    for (String name :
        List.of("account", "name", "partition", "qos", "reservation", "state", "wckey")) {
      if (options.has(name)) {
        String shown = name.equals("name") ? "job_name" : name;
        String value = value(name);
        text.append(shown)
            .append('=')
            .append(name.equals("state") ? value.toUpperCase(Locale.ROOT) : value)
            .append(' ');
      }
    }
    if (options.has("user")) {
      text.append("user_name=").append(value("user")).append(' ');
    }
    return text.toString();
  }
}
