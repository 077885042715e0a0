package org.headrace.slurmconf;

import java.util.List;

/** What came of reading a configuration: all of it, or none. */
public sealed interface ConfigurationResult {
  /** What the author should know but does not stop anything. */
  List<Problem> warnings();

  /**
   * The configuration can be used.
   *
   * @param configuration checked as a whole
   */
  record Accepted(ClusterConfiguration configuration, List<Problem> warnings)
      implements ConfigurationResult {
    /** Copies its arguments. */
    public Accepted {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * The configuration must not be used.
   *
   * @param errors all that were found, in file order; at least one
   */
  record Refused(List<Problem> errors, List<Problem> warnings) implements ConfigurationResult {
    /** Copies its arguments. */
    public Refused {
      errors = List.copyOf(errors);
      warnings = List.copyOf(warnings);
    }
  }
}
