package org.headrace.shell.internal;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Reads the configuration again. */
@Service
@Command(
    scope = "headrace",
    name = "reconfigure",
    description = "Reads the configuration again and puts it into force",
    detailedDescription =
        "The same as scontrol reconfigure. A configuration with a mistake is refused whole, with"
            + " file and line, and nothing changes.")
public final class ReconfigureAction extends ControllerAction {
  @Override
  void run(ControllerServices controller, PrintStream out) throws CommandFailed {
    List<String> messages = messages(controller.control().reconfigure(ADMINISTRATOR));
    messages.forEach(out::println);
    out.println("The configuration is in force");
  }
}
