package org.headrace.shell.internal;

import java.io.PrintStream;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.headrace.control.plugin.PluginStatus;

/** Lists plugins. */
@Service
@Command(
    scope = "headrace",
    name = "plugins",
    description = "Lists the plugins: which are there, which serve, and how they do",
    detailedDescription =
        "State is active (serves), available, shadow (runs beside the active one, its answers"
            + " compared and not used), quarantined (failed too often; choose it again to give it"
            + " another chance) or missing (named by the configuration, and not there). Mean and"
            + " worst are times of a call.")
public final class PluginsAction extends ControllerAction {
  @Override
  void run(ControllerServices controller, PrintStream out) throws CommandFailed {
    ShellTable table = new ShellTable();
    table.column("Kind");
    table.column("Name");
    table.column("Version");
    table.column("State");
    table.column("Calls").alignRight();
    table.column("Mean").alignRight();
    table.column("Worst").alignRight();
    table.column("Faults").alignRight();
    table.column("Last fault");
    table.emptyTableText("No plugins; bundle:list -t 0 shows which bundles are there");
    for (PluginStatus plugin : controller.plugins().list()) {
      table
          .addRow()
          .addContent(
              plugin.kind(),
              plugin.name(),
              plugin.version(),
              plugin.state().name().toLowerCase(Locale.ROOT),
              plugin.calls(),
              plugin.calls() == 0 ? "" : Show.micros(plugin.meanMicros()),
              plugin.calls() == 0 ? "" : Show.micros(plugin.worstMicros()),
              plugin.faults(),
              plugin.lastFault());
    }
    table.print(out);
  }
}
