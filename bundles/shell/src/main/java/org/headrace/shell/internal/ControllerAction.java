package org.headrace.shell.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Outcome;
import org.osgi.framework.BundleContext;

/** What the commands have in common: they find the controller, and print. */
abstract class ControllerAction implements Action {
  /**
   * Who may log in to this shell is decided by the container's keys, which only the daemon's user
   * can read; so whoever is here may do what root may.
   */
  static final Actor ADMINISTRATOR = new Actor(0, 0, "root", "root", false);

  private static final long PATIENCE_SECONDS = 60;

  @Reference BundleContext context;
  @Reference Session session;
  ControllerServices services;

  @Override
  public final Object execute() throws Exception {
    if (services == null) {
      services = ControllerServices.of(context);
    }
    try {
      run(services, session.getConsole());
    } catch (CommandFailed e) {
      // Of this very class Karaf shows the message alone, without a stack trace in the log.
      throw new CommandException("Error: " + e.getMessage(), e.getMessage());
    }
    return null;
  }

  /**
   * Does what the command is for.
   *
   * @throws CommandFailed with what was wrong and what would be right
   */
  abstract void run(ControllerServices controller, PrintStream out) throws CommandFailed;

  /** Waits for the outcome of a command to the controller and gives its messages. */
  static List<String> messages(CompletionStage<Outcome> stage) throws CommandFailed {
    try {
      Outcome outcome = stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (outcome instanceof Outcome.Rejected rejected) {
        throw new CommandFailed(rejected.message());
      }
      return outcome instanceof Outcome.Done done ? done.messages() : List.of();
    } catch (TimeoutException e) {
      throw new CommandFailed("the controller gave no answer in " + PATIENCE_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed("interrupted; the controller may still carry the command out");
    } catch (ExecutionException e) {
      throw new CommandFailed("the controller failed: " + e.getCause());
    }
  }
}
