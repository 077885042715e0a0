package org.headrace.commands.internal.submit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.headrace.commands.internal.cli.Refusal;

/** Checks the options whose value is one of a few words that nothing acts on yet. */
final class OptionWords {
  private static final String PROFILES = "all|none|energy|task|lustre|network";
  private static final List<String> GRES_FLAGS =
      List.of(
          "allow-task-sharing",
          "disable-binding",
          "enforce-binding",
          "multiple-tasks-per-sharing",
          "one-task-per-sharing");

  private static final String TIMES = "(\\*[1-9]\\d{0,3})?";
  private static final String NUMBER = "(\\d{1,9}|0x[0-9a-f]{1,8})" + TIMES;
  private static final String MASK = "(0x)?[0-9a-f]{1,16}" + TIMES;

  /** How tasks are bound to GPUs, or to other devices. */
  private static final String GPU_BINDING =
      "(closest|none|single:\\d{1,9}|per_task:\\d{1,9}"
          + ("|(map_gpu|map):" + NUMBER + "(," + NUMBER + ")*")
          + ("|(mask_gpu|mask):" + MASK + "(," + MASK + ")*")
          + ")";

  private static final String MEM_BINDING =
      "((q|quiet|v|verbose|sort|nosort|prefer|p),?)*"
          + "(no|none|rank|local|map_mem:.+|mask_mem:.+)?";
  private static final String CPU_BINDING =
      "((q|quiet|v|verbose),?)*(no|none|rank|map_cpu:.+|mask_cpu:.+|rank_ldom|map_ldom:.+|"
          + "mask_ldom:.+|sockets|cores|threads|ldoms|boards)?";

  private OptionWords() {}

  static void check(Program program, OptionRow row, String value) {
    String word = value.toLowerCase(Locale.ROOT);
    String shown = Shown.text(value);
    boolean right =
        switch (row.kind()) {
          case "profile" -> each(word, ",", PROFILES);
          case "gresflags" -> each(word, ",", String.join("|", GRES_FLAGS));
          case "gpubind" -> word.matches("(verbose,|v,)?(gpu:)?(verbose,)?" + GPU_BINDING);
          case "tresbind" ->
              each(word, "\\+", "gres[:/][a-z_][\\w.\\-]*:(verbose,|v,)?" + GPU_BINDING);
          case "gpufreq" ->
              each(word, ",", "verbose|((memory|graphics)=)?(low|medium|high|highm1|\\d{1,9})");
          case "membind" -> word.matches(MEM_BINDING);
          case "cpubind" -> word.matches(CPU_BINDING);
          case "userenv" -> word.matches("\\d{1,9}[sl]?");
          default -> true; // Text of any kind.
        };
    if (!right) {
      throw Refusal.error(program.command(), Refusal.BAD_OPTION, wrong(row.kind(), shown));
    }
  }

  private static boolean each(String words, String separator, String pattern) {
    return Arrays.stream(words.split(separator, -1)).allMatch(part -> part.matches(pattern));
  }

  private static String[] wrong(String kind, String shown) {
    String first =
        switch (kind) {
          case "profile" -> "invalid --profile=" + shown + " option";
          case "gresflags" -> "Invalid --gres-flags specification";
          case "gpubind" -> "Invalid --gpu-bind argument: gpu:" + shown;
          case "tresbind" -> "Invalid --tres-bind argument: " + shown;
          case "gpufreq" -> "Invalid --gpu-freq argument: gpu:" + shown;
          case "membind" -> "unrecognized --mem-bind argument \"" + shown + "\"";
          case "cpubind" -> "unrecognized --cpu-bind argument \"" + shown + "\"";
          case "userenv" -> "Invalid --get-user-env specification";
          default -> throw new IllegalStateException(kind);
        };
    return switch (kind) {
      case "gresflags" ->
          new String[] {first, "--gres-flags: use " + String.join(", ", GRES_FLAGS)};
      case "gpufreq" ->
          new String[] {
            first,
            "--gpu-freq: use low, medium, high, highm1 or MHz, with memory= or graphics= before it"
          };
      default -> new String[] {first};
    };
  }
}
