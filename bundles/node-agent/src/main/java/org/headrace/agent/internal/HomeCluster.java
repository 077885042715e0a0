package org.headrace.agent.internal;

import java.util.Map;

/**
 * How programs on a node find their cluster.
 *
 * @param configurationFile slurm.conf, for {@code SLURM_CONF}; may be empty
 * @param socket where commands are served, for {@code HEADRACE_SOCKET}; empty if the configuration
 *     says so itself
 */
record HomeCluster(String configurationFile, String socket) {
  void addTo(Map<String, String> variables) {
    put(variables, "SLURM_CONF", configurationFile);
    put(variables, "HEADRACE_SOCKET", socket);
  }

  private static void put(Map<String, String> variables, String name, String value) {
    if (!value.isEmpty()) {
      variables.put(name, value);
    }
  }
}
