package org.headrace.commands.internal.srun;

import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.headrace.control.stepio.StepStreams;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows what the tasks of a running step write, and gives them input. */
@Component(service = UserCommand.class)
public final class SattachCommand implements UserCommand {
  private final Control control;
  private final StepStreams streams;

  @Activate
  public SattachCommand(@Reference Control control, @Reference StepStreams streams) {
    this.control = control;
    this.streams = streams;
  }

  @Override
  public String name() {
    return "sattach";
  }

  @Override
  public String summary() {
    return "Attaches to a running step";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(
        invocation, 1, () -> new SattachRun(control, streams, invocation).run());
  }
}
