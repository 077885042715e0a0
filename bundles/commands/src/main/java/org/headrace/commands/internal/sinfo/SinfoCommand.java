package org.headrace.commands.internal.sinfo;

import java.time.Clock;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows partitions and nodes. */
@Component(service = UserCommand.class)
public final class SinfoCommand implements UserCommand {
  private final Control control;
  private final Clock clock;

  @Activate
  public SinfoCommand(@Reference Control control) {
    this(control, Clock.systemUTC());
  }

  /** For a given clock. */
  public SinfoCommand(Control control, Clock clock) {
    this.control = control;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "sinfo";
  }

  @Override
  public String summary() {
    return "Shows partitions and nodes";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(invocation, 1, () -> new SinfoRun(control, invocation, clock).run());
  }
}
