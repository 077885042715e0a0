package org.headrace.commands.internal.submit;

import java.time.ZoneId;
import java.util.List;
import org.headrace.api.job.JobSpec;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Forecast;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmTime;

/** What {@code --test-only} prints. */
public final class StartForecast {
  private StartForecast() {}

  /**
   * Asks for each component of a job and prints, up to one that is refused; returns the exit
   * status.
   *
   * @param quiet true to print nothing of a job that would be accepted
   */
  public static int print(
      Program program,
      Control control,
      List<JobSpec> components,
      Invocation invocation,
      boolean quiet)
      throws Exception {
    for (JobSpec spec : components) {
      int status = print(program, control, spec, invocation, quiet);
      if (status != 0) {
        return status;
      }
    }
    return 0;
  }

  private static int print(
      Program program, Control control, JobSpec spec, Invocation invocation, boolean quiet)
      throws Exception {
    Forecast forecast =
        control.forecast(spec, CommandFrame.actor(invocation)).toCompletableFuture().get();
    if (forecast.refusal() != null) {
      invocation.err().println("allocation failure: " + ErrorTexts.text(forecast.refusal().code()));
      invocation.err().println(program.command() + ": " + forecast.refusal().message());
      return 1;
    }
    if (quiet) {
      return 0;
    }
    if (forecast.start() == Forecast.UNKNOWN) {
      invocation
          .err()
          .println(
              program.command()
                  + ": The job would be accepted; when it would start can't be told now.");
      return 0;
    }
    invocation
        .err()
        .println(
            program.command()
                + ": Job "
                + forecast.jobId()
                + " to start at "
                + SlurmTime.formatIso(forecast.start(), ZoneId.systemDefault())
                + " using "
                + forecast.cpus()
                + " processors on nodes "
                + Hostlist.compress(forecast.nodes())
                + " in partition "
                + forecast.partition());
    return 0;
  }
}
