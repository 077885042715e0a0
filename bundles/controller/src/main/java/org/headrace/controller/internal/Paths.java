package org.headrace.controller.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Controllers;

/**
 * Where a controller keeps its things.
 *
 * @param state directory of the state
 */
record Paths(Path state) {
  /** From the agents' port on; the agents' own usual port is the next one. */
  static final int LOG_PORT = 10;

  private static final List<String> FIXED =
      List.of("StateSaveLocation", "SlurmctldPort", "SlurmctldHost", "ClusterName", "CredType");

  /** {@code %n} stands for the controller's name, so that several on one machine have their own. */
  static Paths of(Map<String, String> settings, Controllers controllers) {
    String state = settings.getOrDefault("StateSaveLocation", "/var/spool/slurmctld");
    return new Paths(Path.of(state.replace("%n", controllers.own().name().split("\\.")[0])));
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
