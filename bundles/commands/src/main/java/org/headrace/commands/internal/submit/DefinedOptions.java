package org.headrace.commands.internal.submit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.ResourceLimit;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.text.SignalNames;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.SlurmTime;

/** What {@code -v} has sbatch, srun and salloc say of the options that they were given. */
public final class DefinedOptions {
  private static final String RULE = "-------------------- --------------------";
  private static final long KIB = 1024;

  /** Of memory, from MiB on. */
  private static final String UNITS = " GTP";

  private static final Pattern SIGNAL = Pattern.compile("(?:([RB]+):)?([^@]+)(@\\d+)?");

  /** In the order of their numbers. */
  private static final List<String> LIMITS =
      List.of("CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS");

  /** What an option means whose value was left out. */
  private static final Map<String, String> MISSING =
      Map.of(
          "nice", "100",
          "exclusive", "exclusive",
          "kill-on-bad-exit", "1",
          "immediate", "1",
          "propagate", "ALL",
          "compress", "lz4",
          "resv-ports", "0");

  private final Choices choices;
  private final Invocation invocation;

  private DefinedOptions(Choices choices, Invocation invocation) {
    this.choices = choices;
    this.invocation = invocation;
  }

  /**
   * Prints them where the user asked for that, and from the second {@code -v} on what else goes
   * with the job.
   *
   * @throws Refusal where the user asked for silence, too
   */
  public static void announce(Choices choices, Invocation invocation, Snapshot snapshot) {
    if (choices.verbosity() == 0) {
      return;
    }
    Program program = choices.program();
    if (choices.has("quiet")) {
      throw Refusal.error(
          program.command(), 1, "don't specify both --verbose (-v) and --quiet (-Q)");
    }
    DefinedOptions options = new DefinedOptions(choices, invocation);
    options.say("defined options");
    options.say(RULE);
    choices.defined().stream()
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .forEach(
            value -> options.say(String.format("%-20s: %s", value.name(), options.shown(value))));
    options.say(RULE);
    options.say("end of defined options");
    if (choices.verbosity() > 1 && program != Program.SALLOC) {
      options.sayLimits(snapshot);
    }
    invocation.err().flush();
  }

  private void sayLimits(Snapshot snapshot) {
    Map<String, Long> limits = ExecutionBuilder.limits(choices, invocation, snapshot);
    for (String name : LIMITS) {
      Long limit = limits.get(name);
      if (limit != null) {
        say(
            "debug:  propagating RLIMIT_"
                + name
                + "="
                + (limit == ResourceLimit.UNLIMITED
                    ? Long.toUnsignedString(-1)
                    : Long.toString(limit)));
      }
    }
    say(String.format("debug:  propagating UMASK=%04o", invocation.umask()));
  }

  private String shown(OptionValue option) {
    if (option.name().equals("verbose")) {
      return Integer.toString(choices.verbosity());
    }
    String value = option.value();
    if (!option.hasValue()) {
      return MISSING.getOrDefault(
          option.name(), option.name().equals("oversubscribe") ? option.name() : "set");
    }
    return switch (option.name()) {
      case "output", "error", "input" -> file(value);
      case "mail-type" -> choices.mailTypes();
      case "no-kill" -> value.equals("off") ? "unset" : "set";
      case "switches" -> switches(value);
      default -> byKind(OptionCatalog.get().row(choices.program(), option.name()), value);
    };
  }

  private String byKind(OptionRow row, String value) {
    return switch (row.kind()) {
      case "duration" -> duration(value);
      case "moment" ->
          SlurmTime.formatIso(
              SlurmTime.parse(value, choices.now(), choices.zone()), choices.zone());
      case "memory" -> memory(value);
      case "gres" -> gres(value);
      case "warning" -> signal(value);
      case "openmode" -> value.substring(0, 1).toLowerCase(Locale.ROOT);
      case "distribution" -> Shown.text(value.replaceFirst("^\\*", "block"));
      default -> Shown.text(value);
    };
  }

  /** sbatch knows where the job is going to look for them. */
  private String file(String value) {
    if (value.equals("none")) {
      return "/dev/null";
    }
    boolean whole = choices.program() != Program.SBATCH || value.startsWith("/");
    return Shown.text(whole ? value : invocation.workingDirectory() + "/" + value);
  }

  private static String duration(String value) {
    long minutes = SlurmDuration.parseMinutes(value);
    return minutes == SlurmDuration.INFINITE || minutes == 0
        ? "UNLIMITED"
        : SlurmDuration.formatFull(minutes * 60);
  }

  private static String switches(String value) {
    int at = value.indexOf('@');
    return at < 0 ? value : value.substring(0, at + 1) + duration(value.substring(at + 1));
  }

  private static String memory(String value) {
    long size = Sizes.parseMemory(value);
    int unit = 0;
    while (size > 0 && size % KIB == 0 && unit + 1 < UNITS.length()) {
      size /= KIB;
      unit++;
    }
    return size + UNITS.substring(unit, unit + 1).strip();
  }

  private static String gres(String value) {
    return Shown.text(value.equals("none") ? value : "gres/" + value.replace(",", ",gres/"));
  }

  private static String signal(String value) {
    Matcher matcher = SIGNAL.matcher(value);
    if (!matcher.matches()) {
      return Shown.text(value);
    }
    String flags = matcher.group(1) == null ? "" : matcher.group(1) + ":";
    String seconds = matcher.group(3) == null ? "" : matcher.group(3);
    return flags + SignalNames.name(SignalNames.parse(matcher.group(2))) + seconds;
  }

  private void say(String text) {
    invocation.err().println(choices.program().command() + ": " + text);
  }
}
