package org.headrace.control.definition;

import java.util.List;

/** Reads the configuration of the cluster, in whatever dialect a site has it. */
public interface ConfigurationSource {
  /**
   * Reads the configuration anew.
   *
   * @throws ConfigurationInvalid if it can't be used; nothing of it must be
   */
  Loaded load() throws ConfigurationInvalid;

  /**
   * A configuration that can be used.
   *
   * @param definition what it says of the cluster, alike for all controllers
   * @param controllers the controllers, and which of them this process is
   * @param warnings what is odd about it, by file and line
   */
  record Loaded(ClusterDefinition definition, Controllers controllers, List<String> warnings) {
    public Loaded {
      warnings = List.copyOf(warnings);
    }
  }

  /** A configuration can't be used. */
  final class ConfigurationInvalid extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<String> problems;

    /**
     * @param problems what is wrong and what would be right, by file and line
     */
    public ConfigurationInvalid(List<String> problems) {
      super(String.join("\n", problems));
      this.problems = List.copyOf(problems);
    }

    /** What is wrong, by file and line. */
    public List<String> problems() {
      return problems;
    }
  }
}
