package org.headrace.commands.internal.sreport;

import java.time.Clock;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.headrace.control.query.History;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Reports what was used, by whom, and how much of the cluster that was. */
@Component(service = UserCommand.class)
public final class SreportCommand implements UserCommand {
  private final Control control;
  private final History history;
  private final Clock clock;

  @Activate
  public SreportCommand(@Reference Control control, @Reference History history) {
    this(control, history, Clock.systemUTC());
  }

  /** For a given clock. */
  public SreportCommand(Control control, History history, Clock clock) {
    this.control = control;
    this.history = history;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "sreport";
  }

  @Override
  public String summary() {
    return "Reports what was used";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(
        invocation, 1, () -> new SreportRun(control, history, clock, invocation).run());
  }
}
