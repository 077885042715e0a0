package org.headrace.commands.internal.submit;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.slurmconf.options.OptionSpec;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.OptionValue.Origin;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.SlurmTime;

/**
 * What a user chose, from script, variables and command line together. The stronger place wins:
 * command line, then variables, then script. Values are checked already.
 */
public final class Choices {
  private static final Set<String> MEMORY = Set.of("mem", "mem-per-cpu", "mem-per-gpu");
  private static final Map<String, String> OPPOSITES =
      Map.of(
          "requeue", "no-requeue", "no-requeue", "requeue", "bell", "no-bell", "no-bell", "bell");

  private final Program program;
  private final long now;
  private final ZoneId zone;
  private final Map<String, OptionValue> values = new LinkedHashMap<>();
  private int verbosity;

  private Choices(Program program, long now, ZoneId zone) {
    this.program = program;
    this.now = now;
    this.zone = zone;
  }

  /**
   * Merges and checks.
   *
   * @param script options of the script's directives
   * @param environment variables
   * @param commandLine options of the command line
   * @param now for times such as {@code now+1hour}, in epoch milliseconds
   * @throws Refusal naming the first value that is wrong
   */
  public static Choices merge(
      Program program,
      List<OptionValue> script,
      Map<String, String> environment,
      List<OptionValue> commandLine,
      long now) {
    Choices choices = new Choices(program, now, zone(environment));
    UnaryOperator<OptionValue> whole = value -> whole(value, program, environment);
    choices.addAll(script.stream().map(whole).toList());
    choices.addAll(
        OptionCatalog.get().fromEnvironment(program, environment).stream().map(whole).toList());
    choices.addAll(commandLine.stream().map(whole).toList());
    choices.hostFile(environment.getOrDefault("SLURM_HOSTFILE", ""));
    return choices;
  }

  /** The option with what a variable says where a part of its value is left out. */
  private static OptionValue whole(
      OptionValue given, Program program, Map<String, String> environment) {
    String value = given.value();
    String wait = environment.getOrDefault(program.variables() + "_WAIT4SWITCH", "");
    String plane = environment.getOrDefault("SLURM_DIST_PLANESIZE", "");
    String more = "";
    if (given.name().equals("switches") && value.indexOf('@') < 0 && !wait.isEmpty()) {
      more = "@" + wait;
    } else if (given.name().equals("distribution")
        && value.equalsIgnoreCase("plane")
        && !plane.isEmpty()) {
      more = "=" + plane;
    }
    return more.isEmpty()
        ? given
        : new OptionValue(
            given.option(), value + more, given.hasValue(), given.origin(), given.place());
  }

  /** The time zone of the user's shell, or the controller's where that isn't known. */
  private static ZoneId zone(Map<String, String> environment) {
    String name = environment.get("TZ");
    if (name != null && !name.isEmpty()) {
      try {
        return ZoneId.of(name.startsWith(":") ? name.substring(1) : name);
      } catch (DateTimeException e) {
        // A form that only the C library knows.
      }
    }
    return ZoneId.systemDefault();
  }

  /** A file that names the nodes, for srun that of each task. */
  private void hostFile(String file) {
    if (file.isEmpty() || has("nodelist") || has("nodefile")) {
      return;
    }
    set("nodelist", file.indexOf('/') < 0 ? "./" + file : file);
    if (program == Program.SRUN && !has("distribution")) {
      set("distribution", "arbitrary");
    }
  }

  private void set(String name, String value) {
    OptionSpec option =
        OptionCatalog.get().table(program).options().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow();
    values.put(name, new OptionValue(option, value, true, Origin.ENVIRONMENT, "SLURM_HOSTFILE"));
  }

  private void addAll(List<OptionValue> options) {
    OptionCheck check = new OptionCheck(program, now, zone);
    for (OptionValue option : options) {
      OptionRow row = OptionCatalog.get().row(program, option.name());
      if (option.value().indexOf('\0') >= 0) {
        throw Refusal.error(
            program.command(), 1, "The value of --" + row.name() + " contains a NUL character.");
      }
      check.check(row, option.value(), option.hasValue());
      if (MEMORY.contains(option.name())) {
        replaceMemory(option);
      }
      if (option.name().equals("verbose")) {
        verbosity++;
      }
      values.remove(OPPOSITES.getOrDefault(option.name(), ""));
      values.put(option.name(), option);
    }
  }

  private void replaceMemory(OptionValue option) {
    for (String other : MEMORY) {
      OptionValue before = values.get(other);
      if (before != null && !other.equals(option.name())) {
        if (before.origin() == option.origin() && option.origin() != Origin.ENVIRONMENT) {
          throw Refusal.fatal(
              program.command(), "--mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive.");
        }
        values.remove(other);
      }
    }
  }

  public Program program() {
    return program;
  }

  /** When the command was given, in epoch milliseconds. */
  long now() {
    return now;
  }

  ZoneId zone() {
    return zone;
  }

  /** What was chosen, by whatever means. */
  Collection<OptionValue> defined() {
    return values.values();
  }

  /** The kinds of mail that {@code --mail-type} asks for, in full. */
  String mailTypes() {
    List<String> types = new ArrayList<>();
    for (String type : text("mail-type", "").toUpperCase(Locale.ROOT).split(",")) {
      switch (type) {
        case "NONE", "" -> types.clear();
        case "ALL" ->
            types.addAll(List.of("INVALID_DEPEND", "BEGIN", "END", "FAIL", "REQUEUE", "STAGE_OUT"));
        default -> types.add(type);
      }
    }
    return String.join(",", types.stream().distinct().toList());
  }

  public int verbosity() {
    return verbosity;
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Whether the user chose it on the command line or in the script, not by a variable. */
  public boolean explicit(String name) {
    OptionValue value = values.get(name);
    return value != null && value.origin() != Origin.ENVIRONMENT;
  }

  /** The value, or {@code absent}. */
  public String text(String name, String absent) {
    OptionValue value = values.get(name);
    return value == null ? absent : value.value();
  }

  /** The value of an option whose argument may be missing. */
  public String text(String name, String absent, String missing) {
    OptionValue value = values.get(name);
    if (value == null) {
      return absent;
    }
    return value.hasValue() ? value.value() : missing;
  }

  public int number(String name, int absent) {
    OptionValue value = values.get(name);
    return value == null || !value.hasValue() ? absent : Integer.parseInt(value.value());
  }

  /** A duration in milliseconds, or {@code absent}; {@link SlurmDuration#INFINITE} for no limit. */
  long duration(String name, long absent) {
    OptionValue value = values.get(name);
    if (value == null) {
      return absent;
    }
    long minutes = SlurmDuration.parseMinutes(value.value());
    return minutes == SlurmDuration.INFINITE ? minutes : minutes * 60_000;
  }

  /** A point in time in epoch milliseconds, or zero. */
  long moment(String name) {
    OptionValue value = values.get(name);
    return value == null ? 0 : SlurmTime.parse(value.value(), now, zone);
  }

  /** One line for each option that is accepted and that nothing acts on. */
  public List<String> warnings() {
    List<String> lines = new ArrayList<>();
    for (OptionValue value : values.values()) {
      if (!OptionCatalog.get().row(program, value.name()).effective()
          && value.origin() != Origin.ENVIRONMENT
          && !wantsNothing(value)) {
        lines.add(
            program.command()
                + ": warning: --"
                + value.name()
                + " is accepted and has no effect yet");
      }
    }
    return lines;
  }

  /** Asks for what is done anyway. */
  private static boolean wantsNothing(OptionValue value) {
    return value.name().equals("send-libs") && value.value().equals("no")
        || value.name().equals("mail-type") && value.value().equalsIgnoreCase("NONE");
  }

  /** Options that nothing acts on, with their values, to be kept with the job. */
  Map<String, String> withoutEffect() {
    Map<String, String> kept = new LinkedHashMap<>();
    for (OptionValue value : values.values()) {
      if (!OptionCatalog.get().row(program, value.name()).effective()) {
        kept.put(value.name(), value.hasValue() ? value.value() : "yes");
      }
    }
    return kept;
  }
}
