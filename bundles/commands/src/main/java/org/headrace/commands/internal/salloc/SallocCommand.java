package org.headrace.commands.internal.salloc;

import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Gets an allocation and runs a program in it. */
@Component(service = UserCommand.class)
public final class SallocCommand implements UserCommand {
  private final Control control;

  @Activate
  public SallocCommand(@Reference Control control) {
    this.control = control;
  }

  @Override
  public String name() {
    return "salloc";
  }

  @Override
  public String summary() {
    return "Gets an allocation and runs a command while it lasts";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(
        invocation, Refusal.BAD_OPTION, () -> new SallocRun(control, invocation).run());
  }
}
