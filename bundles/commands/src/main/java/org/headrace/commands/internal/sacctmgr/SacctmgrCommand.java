package org.headrace.commands.internal.sacctmgr;

import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows and changes accounts, users, associations and qualities of service. */
@Component(service = UserCommand.class)
public final class SacctmgrCommand implements UserCommand {
  private final Control control;

  @Activate
  public SacctmgrCommand(@Reference Control control) {
    this.control = control;
  }

  @Override
  public String name() {
    return "sacctmgr";
  }

  @Override
  public String summary() {
    return "Shows and changes accounts, users and qualities of service";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(invocation, 1, () -> new SacctmgrRun(control, invocation).run());
  }
}
