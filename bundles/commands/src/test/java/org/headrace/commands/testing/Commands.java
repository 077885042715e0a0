package org.headrace.commands.testing;

import org.headrace.commands.internal.salloc.SallocCommand;
import org.headrace.commands.internal.sbatch.SbatchCommand;
import org.headrace.commands.internal.sbcast.SbcastCommand;
import org.headrace.commands.internal.scancel.ScancelCommand;
import org.headrace.commands.internal.srun.SattachCommand;
import org.headrace.commands.internal.srun.SrunCommand;
import org.headrace.control.front.UserCommand;

/** Runs commands as the front door does. */
public final class Commands {
  private Commands() {}

  /** Runs a command to its end. */
  public static int run(FakeControl control, FakeStreams streams, FakeInvocation invocation)
      throws Exception {
    return command(control, streams, invocation.program()).run(invocation);
  }

  public static int run(FakeControl control, FakeInvocation invocation) throws Exception {
    return run(control, new FakeStreams(), invocation);
  }

  private static UserCommand command(FakeControl control, FakeStreams streams, String name) {
    return switch (name) {
      case "sbatch" -> new SbatchCommand(control);
      case "srun" -> new SrunCommand(control, streams);
      case "salloc" -> new SallocCommand(control);
      case "sattach" -> new SattachCommand(control, streams);
      case "sbcast" -> new SbcastCommand(control, streams);
      case "scancel" -> new ScancelCommand(control);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
