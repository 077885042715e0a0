package org.headrace.bench.internal.scheduler;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.Progress;
import org.headrace.bench.internal.report.Conditions;
import org.headrace.bench.internal.report.Figure;
import org.headrace.bench.internal.report.JsonReport;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.stat.Samples;

/** {@code headrace bench scheduler}: planning without a cluster, by the real core and plugins. */
public final class SchedulerCommand {
  public static final String HELP =
      """
      Usage: headrace bench scheduler [OPTION...]
      Measures planning in this process, by the real core, planning cycle and plugins: passes over
      deep queues before a full machine, answers to a job's end, and placement of gangs of GPUs.
      Figures are CPU time of one thread, so that they hold on a machine that others use too.
        --nodes N,...   sizes of the machine (100,1000,10000)
        --jobs N,...    depths of the queue (1000,10000,100000)
        --gangs N       nodes of eight GPUs for gangs (5000); 0 leaves them out
        --sizes N       nodes of eight GPUs whose memory is measured, and beside it that of an array
                        of 4,000,000 tasks (10000); 0 leaves them out
        --rounds N      passes of each size (5); four times as many ends of jobs
        --limits        with limits of associations and of a quality of service in force
        --json          one JSON object
      Depths of 1000000 and machines of 100000 nodes want 4 GiB and more of heap
      (HEADRACE_BENCH_HEAP=6g).

      headrace bench scheduler --live|--peer [OPTION...]
      Measures a real controller before a deep queue: its nodes are full, by allocations, and are
      emulated by this process. Submissions per second from an empty queue on and with the queue,
      backfill passes as sdiag tells them, squeue and sinfo.
        --peer              the same on a running Slurm, and ratios: its largest partition is what is
                            emulated here. Where it runs, --peer-conf, --peer-bin (headrace bench --help)
        --nodes N           nodes, without a peer (200)
        --pending N         pending jobs, without a peer (100000)
        --peer-pending N    pending jobs of both (5000)
        --rounds N          passes (3)
        --json              one JSON object
      HEADRACE_CONTROLLER_HEAP is the heap of that controller (2g; 1000000 jobs want 4g).
      """;

  private static final int GANGS = 1_000;
  private static final int TASKS = 4_000_000;
  private static final String OURS = "headrace";
  private static final String ROW = "%7s %8s %7s %8s | %7s %10s %7s %7s %7s%n";
  private static final String PASS =
      "%15s %8s = %7s %8s %7s %6s %8s %6s %7s | %8s | %6s %8s %7s %10s%n";

  private final PrintStream out;
  private final Progress progress;
  private final List<Result> results = new ArrayList<>();
  private List<Integer> nodes = List.of(100, 1_000, 10_000);
  private List<Integer> jobs = List.of(1_000, 10_000, 100_000);
  private int gangNodes = 5_000;
  private int sizedNodes = 10_000;
  private int rounds = 5;
  private boolean limits;
  private boolean json;

  public SchedulerCommand(PrintStream out, PrintStream err) {
    this.out = out;
    progress = new Progress(err);
  }

  /**
   * Does what the arguments say.
   *
   * @throws BenchException if they are wrong
   */
  public void run(List<String> arguments) throws IOException {
    parse(arguments);
    Conditions conditions = Conditions.of(List.of(), false);
    if (!json) {
      conditions.facts().forEach((name, value) -> out.println("# " + name + ": " + value));
      out.println(
          "# medians in milliseconds of CPU time. first: after all jobs were submitted; full: all"
              + " priorities anew; answer: a job ended, others start in its place; event: the"
              + " whole pass after that. B/job: all that one more job takes, on the heap and"
              + " outside, after the first pass; queued: before it");
      out.printf(
          ROW,
          "nodes",
          "jobs",
          "classes",
          "running",
          "µs/sub",
          "µs/explain",
          "B/job",
          "queued",
          "outside");
      out.printf(
          PASS,
          "pass",
          "ms",
          "order",
          "priority",
          "plan",
          "check",
          "forecast",
          "news",
          "apply",
          "worst",
          "MB",
          "started",
          "told",
          "selections");
    }
    for (int size : nodes) {
      for (int depth : jobs) {
        progress.tell(size + " nodes, " + depth + " pending jobs");
        row(PassBench.measure(size, depth, rounds, limits));
      }
    }
    if (gangNodes > 0) {
      progress.tell("gangs on " + gangNodes + " nodes of eight GPUs");
      gangs(GangBench.measure(gangNodes, GANGS, rounds));
    }
    if (sizedNodes > 0) {
      progress.tell("memory of " + sizedNodes + " nodes of eight GPUs");
      sizes(SizeBench.measure(sizedNodes, TASKS));
    }
    if (json) {
      out.println(JsonReport.text(conditions, results));
    }
  }

  private void parse(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      if (name.equals("--json")) {
        json = true;
        continue;
      }
      if (name.equals("--limits")) {
        limits = true;
        continue;
      }
      if (!List.of("--nodes", "--jobs", "--gangs", "--sizes", "--rounds").contains(name)) {
        throw new BenchException(
            "bench scheduler knows no '" + name + "'; its --help lists what it knows");
      }
      String value = ++i < arguments.size() ? arguments.get(i) : "";
      switch (name) {
        case "--nodes" -> nodes = numbers(name, value, 100, 200_000);
        case "--jobs" -> jobs = numbers(name, value, 10, 10_000_000);
        case "--gangs" -> gangNodes = number(name, value, 0, 200_000);
        case "--sizes" -> sizedNodes = number(name, value, 0, 200_000);
        default -> rounds = number(name, value, 1, 1_000);
      }
    }
  }

  private static List<Integer> numbers(String name, String value, int least, int most) {
    return Stream.of(value.split(",")).map(one -> number(name, one, least, most)).toList();
  }

  private static int number(String name, String value, int least, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the message that says what would be right.
    }
    throw new BenchException(
        name + " '" + value + "': numbers from " + least + " to " + most + " are right");
  }

  private void row(PassBench.Figures figures) {
    String size = figures.nodes() + "n." + figures.jobs() + "j";
    add("submit." + size, "µs", Samples.of(figures.submit() / 1e3));
    add("explain." + size, "µs", Samples.of(figures.explain() / 1e3));
    add("memory." + size, "B/job", Samples.of(figures.jobBytes()));
    add("memory-queued." + size, "B/job", Samples.of(figures.queuedBytes()));
    add("memory-outside." + size, "B/job", Samples.of(figures.outsideBytes()));
    if (!json) {
      out.printf(
          ROW,
          figures.nodes(),
          figures.jobs(),
          figures.classes(),
          figures.running(),
          text(figures.submit() / 1e3),
          text(figures.explain() / 1e3),
          figures.jobBytes(),
          figures.queuedBytes(),
          figures.outsideBytes());
    }
    passes("first", size, List.of(figures.first()));
    passes("full", size, figures.full());
    passes("answer", size, figures.answers());
    passes("event", size, figures.events());
  }

  private void passes(String kind, String size, List<Cost> costs) {
    String name = kind + "." + size;
    Samples all = millis(name, costs, Cost::nanos);
    Samples order = millis(name + ".order", costs, cost -> cost.phases().order());
    Samples priority = millis(name + ".priority", costs, cost -> cost.phases().priority());
    Samples plan = millis(name + ".plan", costs, cost -> cost.phases().plan());
    Samples check = millis(name + ".check", costs, cost -> cost.phases().check());
    Samples forecast = millis(name + ".forecast", costs, cost -> cost.phases().forecast());
    Samples news = millis(name + ".news", costs, cost -> cost.phases().news());
    Samples apply = millis(name + ".apply", costs, Cost::apply);
    Samples megabytes = samples(name + ".allocated", "MB", costs, cost -> cost.allocated() / 1e6);
    Samples started = samples(name + ".started", "jobs", costs, Cost::starts);
    Samples told = samples(name + ".told", "decisions", costs, Cost::told);
    Samples selections = samples(name + ".selections", "calls", costs, Cost::selections);
    if (!json) {
      out.printf(
          PASS,
          kind,
          text(all.median()),
          text(order.median()),
          text(priority.median()),
          text(plan.median()),
          text(check.median()),
          text(forecast.median()),
          text(news.median()),
          text(apply.median()),
          text(all.max()),
          text(megabytes.median()),
          text(started.median()),
          text(told.median()),
          text(selections.median()));
      out.flush();
    }
  }

  private void gangs(List<GangBench.Figures> figures) {
    Samples rate = Samples.of(figures.stream().map(GangBench.Figures::perSecond).toList());
    String conditions =
        figures.get(0).nodes()
            + " nodes of 8 GPUs, switches of 40, gangs of 1 to 16 whole nodes, "
            + figures.get(0).placed()
            + " placed";
    add("gangs", "placements/s", Result.Better.MORE, conditions, rate);
    if (!json) {
      out.printf("gangs: %s placements per second of CPU (%s)%n", text(rate.median()), conditions);
    }
  }

  private void sizes(SizeBench.Figures figures) {
    String nodes = figures.nodes() + "n";
    size("size.empty." + nodes, "MB", figures.empty() / 1e6, "8 GPUs each, nothing runs");
    String full = "8 GPUs each, " + figures.running() + " jobs run on all of them";
    size("size.full." + nodes, "MB", figures.full() / 1e6, full);
    size("size.job", "B", figures.job(), "one that waits");
    size("size.array", "B", figures.array(), figures.tasks() + " tasks that wait");
    if (!json) {
      out.printf(
          "memory: %d nodes of 8 GPUs %s MB, %s MB with %d jobs on all of them; a pending job %d B,"
              + " a pending array of %d tasks %d B%n",
          figures.nodes(),
          text(figures.empty() / 1e6),
          text(figures.full() / 1e6),
          figures.running(),
          figures.job(),
          figures.tasks(),
          figures.array());
    }
  }

  private void size(String name, String unit, double value, String conditions) {
    add(name, unit, Result.Better.LESS, conditions, Samples.of(value));
  }

  private Samples millis(String name, List<Cost> costs, ToLongFunction<Cost> nanos) {
    return samples(name, "ms", costs, cost -> nanos.applyAsLong(cost) / 1e6);
  }

  private Samples samples(
      String name, String unit, List<Cost> costs, ToDoubleFunction<Cost> value) {
    Samples samples = Samples.of(costs.stream().mapToDouble(value).toArray());
    add(name, unit, samples);
    return samples;
  }

  private void add(String name, String unit, Samples samples) {
    add(name, unit, Result.Better.LESS, "CPU time of one thread", samples);
  }

  private void add(
      String name, String unit, Result.Better better, String conditions, Samples samples) {
    List<Figure> figures = List.of(Figure.of(OURS, samples, ""));
    results.add(new Result(name, unit, better, conditions, figures));
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
  }
}
