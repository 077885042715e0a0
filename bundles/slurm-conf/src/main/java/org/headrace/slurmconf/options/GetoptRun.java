package org.headrace.slurmconf.options;

import java.util.ArrayList;
import java.util.List;
import org.headrace.slurmconf.options.OptionSpec.Argument;
import org.headrace.slurmconf.options.OptionTable.Operands;
import org.headrace.slurmconf.options.OptionValue.Origin;

/** One pass over a list of words. The messages are getopt_long's. */
final class GetoptRun {
  private final OptionTable table;
  private final List<String> arguments;
  private final Operands mode;
  private final Origin origin;
  private final String place;
  private final List<OptionValue> values = new ArrayList<>();
  private final List<String> operands = new ArrayList<>();
  private int at;

  GetoptRun(OptionTable table, List<String> arguments, Operands mode, Origin origin, String place) {
    this.table = table;
    this.arguments = arguments;
    this.mode = mode;
    this.origin = origin;
    this.place = place;
  }

  ParsedOptions run() {
    while (at < arguments.size()) {
      String word = arguments.get(at);
      if (word.equals("--")) {
        operands.addAll(arguments.subList(at + 1, arguments.size()));
        break;
      }
      if (word.length() < 2 || word.charAt(0) != '-') {
        if (mode == Operands.STOP_AT_FIRST) {
          operands.addAll(arguments.subList(at, arguments.size()));
          break;
        }
        operands.add(word);
        at++;
      } else {
        at++;
        if (word.charAt(1) == '-') {
          longOption(word);
        } else {
          cluster(word);
        }
      }
    }
    return new ParsedOptions(values, operands);
  }

  private void longOption(String word) {
    int equals = word.indexOf('=');
    String name = word.substring(2, equals < 0 ? word.length() : equals);
    OptionSpec option = find(name, word);
    String full = table.exact(name) != null ? name : table.candidates(name).get(0);
    if (equals >= 0) {
      if (option.argument() == Argument.NONE) {
        throw table.problem("option '--" + full + "' doesn't allow an argument");
      }
      add(option, word.substring(equals + 1), true);
    } else if (option.argument() == Argument.REQUIRED) {
      if (at == arguments.size()) {
        throw table.problem("option '--" + full + "' requires an argument");
      }
      add(option, arguments.get(at++), true);
    } else {
      add(option, "", false);
    }
  }

  private OptionSpec find(String name, String word) {
    OptionSpec exact = table.exact(name);
    if (exact != null) {
      return exact;
    }
    List<String> candidates = name.isEmpty() ? List.of() : table.candidates(name);
    if (candidates.isEmpty()) {
      throw table.problem("unrecognized option '" + OptionText.printable(word) + "'");
    }
    OptionSpec first = table.exact(candidates.get(0));
    boolean unique = candidates.stream().allMatch(other -> table.exact(other) == first);
    if (!unique) {
      StringBuilder what = new StringBuilder("option '");
      what.append(OptionText.printable(word)).append("' is ambiguous; possibilities:");
      candidates.forEach(candidate -> what.append(" '--").append(candidate).append('\''));
      throw table.problem(what.toString());
    }
    return first;
  }

  private void cluster(String word) {
    for (int i = 1; i < word.length(); i++) {
      OptionSpec option = table.letter(word.charAt(i));
      if (option == null) {
        String letter = OptionText.printable(String.valueOf(word.charAt(i)));
        throw table.problem("invalid option -- '" + letter + "'");
      }
      if (option.argument() != Argument.NONE) {
        boolean attached = i + 1 < word.length();
        if (attached) {
          add(option, word.substring(i + 1), true);
        } else if (option.argument() == Argument.OPTIONAL) {
          add(option, "", false);
        } else if (at < arguments.size()) {
          add(option, arguments.get(at++), true);
        } else {
          throw table.problem("option requires an argument -- '" + option.shortName() + "'");
        }
        return;
      }
      add(option, "", false);
    }
  }

  private void add(OptionSpec option, String value, boolean hasValue) {
    values.add(new OptionValue(option, value, hasValue, origin, place));
  }
}
