package org.headrace.slurmconf.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Options and what is left after them.
 *
 * @param options as given, in order; where one is given twice the last counts
 * @param operands everything that is not an option
 */
public record ParsedOptions(List<OptionValue> options, List<String> operands) {
  /** Copies its arguments. */
  public ParsedOptions {
    options = List.copyOf(options);
    operands = List.copyOf(operands);
  }

  /** Whether an option was given. */
  public boolean has(String name) {
    return last(name).isPresent();
  }

  /** The option as last given. */
  public Optional<OptionValue> last(String name) {
    for (int i = options.size() - 1; i >= 0; i--) {
      if (options.get(i).name().equals(name)) {
        return Optional.of(options.get(i));
      }
    }
    return Optional.empty();
  }

  /** The argument last given, or the default when the option is absent. */
  public String value(String name, String absent) {
    return last(name).map(OptionValue::value).orElse(absent);
  }

  /** How often an option was given, for {@code -vvv}. */
  public int count(String name) {
    return (int) options.stream().filter(option -> option.name().equals(name)).count();
  }

  /** These options without some that variables gave. */
  public ParsedOptions withoutVariables(Set<String> names) {
    return new ParsedOptions(
        options.stream()
            .filter(
                option ->
                    option.origin() != OptionValue.Origin.ENVIRONMENT
                        || !names.contains(option.name()))
            .toList(),
        operands);
  }

  /** These options with weaker ones before them; the operands stay. */
  public ParsedOptions over(List<OptionValue> weaker) {
    List<OptionValue> all = new ArrayList<>(weaker);
    all.addAll(options);
    return new ParsedOptions(all, operands);
  }
}
