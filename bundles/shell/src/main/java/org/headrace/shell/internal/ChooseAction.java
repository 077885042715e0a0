package org.headrace.shell.internal;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Has a plugin serve. */
@Service
@Command(
    scope = "headrace",
    name = "choose",
    description = "Has a plugin serve from the next call on",
    detailedDescription =
        "The plugin is first called on the present state; if that fails it stays out and nothing"
            + " changes. Calls in flight end on the plugin that they began on; jobs are not"
            + " touched. Holds until the configuration names another plugin of the kind."
            + " Example: headrace:choose select linear")
public final class ChooseAction extends ControllerAction {
  @Argument(index = 0, name = "kind", description = "Kind, such as sched", required = true)
  @Completion(KindCompleter.class)
  String kind;

  @Argument(index = 1, name = "name", description = "Name, such as backfill", required = true)
  @Completion(PluginNameCompleter.class)
  String name;

  @Override
  void run(ControllerServices controller, PrintStream out) throws CommandFailed {
    try {
      controller.plugins().choose(kind, name);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(e.getMessage());
    }
    out.println(kind + "/" + name + " serves from the next call on");
  }
}
