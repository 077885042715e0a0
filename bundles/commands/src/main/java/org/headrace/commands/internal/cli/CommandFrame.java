package org.headrace.commands.internal.cli;

import java.util.List;
import org.headrace.control.command.Actor;
import org.headrace.control.front.Caller;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.options.OptionException;
import org.headrace.slurmconf.script.ScriptException;

/** What surrounds the work of every command: messages of refusals, and exit statuses. */
public final class CommandFrame {
  private CommandFrame() {}

  /** The work of a command. */
  @FunctionalInterface
  public interface Work {
    int run() throws Exception;
  }

  /**
   * Does the work, and prints what it was refused for.
   *
   * @param badOptionStatus exit status of options that can't be understood
   * @return exit status; SLURM_EXIT_ERROR stands for that of errors where it is set
   */
  public static int run(Invocation invocation, int badOptionStatus, Work work) throws Exception {
    try {
      return work.run();
    } catch (Refusal refusal) {
      print(invocation, refusal.lines());
      return status(invocation, refusal.status());
    } catch (OptionException e) {
      print(invocation, e.lines());
      return status(invocation, badOptionStatus);
    } catch (ScriptException e) {
      String prefix = invocation.program() + (e.fatal() ? ": fatal: " : ": error: ");
      print(invocation, e.lines().stream().map(line -> prefix + line).toList());
      return status(invocation, 1);
    }
  }

  /** On whose behalf commands of this call are given. */
  public static Actor actor(Invocation invocation) {
    Caller caller = invocation.caller();
    return new Actor(caller.uid(), caller.gid(), caller.user(), caller.group(), false);
  }

  private static void print(Invocation invocation, List<String> lines) {
    lines.forEach(invocation.err()::println);
  }

  private static int status(Invocation invocation, int status) {
    String wanted = invocation.environment().get("SLURM_EXIT_ERROR");
    return wanted != null && wanted.matches("\\d{1,3}") ? Integer.parseInt(wanted) & 0xff : status;
  }
}
