package org.headrace.shell.internal;

import java.io.PrintStream;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.headrace.control.Control;
import org.headrace.control.query.Diagnostics;

/** Shows figures about the controller. */
@Service
@Command(
    scope = "headrace",
    name = "diag",
    description = "Shows figures about the controller: jobs, planning cycles, commands",
    detailedDescription = "Counted since the start, or since --reset was last given.")
public final class DiagAction extends ControllerAction {
  @Option(name = "--reset", description = "Start counting anew")
  boolean reset;

  @Override
  void run(ControllerServices controller, PrintStream out) throws CommandFailed {
    Control control = controller.control();
    if (reset) {
      control.resetDiagnostics();
      out.println("Counting starts anew");
      return;
    }
    Diagnostics d = control.diagnostics();
    out.println("Since:             " + Show.time(d.since(), "not known"));
    out.println("Jobs now:          " + d.pending() + " pending, " + d.running() + " running");
    out.println(
        "Jobs since:        %d submitted, %d started, %d completed, %d failed, %d cancelled"
            .formatted(d.submitted(), d.started(), d.completed(), d.failed(), d.cancelled()));
    out.println(
        "Planning:          %d cycles, the last at %s"
            .formatted(d.cycles(), Show.time(d.lastCycleAt(), "no time yet")));
    if (d.cycles() > 0) {
      out.println(
          "  cycle:           last %s, mean %s, longest %s"
              .formatted(
                  Show.micros(d.lastCycle()),
                  Show.micros(d.totalCycle() / d.cycles()),
                  Show.micros(d.maxCycle())));
      out.println(
          "  depth:           last %d of %d in the queue, mean %d"
              .formatted(d.lastDepth(), d.queueLength(), d.totalDepth() / d.cycles()));
    }
    d.planning()
        .phases()
        .forEach(
            phase ->
                out.println(
                    "  %-16s last %s, mean %s"
                        .formatted(
                            phase.name() + ":",
                            Show.micros(phase.last()),
                            Show.micros(phase.total() / Math.max(1, d.cycles())))));
    if (d.planning().foretold() > 0) {
      out.println(
          "  expected starts: of the last %d jobs told one, half within %s, 9 of 10 within %s"
              .formatted(
                  d.planning().foretold(),
                  Show.duration(d.planning().medianError()),
                  Show.duration(d.planning().ninthError())));
    }
    out.println("  backfilled:      " + d.backfilled() + " started ahead of a higher priority");
    out.println("  stale decisions: " + d.stale() + " dropped");
    out.println("Accounting:        " + d.accountingQueue() + " records on their way");
    new TreeMap<>(d.commands())
        .forEach((name, count) -> out.println("Log command:       " + name + " " + count));
    new TreeMap<>(d.calls())
        .forEach(
            (name, count) -> {
              long micros = d.callMicros().getOrDefault(name, 0L) / Math.max(1, count);
              out.println(
                  "User command:      " + name + " " + count + ", mean " + Show.micros(micros));
            });
  }
}
