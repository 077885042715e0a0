package org.headrace.commands.internal.sbcast;

import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.headrace.control.stepio.StepStreams;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Copies a file to the nodes of a job. */
@Component(service = UserCommand.class)
public final class SbcastCommand implements UserCommand {
  private final Control control;
  private final StepStreams streams;

  @Activate
  public SbcastCommand(@Reference Control control, @Reference StepStreams streams) {
    this.control = control;
    this.streams = streams;
  }

  @Override
  public String name() {
    return "sbcast";
  }

  @Override
  public String summary() {
    return "Copies a file to the nodes of a job";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(invocation, 1, () -> new SbcastRun(control, streams, invocation).run());
  }
}
