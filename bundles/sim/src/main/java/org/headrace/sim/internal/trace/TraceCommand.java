package org.headrace.sim.internal.trace;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.sim.internal.Progress;
import org.headrace.sim.internal.SimException;

/** {@code headrace sim --trace}: runs a trace and prints what came of it. */
public final class TraceCommand {
  private static final int MOST_REFUSALS = 3;

  private final PrintStream out;
  private final PrintStream err;
  private Path trace;
  private Path starts;
  private Policy policy = Policy.EASY;
  private int nodes = Trace.UNKNOWN;
  private int cpusPerNode = Trace.UNKNOWN;

  public TraceCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Does what the arguments say.
   *
   * @throws SimException if they, or the trace, are wrong
   */
  public void run(List<String> arguments) throws SimException {
    for (int i = 0; i < arguments.size(); i += 2) {
      option(arguments.get(i), i + 1 < arguments.size() ? arguments.get(i + 1) : null);
    }
    if (trace == null) {
      throw new SimException("no trace; give --trace FILE (headrace sim --help)");
    }
    Trace workload = SwfReader.read(trace);
    MachineShape shape = MachineShape.of(nodes, cpusPerNode, workload);
    long begun = System.nanoTime();
    Progress progress = new Progress(err, "jobs", workload.jobs().size());
    Schedule schedule = new TraceRun(workload, shape, policy, Map.of(), progress::done).run();
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (starts != null) {
      write(schedule.starts());
    }
    print(workload, shape, schedule, seconds);
  }

  private void option(String name, String value) throws SimException {
    if (!List.of("--trace", "--nodes", "--cpus-per-node", "--policy", "--starts").contains(name)) {
      throw new SimException("no option '" + name + "' (headrace sim --help)");
    }
    if (value == null) {
      throw new SimException(name + " needs a value");
    }
    switch (name) {
      case "--trace" -> trace = Path.of(value);
      case "--starts" -> starts = Path.of(value);
      case "--policy" -> policy = Policy.of(value);
      case "--nodes" -> nodes = count(name, value);
      default -> cpusPerNode = count(name, value);
    }
  }

  private static int count(String name, String value) throws SimException {
    try {
      int count = Integer.parseInt(value);
      if (count > 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new SimException(name + " is '" + value + "'; it must be a whole number from 1");
  }

  private void write(Map<Long, Long> times) throws SimException {
    try (BufferedWriter writer = Files.newBufferedWriter(starts)) {
      for (Map.Entry<Long, Long> entry : new TreeMap<>(times).entrySet()) {
        writer.write(entry.getKey() + " " + entry.getValue() + "\n");
      }
    } catch (IOException e) {
      throw new SimException(starts + " can't be written: " + e.getMessage());
    }
  }

  private void print(Trace workload, MachineShape shape, Schedule schedule, double seconds) {
    Metrics metrics = Metrics.of(workload, schedule, shape);
    line("trace", "%s", workload.name());
    line("machine", "%s", shape);
    line("policy", "%s", policy);
    line("jobs", "%d", metrics.jobs());
    if (workload.skipped() > 0) {
      line("skipped", "%d (never ran, or of unknown size)", workload.skipped());
    }
    if (!schedule.refused().isEmpty()) {
      line("refused", "%d", schedule.refused().size());
      new TreeMap<>(schedule.refused())
          .entrySet().stream()
              .limit(MOST_REFUSALS)
              .forEach(
                  job -> err.println("sim: job " + job.getKey() + " refused: " + job.getValue()));
    }
    line("mean wait", "%.3f s", metrics.meanWait());
    line("mean slowdown", "%.4f", metrics.slowdown());
    line("mean bounded slowdown", "%.4f (tau = 10 s)", metrics.boundedSlowdown());
    line("utilisation", "%.5f", metrics.utilisation());
    line("makespan", "%d s", metrics.makespan());
    line("simulated in", "%.1f s, %d planning passes", seconds, schedule.passes());
  }

  private void line(String what, String format, Object... values) {
    out.printf(Locale.ROOT, "%-22s %s%n", what, String.format(Locale.ROOT, format, values));
  }
}
