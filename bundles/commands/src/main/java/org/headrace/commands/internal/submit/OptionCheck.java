package org.headrace.commands.internal.submit;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.slurmconf.options.OptionSpec.Argument;
import org.headrace.slurmconf.text.RangeList;
import org.headrace.slurmconf.text.SignalNames;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.SlurmTime;
import org.headrace.slurmconf.text.TextFormatException;

/** Checks the value of one option as soon as it is read, so that the first wrong one is named. */
final class OptionCheck {
  /** Names that {@code --propagate} takes. */
  static final Set<String> LIMITS =
      Set.of("AS", "CORE", "CPU", "DATA", "FSIZE", "MEMLOCK", "NOFILE", "NPROC", "RSS", "STACK");

  private static final Set<String> MAIL_TYPES =
      Set.of(
          "NONE",
          "BEGIN",
          "END",
          "FAIL",
          "REQUEUE",
          "ALL",
          "INVALID_DEPEND",
          "STAGE_OUT",
          "TIME_LIMIT",
          "TIME_LIMIT_90",
          "TIME_LIMIT_80",
          "TIME_LIMIT_50",
          "ARRAY_TASKS");
  private static final Set<String> MPI_TYPES = Set.of("none", "list", "openmpi", "pmi2");
  private static final Pattern WARNING =
      Pattern.compile("(?:[RB]{1,2}:)?([A-Za-z0-9]+)(?:@(\\d{1,5}))?");
  private static final int MAX_WARNING_SECONDS = 65535;
  private static final long MAX_NICE = 2147483645L;

  private final Program program;
  private final long now;
  private final ZoneId zone;

  OptionCheck(Program program, long now, ZoneId zone) {
    this.program = program;
    this.now = now;
    this.zone = zone;
  }

  /**
   * Checks a value.
   *
   * @throws Refusal with the words of Slurm and, where it helps, a line on what would be right
   */
  void check(OptionRow row, String value, boolean hasValue) {
    if (!hasValue && row.argument() == Argument.OPTIONAL) {
      return;
    }
    switch (row.kind()) {
      case "count" -> number(row, value, 1);
      case "number" -> number(row, value, 0);
      case "seconds" -> number(row, value, 0);
      case "memory" -> parse(row, () -> Sizes.parseMemory(value));
      case "duration" -> parse(row, () -> SlurmDuration.parseSeconds(value));
      case "moment" -> moment(row, value);
      case "nodes" -> nodes(value);
      case "signal" -> parse(row, () -> SignalNames.parse(value));
      case "signals" -> parse(row, () -> signals(value));
      case "warning" -> warning(row, value);
      case "nice" -> nice(row, value);
      case "mail" -> require(row, mail(value), "use " + String.join(", ", sorted(MAIL_TYPES)));
      case "openmode" -> openMode(row, value);
      case "exclusive" -> oneOf(row, value, "user", "mcs", "topo", "allocation");
      case "yesno" -> oneOf(row, value, "yes", "no");
      case "x11" -> oneOf(row, value, "all", "first", "last");
      case "zeroone" -> oneOf(row, value, "0", "1");
      case "nokill" -> oneOf(row, value, "off", "set");
      case "requeue" -> oneOf(row, value, "expedite", "1", "yes");
      case "hint" -> hint(value);
      case "distribution" -> distribution(row, value);
      case "switches" -> switches(row, value);
      case "nodeinfo" -> nodeInfo(value);
      case "propagate" -> propagate(value);
      case "gres" -> GresNotation.parseList(program, value);
      case "gpus" -> GresNotation.parseGpus(program, value);
      case "tres" -> GresNotation.parsePerTask(program, value);
      case "mpi" -> mpi(value);
      default -> OptionWords.check(program, row, value);
    }
  }

  private void number(OptionRow row, String value, long least) {
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= Integer.MAX_VALUE && value.charAt(0) != '+') {
        return;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw error(1, "Invalid numeric value \"" + Shown.text(value) + "\" for --" + row.name() + ".");
  }

  private void parse(OptionRow row, Runnable parser) {
    try {
      parser.run();
    } catch (TextFormatException e) {
      throw invalid(row, e.getMessage());
    }
  }

  private void moment(OptionRow row, String value) {
    try {
      SlurmTime.parse(value, now, zone);
    } catch (TextFormatException e) {
      throw Refusal.raw(
          Refusal.BAD_OPTION,
          e.getMessage(),
          program.command() + ": error: Invalid --" + row.name() + " specification");
    }
  }

  private void nodes(String value) {
    try {
      NodeCount.parse(value);
    } catch (RangeList.Backwards e) {
      throw error(Refusal.BAD_OPTION, e.getMessage());
    } catch (TextFormatException e) {
      throw Refusal.error(
          program.command(),
          Refusal.BAD_OPTION,
          "\"" + Shown.text(value) + "\" is not a valid node count",
          e.getMessage());
    }
  }

  private void signals(String value) {
    for (String name : value.split(",", -1)) {
      SignalNames.parse(name);
    }
  }

  private void warning(OptionRow row, String value) {
    var matcher = WARNING.matcher(value);
    boolean right = matcher.matches();
    if (right && matcher.group(2) != null) {
      right = Integer.parseInt(matcher.group(2)) <= MAX_WARNING_SECONDS;
    }
    require(row, right, "write [R][B]:SIGNAL[@SECONDS], at most 65535 seconds");
    parse(row, () -> SignalNames.parse(matcher.group(1)));
  }

  private void nice(OptionRow row, String value) {
    long nice;
    try {
      nice = Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw invalid(row, "it must be a whole number from -2147483645 to 2147483645");
    }
    if (Math.abs(nice) > MAX_NICE) {
      throw error(Refusal.BAD_OPTION, "Invalid --nice value, out of range (+/- " + MAX_NICE + ")");
    }
  }

  private static boolean mail(String value) {
    for (String type : value.split(",", -1)) {
      if (!MAIL_TYPES.contains(type.toUpperCase(Locale.ROOT))) {
        return false;
      }
    }
    return true;
  }

  private void openMode(OptionRow row, String value) {
    String word = value.toLowerCase(Locale.ROOT);
    boolean right = !word.isEmpty() && ("append".startsWith(word) || "truncate".startsWith(word));
    require(row, right, "use append or truncate");
  }

  private void oneOf(OptionRow row, String value, String... words) {
    boolean right = List.of(words).contains(value.toLowerCase(Locale.ROOT));
    require(row, right, "use " + String.join(" or ", words));
  }

  private void hint(String value) {
    for (String word : value.split(",", -1)) {
      switch (word) {
        case "compute_bound", "memory_bound", "multithread", "nomultithread" -> {
          // Known.
        }
        default ->
            throw error(
                1,
                "unrecognized --hint argument \"" + Shown.text(word) + "\", see --hint=help",
                "Use compute_bound, memory_bound, multithread or nomultithread.");
      }
    }
  }

  private void distribution(OptionRow row, String value) {
    String first = value.split("[:,]", 2)[0].toLowerCase(Locale.ROOT);
    if (first.startsWith("plane")) {
      if (!value.toLowerCase(Locale.ROOT).matches("plane=[1-9]\\d{0,8}")) {
        throw error(
            Refusal.BAD_OPTION,
            "Invalid plane size or size not specified",
            "Invalid --" + row.name() + " specification");
      }
      return;
    }
    boolean right =
        value
            .toLowerCase(Locale.ROOT)
            .matches(
                "(no)?pack|(\\*|block|cyclic|arbitrary)(:(\\*|block|cyclic|fcyclic)){0,2}(,(no)?pack)?");
    require(
        row,
        right,
        "use block, cyclic, arbitrary or plane=SIZE, then [:SOCKETS[:CORES]][,Pack|,NoPack]");
  }

  private void switches(OptionRow row, String value) {
    int at = value.indexOf('@');
    number(row, at < 0 ? value : value.substring(0, at), 0);
    if (at >= 0) {
      parse(row, () -> SlurmDuration.parseSeconds(value.substring(at + 1)));
    }
  }

  private void nodeInfo(String value) {
    String[] names = {"first", "second", "third"};
    String[] parts = value.split(":", -1);
    for (int i = 0; i < parts.length && i < names.length; i++) {
      if (!parts[i].matches("\\*|\\d{1,9}(-\\d{1,9})?")) {
        throw error(
            1,
            "Invalid numeric value \""
                + Shown.text(parts[i])
                + "\" for "
                + names[i]
                + " arg of -B.");
      }
    }
    if (parts.length > names.length) {
      throw error(1, "-B takes sockets:cores:threads, not " + parts.length + " numbers");
    }
  }

  private void propagate(String value) {
    for (String name : value.split(",", -1)) {
      String upper = name.toUpperCase(Locale.ROOT);
      String plain = upper.startsWith("RLIMIT_") ? upper.substring(7) : upper;
      if (!plain.equals("ALL") && !plain.equals("NONE") && !LIMITS.contains(plain)) {
        throw error(
            1,
            "Bad rlimit name: " + Shown.text(name),
            "--propagate=" + Shown.text(value) + " is not valid.");
      }
    }
  }

  private void mpi(String value) {
    if (PmixServer.serves(value)) {
      return;
    }
    if (value.startsWith("pmix") && PmixServer.kind().isEmpty()) {
      throw error(
          1,
          "Invalid MPI type '" + Shown.text(value) + "', --mpi=list for acceptable types",
          "This Headrace was built without PMIx, which needs the headers of libpmix (Debian,"
              + " Ubuntu: libpmix-dev) then; programs of MPICH, MVAPICH and Intel MPI run with"
              + " --mpi=pmi2, those of Open MPI by mpirun in the job");
    }
    if (!MPI_TYPES.contains(value)) {
      throw error(
          1, "Invalid MPI type '" + Shown.text(value) + "', --mpi=list for acceptable types");
    }
  }

  private static List<String> sorted(Set<String> words) {
    return words.stream().sorted().toList();
  }

  private void require(OptionRow row, boolean right, String advice) {
    if (!right) {
      throw invalid(row, advice);
    }
  }

  private Refusal invalid(OptionRow row, String advice) {
    return error(
        Refusal.BAD_OPTION,
        "Invalid --" + row.name() + " specification",
        "--" + row.name() + ": " + advice);
  }

  private Refusal error(int status, String... lines) {
    return Refusal.error(program.command(), status, lines);
  }
}
