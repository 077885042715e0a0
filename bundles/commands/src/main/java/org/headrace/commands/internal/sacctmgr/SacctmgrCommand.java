package org.headrace.commands.internal.sacctmgr;

import java.time.Clock;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.headrace.control.query.History;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows and changes accounts, users, associations and qualities of service. */
@Component(service = UserCommand.class)
public final class SacctmgrCommand implements UserCommand {
  private final Control control;
  private final History history;
  private final Clock clock;

  @Activate
  public SacctmgrCommand(@Reference Control control, @Reference History history) {
    this(control, history, Clock.systemUTC());
  }

  /** For a given clock. */
  public SacctmgrCommand(Control control, History history, Clock clock) {
    this.control = control;
    this.history = history;
    this.clock = clock;
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
    return CommandFrame.run(
        invocation, 1, () -> new SacctmgrRun(control, history, clock, invocation).run());
  }
}
