package org.headrace.slurmconf.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.slurmconf.options.OptionTable;
import org.headrace.slurmconf.options.OptionTable.Operands;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.ParsedOptions;
import org.headrace.slurmconf.script.Directive.Dialect;

/**
 * What #PBS and #BSUB lines mean in options of sbatch. Options that have no counterpart are passed
 * over, as Slurm does.
 */
final class ForeignDirectives {
  private static final OptionTable PBS = letters("ACIMNSWadehjklmopqrtuvJVzX", "IhVzX");
  private static final OptionTable BSUB = letters("BEHIJLMNPRUWbcegimnoqruwxCDFGKQST", "BHINrxK");
  private static final Map<String, String> PBS_SAME =
      Map.of(
          "A",
          "--account",
          "N",
          "--job-name",
          "M",
          "--mail-user",
          "q",
          "--partition",
          "o",
          "--output",
          "e",
          "--error",
          "t",
          "--array",
          "J",
          "--array",
          "d",
          "--chdir");
  private static final Map<String, String> BSUB_SAME =
      Map.of(
          "n",
          "--ntasks",
          "q",
          "--partition",
          "o",
          "--output",
          "e",
          "--error",
          "i",
          "--input",
          "P",
          "--account",
          "u",
          "--mail-user");

  private ForeignDirectives() {}

  private static OptionTable letters(String all, String flags) {
    OptionTable.Builder builder = OptionTable.builder("sbatch").withoutHint();
    for (char letter : all.toCharArray()) {
      if (flags.indexOf(letter) >= 0) {
        builder.flag(String.valueOf(letter), letter);
      } else {
        builder.value(String.valueOf(letter), letter);
      }
    }
    return builder.build();
  }

  static List<String> translate(Directive directive) {
    boolean pbs = directive.dialect() == Dialect.PBS;
    ParsedOptions parsed = (pbs ? PBS : BSUB).parse(directive.arguments(), Operands.PERMUTE);
    if (!parsed.operands().isEmpty()) {
      throw ScriptException.error(
          "Invalid argument: " + parsed.operands().get(0) + " (line " + directive.line() + ")");
    }
    List<String> result = new ArrayList<>();
    for (OptionValue option : parsed.options()) {
      String same = (pbs ? PBS_SAME : BSUB_SAME).get(option.name());
      if (same != null) {
        result.add(same + "=" + option.value());
      } else if (pbs) {
        pbsOption(option, result);
      } else {
        bsubOption(option, result);
      }
    }
    return result;
  }

  private static void pbsOption(OptionValue option, List<String> result) {
    String value = option.value();
    switch (option.name()) {
      case "h":
        result.add("--hold");
        break;
      case "V":
        result.add("--export=ALL");
        break;
      case "v":
        result.add("--export=ALL," + value);
        break;
      case "r":
        result.add(value.startsWith("y") ? "--requeue" : "--no-requeue");
        break;
      case "m":
        mailTypes(value, result);
        break;
      case "W":
        if (value.startsWith("depend=")) {
          result.add("--dependency=" + value.substring("depend=".length()));
        }
        break;
      case "l":
        for (String resource : value.split(",")) {
          pbsResource(resource, result);
        }
        break;
      default:
        break;
    }
  }

  private static void mailTypes(String letters, List<String> result) {
    List<String> types = new ArrayList<>();
    for (char letter : letters.toCharArray()) {
      switch (letter) {
        case 'a' -> types.add("FAIL");
        case 'b' -> types.add("BEGIN");
        case 'e' -> types.add("END");
        default -> types.add("NONE");
      }
    }
    if (!types.isEmpty()) {
      result.add("--mail-type=" + String.join(",", types));
    }
  }

  private static void pbsResource(String resource, List<String> result) {
    int equals = resource.indexOf('=');
    if (equals < 0) {
      return;
    }
    String value = resource.substring(equals + 1);
    switch (resource.substring(0, equals)) {
      case "walltime" -> result.add("--time=" + value);
      case "mem" -> result.add("--mem=" + memory(value));
      case "pmem", "pvmem" -> result.add("--mem-per-cpu=" + memory(value));
      case "file" -> result.add("--tmp=" + memory(value));
      case "procs" -> result.add("--ntasks=" + value);
      case "ncpus" -> result.add("--mincpus=" + value);
      case "nice" -> result.add("--nice=" + value);
      case "nodes", "select" -> pbsNodes(value, result);
      default -> {
        // Resources without a counterpart are passed over.
      }
    }
  }

  private static void pbsNodes(String value, List<String> result) {
    String[] parts = value.split(":");
    if (!parts[0].matches("[0-9]+")) {
      result.add("--nodelist=" + value.replace('+', ','));
      return;
    }
    result.add("--nodes=" + parts[0]);
    for (int i = 1; i < parts.length; i++) {
      String[] pair = parts[i].split("=", 2);
      String amount = pair.length == 2 ? pair[1] : "";
      switch (pair[0]) {
        case "ppn", "mpiprocs" -> result.add("--ntasks-per-node=" + amount);
        case "ncpus" -> result.add("--mincpus=" + amount);
        case "gpus", "ngpus" -> result.add("--gres=gpu:" + amount);
        case "mem" -> result.add("--mem=" + memory(amount));
        default -> result.add("--constraint=" + parts[i]);
      }
    }
  }

  /** PBS sizes end in b, kb, mb, gb; words (w) are eight bytes and too rare to matter. */
  private static String memory(String size) {
    return size.matches("[0-9]{1,18}[bB]?")
        ? Math.max(1, Long.parseLong(size.replaceAll("[bB]", "")) >> 20) + "M"
        : size;
  }

  private static void bsubOption(OptionValue option, List<String> result) {
    String value = option.value();
    switch (option.name()) {
      case "J" -> bsubName(value, result);
      case "W" -> result.add("--time=" + (value.contains(":") ? value + ":00" : value));
      case "M" -> result.add("--mem-per-cpu=" + (value.matches("[0-9]+") ? value + "K" : value));
      case "m" -> result.add("--nodelist=" + value.trim().replaceAll("\\s+", ","));
      case "x" -> result.add("--exclusive");
      case "H" -> result.add("--hold");
      case "r" -> result.add("--requeue");
      case "B" -> result.add("--mail-type=BEGIN");
      case "N" -> result.add("--mail-type=END");
      default -> {
        // Options without a counterpart are passed over.
      }
    }
  }

  private static void bsubName(String value, List<String> result) {
    int bracket = value.indexOf('[');
    int end = value.indexOf(']');
    if (bracket < 0 || end < bracket) {
      result.add("--job-name=" + value);
      return;
    }
    if (bracket > 0) {
      result.add("--job-name=" + value.substring(0, bracket));
    }
    result.add("--array=" + value.substring(bracket + 1, end) + value.substring(end + 1));
  }
}
