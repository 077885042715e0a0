package org.headrace.commands.internal.sacctmgr;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.headrace.api.account.Accounts;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.LineInput;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.control.Control;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;

/** The accounts as one call found them, and the changes that it wants to make. */
final class Book {
  final Snapshot snapshot;
  final Accounts accounts;
  final Visibility visibility;
  final PrintStream out;
  final PrintStream err;
  private final Control control;
  private final Invocation invocation;
  private final boolean immediate;
  private final List<AccountChange> changes = new ArrayList<>();

  Book(Control control, Invocation invocation, boolean immediate) {
    this.control = control;
    this.invocation = invocation;
    this.immediate = immediate;
    snapshot = control.snapshot();
    accounts = snapshot.accounts();
    visibility = new Visibility(snapshot, invocation.caller(), true);
    out = invocation.out();
    err = invocation.err();
  }

  /** The published state of this moment, and not that of the beginning of the call. */
  Snapshot present() {
    return control.snapshot();
  }

  String cluster() {
    return snapshot.definition().name();
  }

  List<String> qualities() {
    return snapshot.qualitiesOfService().stream().map(one -> one.name()).sorted().toList();
  }

  void change(AccountChange change) {
    changes.add(change);
  }

  boolean unchanged() {
    return changes.isEmpty();
  }

  /** Prints lines among the errors; the exit status of a call that failed. */
  int refuse(String... lines) {
    for (String line : lines) {
      err.println(line);
    }
    return 1;
  }

  /**
   * Makes the changes, unless the user has second thoughts.
   *
   * @param failure begins the message when they are refused
   * @return exit status
   */
  int commit(String failure) throws Exception {
    if (!confirmed()) {
      invocation.out().println(" Changes Discarded");
      return 0;
    }
    return execute(new Command.ChangeAccounts(accounts.version(), changes), failure);
  }

  /**
   * Gives a command.
   *
   * @param failure begins the message when it is refused
   * @return exit status
   */
  int execute(Command command, String failure) throws Exception {
    Outcome outcome =
        control.execute(command, CommandFrame.actor(invocation)).toCompletableFuture().get();
    if (outcome instanceof Outcome.Rejected rejected) {
      String text = ErrorTexts.text(rejected.code());
      return rejected.message().isEmpty()
          ? refuse(failure + text)
          : refuse(failure + text, "sacctmgr: error: " + rejected.message());
    }
    return 0;
  }

  private boolean confirmed() throws InterruptedException {
    return agreed("Would you like to commit changes? (You have 30 seconds to decide)");
  }

  /** Asks, unless the answer was given with the call. */
  boolean agreed(String question) throws InterruptedException {
    if (immediate) {
      return true;
    }
    PrintStream stream = invocation.out();
    stream.println(question);
    LineInput answers = new LineInput();
    invocation.streamInput(answers);
    while (true) {
      stream.print("(N/y): ");
      stream.flush();
      String answer = answers.next();
      if (answer == null || answer.strip().matches("(?i)n.*")) {
        stream.println();
        return false;
      } else if (answer.strip().matches("(?i)y.*")) {
        return true;
      }
      stream.println("Y or N please");
    }
  }
}
