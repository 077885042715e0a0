package org.headrace.shell.internal;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Puts a plugin in shadow. */
@Service
@Command(
    scope = "headrace",
    name = "shadow",
    description = "Runs a plugin beside the one that serves, or ends that",
    detailedDescription =
        "The plugin in shadow gets the same input as the one that serves; its answers are compared"
            + " and not used. Without a name, what is in shadow of that kind stops."
            + " headrace:shadow-report KIND shows the comparison."
            + " Example: headrace:shadow sched shortest-first")
public final class ShadowAction extends ControllerAction {
  @Argument(index = 0, name = "kind", description = "Kind, such as sched", required = true)
  @Completion(KindCompleter.class)
  String kind;

  @Argument(index = 1, name = "name", description = "Name; none ends the shadow run")
  @Completion(PluginNameCompleter.class)
  String name = "";

  @Override
  void run(ControllerServices controller, PrintStream out) throws CommandFailed {
    try {
      controller.plugins().shadow(kind, name);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(e.getMessage());
    }
    out.println(
        name.isEmpty()
            ? "Nothing of kind " + kind + " is in shadow any more"
            : kind + "/" + name + " runs in shadow; headrace:shadow-report " + kind + " compares");
  }
}
