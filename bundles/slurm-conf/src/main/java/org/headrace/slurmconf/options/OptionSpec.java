package org.headrace.slurmconf.options;

/**
 * One option of a command.
 *
 * @param name long name without dashes
 * @param shortName its letter, or {@link #NO_SHORT_NAME}
 * @param argument whether it takes one
 * @param environment the variable that sets it too, or empty
 */
public record OptionSpec(String name, char shortName, Argument argument, String environment) {
  /** There is no letter for it. */
  public static final char NO_SHORT_NAME = '\0';

  /** Whether an option takes an argument. */
  public enum Argument {
    /** Never. */
    NONE,
    /** Always: attached, after {@code =}, or the next word. */
    REQUIRED,
    /** Only attached or after {@code =}. */
    OPTIONAL
  }
}
