package org.headrace.sim.internal.gpu;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.headrace.sim.internal.Progress;
import org.headrace.sim.internal.SimException;

/** {@code headrace sim --gpu}: how much of a cluster's GPUs gets allocated. */
public final class PackingCommand {
  private static final double[] ARRIVED = {0.95, 1.00, 1.30};
  private static final int MOST_SEEDS = 1_000;

  private static final String PUBLISHED =
      """
      Published for these tables (Weng et al., USENIX ATC 2023), means of 10 other seeds:
        random                             85.72   86.30   87.47
        GPU packing                        91.74   91.78   92.00
        best fit                           92.82   92.86   93.08
        fragmentation gradient descent     94.91   95.23   95.39
      """;

  private final PrintStream out;
  private final PrintStream err;
  private Path folder;
  private int seeds = 10;
  private List<String> parameters = List.of("CR_Core_Memory", "CR_Core_Memory,CR_FGD");

  public PackingCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Does what the arguments say.
   *
   * @throws SimException if they, or the tables, are wrong
   */
  public void run(List<String> arguments) throws SimException {
    for (int i = 0; i < arguments.size(); i += 2) {
      option(arguments.get(i), i + 1 < arguments.size() ? arguments.get(i + 1) : null);
    }
    GpuCluster machine = GpuCluster.read(folder);
    out.printf(
        Locale.ROOT,
        "%d nodes, %d GPUs; %d tasks, in random order and then drawn again; none ends.%n"
            + "A simulated core is 1/%d of a CPU, so that tasks may ask for parts of CPUs.%n"
            + "GPUs allocated, %%, means of seeds 1 to %d, when so much was asked for:%n"
            + "  %-32s %6.0f %% %5.0f %% %5.0f %%   least and most at 100 %%%n",
        machine.nodes().size(),
        machine.gpus(),
        machine.tasks().size(),
        1000 / GpuCluster.MILLI_PER_CORE,
        seeds,
        "SelectTypeParameters",
        ARRIVED[0] * 100,
        ARRIVED[1] * 100,
        ARRIVED[2] * 100);
    for (String one : parameters) {
      print(one, measure(machine, one));
    }
    out.print(PUBLISHED);
  }

  private List<double[]> measure(GpuCluster machine, String parameters) {
    Progress progress = new Progress(err, "seeds", seeds);
    List<double[]> runs = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      runs.add(new PackingRun(machine, parameters, seed).run(ARRIVED));
      progress.done(seed);
    }
    return runs;
  }

  private void print(String name, List<double[]> runs) {
    double[] at100 = runs.stream().mapToDouble(run -> run[1]).sorted().toArray();
    out.printf(
        Locale.ROOT,
        "  %-32s %8.2f %7.2f %7.2f   %.2f to %.2f%n",
        name,
        mean(runs, 0),
        mean(runs, 1),
        mean(runs, 2),
        at100[0] * 100,
        at100[at100.length - 1] * 100);
    out.flush();
  }

  private static double mean(List<double[]> runs, int point) {
    return 100 * runs.stream().mapToDouble(run -> run[point]).average().orElse(0);
  }

  private void option(String name, String value) throws SimException {
    if (value == null) {
      throw new SimException(name + " needs a value");
    }
    switch (name) {
      case "--gpu" -> folder = Path.of(value);
      case "--select" -> parameters = List.of(value);
      case "--seeds" -> seeds = count(value);
      default ->
          throw new SimException(
              "with --gpu there is no option '" + name + "' (headrace sim --help)");
    }
  }

  private static int count(String value) throws SimException {
    if (value.matches("[1-9]\\d{0,3}") && Integer.parseInt(value) <= MOST_SEEDS) {
      return Integer.parseInt(value);
    }
    throw new SimException(
        "--seeds is '" + value + "'; it must be a whole number from 1 to " + MOST_SEEDS);
  }
}
