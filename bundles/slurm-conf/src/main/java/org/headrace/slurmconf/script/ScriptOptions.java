package org.headrace.slurmconf.script;

import java.util.ArrayList;
import java.util.List;
import org.headrace.slurmconf.options.OptionException;
import org.headrace.slurmconf.options.OptionTable;
import org.headrace.slurmconf.options.OptionTable.Operands;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.OptionValue.Origin;
import org.headrace.slurmconf.options.ParsedOptions;
import org.headrace.slurmconf.script.Directive.Dialect;

/** Turns a script's directives into options of sbatch. Stateless. */
public final class ScriptOptions {
  private ScriptOptions() {}

  /**
   * The options in a script, one list per component of a heterogeneous job. #PBS and #BSUB lines
   * are translated and, as in Slurm, come after the #SBATCH lines and overrule them.
   *
   * @param table the options of sbatch
   * @param foreign whether #PBS and #BSUB lines count
   * @throws ScriptException when a quote is open
   * @throws OptionException when a directive holds words that are no options, or an option is
   *     unknown or lacks its argument
   */
  public static List<List<OptionValue>> parse(
      BatchScript script, OptionTable table, boolean foreign) {
    List<List<OptionValue>> result = new ArrayList<>();
    for (List<Directive> component : script.components(foreign)) {
      List<OptionValue> options = new ArrayList<>();
      List<OptionValue> translated = new ArrayList<>();
      for (Directive directive : component) {
        if (directive.dialect() == Dialect.SBATCH) {
          options.addAll(read(script, table, directive, directive.arguments()));
        } else {
          translated.addAll(read(script, table, directive, ForeignDirectives.translate(directive)));
        }
      }
      options.addAll(translated);
      result.add(List.copyOf(options));
    }
    return List.copyOf(result);
  }

  private static List<OptionValue> read(
      BatchScript script, OptionTable table, Directive directive, List<String> arguments) {
    String place = script.name() + ":" + directive.line();
    ParsedOptions parsed = table.parse(arguments, Operands.PERMUTE, Origin.SCRIPT, place);
    if (!parsed.operands().isEmpty()) {
      throw new OptionException(
          List.of(
              "sbatch: error: Invalid directive found in batch script: "
                  + parsed.operands().get(0)
                  + " ("
                  + place
                  + ")"));
    }
    return parsed.options();
  }
}
