package org.headrace.commands.internal.scancel;

import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Cancels or signals jobs and steps. */
@Component(service = UserCommand.class)
public final class ScancelCommand implements UserCommand {
  private final Control control;

  @Activate
  public ScancelCommand(@Reference Control control) {
    this.control = control;
  }

  @Override
  public String name() {
    return "scancel";
  }

  @Override
  public String summary() {
    return "Cancels or signals jobs, array tasks and steps";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(invocation, 1, () -> new ScancelRun(control, invocation).run());
  }
}
