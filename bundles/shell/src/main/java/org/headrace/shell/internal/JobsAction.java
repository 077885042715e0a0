package org.headrace.shell.internal;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.control.query.Snapshot;

/** Shows jobs. */
@Service
@Command(
    scope = "headrace",
    name = "jobs",
    description = "Shows jobs that run or are ending; with -a pending and ended ones, too",
    detailedDescription = "Ascending by id. Where a job waits, the reason stands for the nodes.")
public final class JobsAction extends ControllerAction {
  @Option(name = "-a", aliases = "--all", description = "Also pending jobs and ended ones")
  boolean all;

  @Option(
      name = "-n",
      aliases = "--lines",
      description = "How many jobs to show",
      valueToShowInHelp = "200")
  int lines = 200;

  @Override
  void run(ControllerServices controller, PrintStream out) throws CommandFailed {
    if (lines < 1) {
      throw new CommandFailed("-n " + lines + " shows nothing; give at least 1");
    }
    Snapshot snapshot = controller.control().snapshot();
    ShellTable table = new ShellTable();
    table.column("Job");
    table.column("Name").maxSize(24);
    table.column("User");
    table.column("Partition");
    table.column("State");
    table.column("CPUs").alignRight();
    table.column("Time").alignRight();
    table.column("Limit").alignRight();
    table.column("Nodes or reason");
    table.emptyTableText(all ? "No job is known" : "No job runs");
    int[] seen = {0};
    snapshot.jobs(
        row -> all || row.state() != JobState.PENDING,
        job -> {
          if (all || !job.status().state().ended() || job.status().has(JobFlag.COMPLETING)) {
            seen[0]++;
            if (seen[0] <= lines) {
              add(table, snapshot, job);
            }
          }
        });
    table.print(out);
    if (seen[0] > lines) {
      out.println((seen[0] - lines) + " more; -n " + seen[0] + " shows all");
    }
  }

  private static void add(ShellTable table, Snapshot snapshot, Job job) {
    boolean pending = job.status().state() == JobState.PENDING;
    long until = job.status().ended() > 0 ? job.status().ended() : snapshot.time();
    table
        .addRow()
        .addContent(
            Show.id(job),
            job.spec().name(),
            job.spec().owner().user(),
            job.status().partition(),
            job.status().has(JobFlag.COMPLETING) ? "completing" : Show.words(job.status().state()),
            pending || job.status().allocation() == null ? "" : job.status().allocation().cpus(),
            job.status().started() == 0 ? "" : Show.duration(until - job.status().started()),
            Show.duration(job.status().timeLimit()),
            pending
                ? Show.words(job.status().reason())
                : Show.nodes(snapshot, job.status().allocation()));
  }
}
