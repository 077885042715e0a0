package org.headrace.slurmconf.options;

/**
 * An option as it was given.
 *
 * @param option which
 * @param value its argument; empty where it has none
 * @param hasValue whether an argument was given
 * @param origin who gave it
 * @param place where, for messages: {@code job.sh:3}, a variable's name, or empty on the command
 *     line
 */
public record OptionValue(
    OptionSpec option, String value, boolean hasValue, Origin origin, String place) {

  /** Who gave an option; later ones overrule earlier ones. */
  public enum Origin {
    /** A directive in the script. */
    SCRIPT,
    /** An environment variable. */
    ENVIRONMENT,
    /** The command line. */
    COMMAND_LINE
  }

  /** The option's long name. */
  public String name() {
    return option.name();
  }
}
