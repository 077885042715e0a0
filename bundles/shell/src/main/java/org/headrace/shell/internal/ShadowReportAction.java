package org.headrace.shell.internal;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows what a shadow run has shown. */
@Service
@Command(
    scope = "headrace",
    name = "shadow-report",
    description = "Compares the plugin in shadow with the one that serves",
    detailedDescription =
        "Figures since the plugin was put in shadow, and the latest differences by job. The report"
            + " stays after the shadow run has ended, until the next one begins.")
public final class ShadowReportAction extends ControllerAction {
  @Argument(index = 0, name = "kind", description = "Kind, such as sched", required = true)
  @Completion(KindCompleter.class)
  String kind;

  @Override
  void run(ControllerServices controller, PrintStream out) throws CommandFailed {
    List<String> report = controller.plugins().shadowReport(kind);
    if (report.isEmpty()) {
      throw new CommandFailed(
          "no plugin of kind "
              + kind
              + " has been in shadow; headrace:shadow "
              + kind
              + " NAME puts one there");
    }
    report.forEach(out::println);
  }
}
