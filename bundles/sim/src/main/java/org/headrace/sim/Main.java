package org.headrace.sim;

import java.io.PrintStream;
import java.util.List;
import org.headrace.sim.internal.SimException;
import org.headrace.sim.internal.gpu.PackingCommand;
import org.headrace.sim.internal.history.HistoryCommand;
import org.headrace.sim.internal.trace.TraceCommand;

/** The program behind {@code headrace sim}. */
public final class Main {
  private static final String HELP =
      """
      Usage: headrace sim --trace FILE [OPTION...]
      Runs the scheduler over a workload trace on virtual time: the real core, planning and plugins.
      Prints wait, slowdown, bounded slowdown, utilisation and makespan.
        --trace FILE         trace in Standard Workload Format, also compressed by gzip
        --nodes N            the machine, where the trace's header (MaxNodes, MaxProcs) doesn't
        --cpus-per-node M    say what it is, or another one
        --policy P           easy                   backfill with one reservation (default)
                             easy-clairvoyant       the same, knowing the true run times
                             easy-sjbf-clairvoyant  the same, and short jobs backfill first
                             fcfs                   first come, first served, no backfill
                             conservative           every job keeps the start it was promised
        --starts OUT         write 'id start' of each job to OUT, in seconds of the trace
      Or: headrace sim --gpu FOLDER [OPTION...]
      How much of a cluster's GPUs gets allocated when tasks that want GPUs and shares of them
      arrive one by one: the openb tables of Alibaba's GPU traces of 2023, which are in FOLDER.
        --seeds N            random orders of the tasks to take means of (10)
        --select PARAMETERS  SelectTypeParameters (both CR_Core_Memory and CR_Core_Memory,CR_FGD)
      Or: headrace sim --history --conf FILE [OPTION...]
      Replays the cluster's own accounting on its own nodes and partitions, once with its
      configuration (A) and once with another one (B), and prints both beside what was recorded:
      jobs arrive when nothing but resources and priority held them back, and run as long as they
      did. Accounts, limits and reservations aren't replayed.
        --conf FILE          slurm.conf of the cluster, which also says where the history is
        --set KEY=VALUE      B is the same with that setting, such as SchedulerType=sched/builtin;
                             may be repeated
        --with FILE          B is another slurm.conf, with --set on top
        --state DIR          StateSaveLocation of the controller whose SQLite file is read
        --since T, --until T which part of the history: 2026-11-23 or 2026-11-23T08:00:00
        --plots FILE         SVG image of utilisation, queue length and wait by size
      """;

  private Main() {}

  /** Exit status 0: done; 2: something about arguments or trace is wrong. */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(HELP);
      return 0;
    }
    try {
      if (arguments.contains("--gpu")) {
        new PackingCommand(out, err).run(arguments);
      } else if (arguments.contains("--history")) {
        new HistoryCommand(out, err).run(arguments);
      } else {
        new TraceCommand(out, err).run(arguments);
      }
      return 0;
    } catch (SimException e) {
      err.println("headrace sim: " + e.getMessage());
      return 2;
    }
  }
}
