package org.headrace.commands.internal.sbatch;

import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Submits a batch script. */
@Component(service = UserCommand.class)
public final class SbatchCommand implements UserCommand {
  private final Control control;

  @Activate
  public SbatchCommand(@Reference Control control) {
    this.control = control;
  }

  @Override
  public String name() {
    return "sbatch";
  }

  @Override
  public String summary() {
    return "Submits a batch script";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(
        invocation, Refusal.BAD_OPTION, () -> new SbatchRun(control, invocation).run());
  }
}
