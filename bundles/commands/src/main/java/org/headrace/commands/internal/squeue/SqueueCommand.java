package org.headrace.commands.internal.squeue;

import java.time.Clock;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows jobs and steps. */
@Component(service = UserCommand.class)
public final class SqueueCommand implements UserCommand {
  private final Control control;
  private final Clock clock;

  @Activate
  public SqueueCommand(@Reference Control control) {
    this(control, Clock.systemUTC());
  }

  /** For a given clock. */
  public SqueueCommand(Control control, Clock clock) {
    this.control = control;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "squeue";
  }

  @Override
  public String summary() {
    return "Shows jobs and steps";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(invocation, 1, () -> new SqueueRun(control, invocation, clock).run());
  }
}
