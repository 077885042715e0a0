package org.headrace.commands.internal.sacct;

import java.time.Clock;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.headrace.control.query.History;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows jobs and steps of the past and present, from accounting. */
@Component(service = UserCommand.class)
public final class SacctCommand implements UserCommand {
  private final Control control;
  private final History history;
  private final Clock clock;

  @Activate
  public SacctCommand(@Reference Control control, @Reference History history) {
    this(control, history, Clock.systemUTC());
  }

  /** For a given clock. */
  public SacctCommand(Control control, History history, Clock clock) {
    this.control = control;
    this.history = history;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "sacct";
  }

  @Override
  public String summary() {
    return "Shows jobs and steps from accounting";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(
        invocation, 1, () -> new SacctRun(control, history, invocation, clock).run());
  }
}
