package org.headrace.controller.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.headrace.control.definition.ClusterDefinition;

/**
 * Where a controller keeps its things and where it listens.
 *
 * @param state directory of the state
 * @param host address for agents
 * @param port UDP port for agents
 */
record Paths(Path state, String host, int port) {
  private static final int DEFAULT_PORT = 6817;
  private static final List<String> FIXED =
      List.of("StateSaveLocation", "SlurmctldPort", "SlurmctldHost", "ClusterName", "CredType");

  static Paths of(Map<String, String> settings) {
    String state = settings.getOrDefault("StateSaveLocation", "/var/spool/slurmctld");
    String port = settings.getOrDefault("SlurmctldPort", Integer.toString(DEFAULT_PORT));
    int firstPort = Integer.parseInt(port.split("-")[0].trim());
    return new Paths(
        Path.of(state), addressOf(settings.getOrDefault("SlurmctldHost", "")), firstPort);
  }

  /** {@code name(address)} gives the address, a name alone the name. */
  private static String addressOf(String host) {
    String first = host.split(",")[0].trim();
    int open = first.indexOf('(');
    String address = open >= 0 ? first.substring(open + 1, first.length() - 1) : first;
    return address.isEmpty() ? "0.0.0.0" : address;
  }

  Map<String, String> withDirectory(Map<String, String> settings) {
    Map<String, String> extended = new HashMap<>(settings);
    extended.put("directory", state.toString());
    return extended;
  }

  /** Changes that a running controller can't follow. */
  static List<String> fixedChanges(ClusterDefinition before, ClusterDefinition after) {
    List<String> messages = new ArrayList<>();
    for (String key : FIXED) {
      if (!Objects.equals(before.settings().get(key), after.settings().get(key))) {
        messages.add(key + " has changed; the controller has to be restarted for that");
      }
    }
    return messages;
  }
}
