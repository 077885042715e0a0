package org.headrace.commands.internal.sprio;

import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows of what the priorities of pending jobs are made. */
@Component(service = UserCommand.class)
public final class SprioCommand implements UserCommand {
  private final Control control;

  @Activate
  public SprioCommand(@Reference Control control) {
    this.control = control;
  }

  @Override
  public String name() {
    return "sprio";
  }

  @Override
  public String summary() {
    return "Shows the factors of jobs' priorities";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(invocation, 1, () -> new SprioRun(control, invocation).run());
  }
}
