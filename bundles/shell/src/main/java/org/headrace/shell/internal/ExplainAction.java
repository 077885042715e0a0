package org.headrace.shell.internal;

import java.io.PrintStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.headrace.api.job.Job;
import org.headrace.control.query.Snapshot;

/** Explains a job. */
@Service
@Command(
    scope = "headrace",
    name = "explain",
    description = "Says why a job waits, who is ahead of it and when it may start",
    detailedDescription =
        "What is in the way comes from the last plan, with numbers: how many nodes are ruled out"
            + " and by what. Works for running and ended jobs, too.")
public final class ExplainAction extends ControllerAction {
  @Argument(
      index = 0,
      name = "job",
      description = "Job id, or ARRAY_INDEX for a task of an array",
      required = true)
  @Completion(JobCompleter.class)
  String job;

  @Override
  void run(ControllerServices controller, PrintStream out) throws CommandFailed {
    Snapshot snapshot = controller.control().snapshot();
    Job found = JobName.parse(job).in(snapshot);
    Explanation.of(snapshot, found, controller.control()).forEach(out::println);
  }
}
