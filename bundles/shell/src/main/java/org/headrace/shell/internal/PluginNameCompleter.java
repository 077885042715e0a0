package org.headrace.shell.internal;

import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.control.plugin.Plugins;

/** Completes names of plugins of the kind that stands before. */
@Service
public final class PluginNameCompleter extends ServiceCompleter {
  @Override
  Stream<String> candidates(ControllerServices controller, List<String> before) {
    Plugins plugins = controller.find(Plugins.class);
    if (plugins == null || before.isEmpty()) {
      return Stream.empty();
    }
    String kind = before.get(before.size() - 1);
    return plugins.list().stream()
        .filter(plugin -> plugin.kind().equals(kind))
        .filter(plugin -> plugin.state() != PluginStatus.State.MISSING)
        .map(PluginStatus::name);
  }
}
