package org.headrace.commands.internal.submit;

import java.util.Locale;
import java.util.Set;
import org.headrace.commands.internal.cli.Refusal;

/** Checks the options whose value is one of a few words that nothing acts on yet. */
final class OptionWords {
  private static final Set<String> PROFILES = Set.of("energy", "task", "lustre", "network");
  private static final Set<String> GRES_FLAGS =
      Set.of(
          "allow-task-sharing",
          "disable-binding",
          "enforce-binding",
          "multiple-tasks-per-sharing",
          "one-task-per-sharing");

  private static final String LIST = "(0x)?[0-9a-f]{1,16}(\\*\\d{1,4})?";

  /** How tasks are bound to GPUs, or to other devices. */
  private static final String GPU_BINDING =
      "(closest|none|single:\\d{1,9}|per_task:\\d{1,9}|(map_gpu|map|mask_gpu|mask):"
          + LIST
          + "(,"
          + LIST
          + ")*)";

  private OptionWords() {}

  static void check(Program program, OptionRow row, String value) {
    String word = value.toLowerCase(Locale.ROOT);
    switch (row.kind()) {
      case "profile" -> {
        for (String part : word.split(",", -1)) {
          if (!part.equals("all") && !part.equals("none") && !PROFILES.contains(part)) {
            throw error(program, "invalid --profile=" + Shown.text(value) + " option");
          }
        }
      }
      case "gresflags" -> {
        for (String part : word.split(",", -1)) {
          if (!GRES_FLAGS.contains(part)) {
            throw error(
                program,
                "Invalid --gres-flags specification",
                "--gres-flags: use " + String.join(", ", GRES_FLAGS.stream().sorted().toList()));
          }
        }
      }
      case "gpubind" -> {
        if (!word.matches("(verbose,|v,)?(gpu:)?(verbose,)?" + GPU_BINDING)) {
          throw error(program, "Invalid --gpu-bind argument: gpu:" + Shown.text(value));
        }
      }
      case "tresbind" -> {
        for (String part : word.split("\\+", -1)) {
          if (!part.matches("gres[:/][a-z_][\\w.\\-]*:(verbose,|v,)?" + GPU_BINDING)) {
            throw error(program, "Invalid --tres-bind argument: " + Shown.text(value));
          }
        }
      }
      case "gpufreq" -> {
        for (String part : word.split(",", -1)) {
          if (!part.equals("verbose")
              && !part.matches("((memory|graphics)=)?(low|medium|high|highm1|\\d{1,9})")) {
            throw error(
                program,
                "Invalid --gpu-freq argument: gpu:" + Shown.text(value),
                "--gpu-freq: use low, medium, high, highm1 or MHz, with memory= or graphics="
                    + " before it");
          }
        }
      }
      case "membind" -> {
        if (!word.matches(
            "((q|quiet|v|verbose|sort|nosort|prefer|p),?)*"
                + "(no|none|rank|local|map_mem:.+|mask_mem:.+)?")) {
          throw error(program, "unrecognized --mem-bind argument \"" + Shown.text(value) + "\"");
        }
      }
      case "cpubind" -> {
        if (!word.matches(
            "((q|quiet|v|verbose),?)*(no|none|rank|map_cpu:.+|mask_cpu:.+|rank_ldom|map_ldom:.+|"
                + "mask_ldom:.+|sockets|cores|threads|ldoms|boards)?")) {
          throw error(program, "unrecognized --cpu-bind argument \"" + Shown.text(value) + "\"");
        }
      }
      case "userenv" -> {
        if (!word.matches("\\d{1,9}[sl]?")) {
          throw error(program, "Invalid --get-user-env specification");
        }
      }
      default -> {
        // Text of any kind.
      }
    }
  }

  private static Refusal error(Program program, String... lines) {
    return Refusal.error(program.command(), Refusal.BAD_OPTION, lines);
  }
}
