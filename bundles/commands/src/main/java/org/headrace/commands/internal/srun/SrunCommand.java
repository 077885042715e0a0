package org.headrace.commands.internal.srun;

import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.headrace.control.stepio.StepStreams;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Runs a program as a step, in an allocation of its own or in the caller's. */
@Component(service = UserCommand.class)
public final class SrunCommand implements UserCommand {
  private final Control control;
  private final StepStreams streams;

  @Activate
  public SrunCommand(@Reference Control control, @Reference StepStreams streams) {
    this.control = control;
    this.streams = streams;
  }

  @Override
  public String name() {
    return "srun";
  }

  @Override
  public String summary() {
    return "Runs a program on the nodes of a job";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(
        invocation, Refusal.BAD_OPTION, () -> new SrunRun(control, streams, invocation).run());
  }
}
