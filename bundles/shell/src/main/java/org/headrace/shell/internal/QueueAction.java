package org.headrace.shell.internal;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.headrace.api.job.Job;
import org.headrace.control.query.PendingOrder;
import org.headrace.control.query.Snapshot;

/** Shows the pending jobs in order. */
@Service
@Command(
    scope = "headrace",
    name = "queue",
    description = "Shows the pending jobs in the order in which they are considered",
    detailedDescription =
        "Order: partition tier, priority, submission, id; held jobs come last. Reason and expected"
            + " start are those of the last plan. headrace:explain JOB says more of one job.")
public final class QueueAction extends ControllerAction {
  @Option(
      name = "-n",
      aliases = "--lines",
      description = "How many jobs to show",
      valueToShowInHelp = "50")
  int lines = 50;

  @Option(name = "-p", aliases = "--partition", description = "Only jobs of this partition")
  String partition;

  @Override
  void run(ControllerServices controller, PrintStream out) throws CommandFailed {
    if (lines < 1) {
      throw new CommandFailed("-n " + lines + " shows nothing; give at least 1");
    }
    Snapshot snapshot = controller.control().snapshot();
    PendingOrder pending =
        PendingOrder.of(
            snapshot, partition == null ? null : row -> row.partition().equals(partition), lines);
    ShellTable table = new ShellTable();
    table.column("Place").alignRight();
    table.column("Job");
    table.column("Name").maxSize(24);
    table.column("User");
    table.column("Partition");
    table.column("Priority").alignRight();
    table.column("Waits since");
    table.column("Reason");
    table.column("Expected start");
    table.emptyTableText("No job is pending");
    int place = 0;
    for (Job job : pending.first()) {
      table
          .addRow()
          .addContent(
              ++place,
              Show.id(job),
              job.spec().name(),
              job.spec().owner().user(),
              job.status().partition(),
              job.status().priority(),
              Show.time(job.status().submitted(), ""),
              Show.words(job.status().reason()),
              Show.time(job.status().expectedStart(), "not known"));
    }
    table.print(out);
    if (pending.total() > place) {
      out.println((pending.total() - place) + " more; -n " + pending.total() + " shows all");
    }
  }
}
