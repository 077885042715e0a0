package org.headrace.shell.internal;

import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.control.plugin.Plugins;

/** Completes kinds of plugins. */
@Service
public final class KindCompleter extends ServiceCompleter {
  @Override
  Stream<String> candidates(ControllerServices controller, List<String> before) {
    Plugins plugins = controller.find(Plugins.class);
    return plugins == null
        ? Stream.empty()
        : plugins.list().stream().map(PluginStatus::kind).distinct();
  }
}
