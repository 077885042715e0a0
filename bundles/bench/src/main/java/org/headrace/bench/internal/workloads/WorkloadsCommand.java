package org.headrace.bench.internal.workloads;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.Progress;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.cluster.OwnCluster;
import org.headrace.bench.internal.cluster.SlurmCluster;

/** {@code headrace bench workloads}: the same small workloads on Headrace and on the real Slurm. */
public final class WorkloadsCommand {
  public static final String HELP =
      """
      Usage: headrace bench workloads [OPTION...]
      Gives small random workloads to a Headrace that it starts for itself and to a Slurm that is
      running, both with the same machine, and prints where they differ: which jobs are accepted,
      their priorities and order in the queue, why they wait, which start when nodes become free,
      what they are given, how they end and what sacct says of them. It ends all jobs of the Slurm.
        --seed N         the first workload (1)
        --seeds N        how many (10)
        --jobs N-M       submissions of each (20-60)
        --verbose        also all that was seen on both sides
        --print-conf     print the lines that the peer's slurm.conf needs, and do nothing else
        --peer-conf FILE, --peer-bin DIR
                         where the Slurm is (headrace bench --help)
      A peer that has the machine is made by:
      """
          + Site.recipe().indent(2);

  private final PrintStream out;
  private final Progress progress;
  private final List<String> peerOptions = new ArrayList<>();
  private long seed = 1;
  private int seeds = 10;
  private int least = 20;
  private int most = 60;
  private boolean verbose;
  private boolean printConf;

  public WorkloadsCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.progress = new Progress(err);
  }

  /**
   * Reads the arguments.
   *
   * @throws BenchException if they are wrong
   */
  public WorkloadsCommand parse(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      switch (name) {
        case "--verbose" -> verbose = true;
        case "--print-conf" -> printConf = true;
        case "--peer" -> {}
        case "--seed" -> seed = number(name, value(arguments, ++i, name), 0, Integer.MAX_VALUE);
        case "--seeds" -> seeds = number(name, value(arguments, ++i, name), 1, 100_000);
        case "--jobs" -> jobs(value(arguments, ++i, name));
        case "--peer-conf", "--peer-bin" ->
            peerOptions.addAll(List.of(name, value(arguments, ++i, name)));
        default ->
            throw new BenchException(
                "bench workloads knows no '" + name + "'; its --help lists what it knows");
      }
    }
    return this;
  }

  /** Whether nothing has to be run: the lines of the configuration were asked for. */
  public boolean printsOnly() {
    if (printConf) {
      Site.LINES.forEach(out::println);
    }
    return printConf;
  }

  /** Options that name the peer, as the other measures have them. */
  public List<String> peerOptions() {
    return peerOptions;
  }

  private static String value(List<String> arguments, int index, String name) {
    if (index >= arguments.size()) {
      throw new BenchException(name + " needs a value");
    }
    return arguments.get(index);
  }

  private void jobs(String text) {
    String[] ends = text.split("-", 2);
    least = number("--jobs", ends[0], 1, 1_000);
    most = number("--jobs", ends[ends.length - 1], least, 1_000);
  }

  private static int number(String name, String text, int least, int most) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the message that says what would be right.
    }
    throw new BenchException(
        "%s %s: a number from %d to %d is right".formatted(name, text, least, most));
  }

  /** Runs the workloads; gives whether the two agreed in all. */
  public boolean run(SlurmCluster peer, Path script, Path work) throws IOException {
    checkMachine(peer);
    Path here = Files.createDirectories(work.resolve("headrace"));
    try (OwnCluster own = OwnCluster.start(script, OwnSite::write, here, progress)) {
      Cluster cluster = own.cluster();
      out.println("# " + cluster.description());
      out.println("# " + peer.description());
      Side ours = new Side(cluster, here);
      Side theirs = new Side(peer, Files.createDirectories(work.resolve("slurm")));
      ours.setUp();
      theirs.setUp();
      return run(ours, theirs);
    }
  }

  private boolean run(Side ours, Side theirs) throws IOException {
    Map<Difference.Kind, Integer> compared = new TreeMap<>();
    Map<Difference.Kind, Integer> differed = new TreeMap<>();
    Map<Difference.Kind, Integer> listed = new TreeMap<>();
    int jobs = 0;
    int waves = 0;
    int broken = 0;
    for (long one = seed; one < seed + seeds; one++) {
      Workload workload = Workload.of(one, least, most);
      progress.tell("seed " + one + ": " + workload.jobs().size() + " submissions");
      Trial trial = new Trial(workload, ours, theirs, progress);
      Trial.Outcome outcome = trial.run();
      jobs += workload.jobs().size();
      waves += outcome.waves;
      broken += outcome.broken ? 1 : 0;
      outcome.compared.forEach((kind, count) -> compared.merge(kind, count, Integer::sum));
      for (Difference difference : outcome.differences) {
        (difference.listed() ? listed : differed).merge(difference.kind(), 1, Integer::sum);
        if (verbose || !difference.listed()) {
          print(one, difference);
        }
      }
      if (verbose) {
        trial.sights().forEach(out::println);
      }
      out.printf(
          "seed %d: %d submissions, %d waves%s, %d differences%n",
          one,
          workload.jobs().size(),
          outcome.waves,
          outcome.broken ? " (the last differs in what starts)" : "",
          outcome.differences.stream().filter(found -> !found.listed()).count());
      out.flush();
    }
    out.printf(
        "%n%d workloads, %d submissions, %d waves; in %d of them other jobs started%n",
        seeds, jobs, waves, broken);
    compared.forEach(
        (kind, count) ->
            out.printf(
                "  %-22s %6d compared, %6d differ, %6d as docs/differences.md says%n",
                kind.words(), count, differed.getOrDefault(kind, 0), listed.getOrDefault(kind, 0)));
    return differed.isEmpty();
  }

  private void print(long one, Difference difference) {
    out.printf(
        "%d %s, %s, %s%s:%n    headrace: %s%n    slurm:    %s%n    %s%n",
        one,
        difference.moment(),
        difference.job(),
        difference.kind().words(),
        difference.listed() ? " (listed)" : "",
        difference.ours(),
        difference.theirs(),
        difference.line());
  }

  private static void checkMachine(SlurmCluster peer) {
    List<String> nodes =
        peer.commands().need("sinfo", "-h", "-N", "-p", "main", "-o", "%N %c %m %G").lines();
    String wanted = " " + Site.CPUS + " " + Site.MEMORY + " gpu:" + Site.GPUS;
    boolean alike =
        nodes.size() == Site.NODES && nodes.stream().allMatch(line -> line.contains(wanted));
    List<String> partitions = peer.commands().need("sinfo", "-h", "-o", "%R").lines();
    if (!alike || !partitions.containsAll(Site.PARTITIONS)) {
      throw new BenchException(
          "the Slurm doesn't have the machine of these workloads; one that has it is made by:\n"
              + Site.recipe());
    }
  }
}
