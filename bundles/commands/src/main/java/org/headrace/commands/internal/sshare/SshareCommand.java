package org.headrace.commands.internal.sshare;

import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows shares and use of accounts and users, and how fairly they have been served. */
@Component(service = UserCommand.class)
public final class SshareCommand implements UserCommand {
  private final Control control;

  @Activate
  public SshareCommand(@Reference Control control) {
    this.control = control;
  }

  @Override
  public String name() {
    return "sshare";
  }

  @Override
  public String summary() {
    return "Shows shares and use of accounts";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(invocation, 1, () -> new SshareRun(control, invocation).run());
  }
}
