package org.headrace.commands.internal.sdiag;

import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.json.Answer;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.headrace.control.query.Diagnostics;
import org.headrace.control.query.PlanningFigures;
import org.headrace.slurmconf.options.ParsedOptions;
import org.headrace.slurmconf.text.SlurmDuration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Shows figures about the controller. */
@Component(service = UserCommand.class)
public final class SdiagCommand implements UserCommand {
  private static final CommandOptions TABLE =
      new CommandOptions(
          "sdiag",
          "",
          """
          all|a|-|||all figures, which is the default
          cluster|M|=||name|cluster to ask
          json||?||parser|show as JSON
          reset|r|-|||start counting anew
          sort-by-id|i|-|||user commands by name
          sort-by-time|t|-|||user commands by the time spent on them
          sort-by-time2|T|-|||user commands by their mean time
          yaml||?||parser|show as YAML
          """);
  private static final String USER_PREFIX = "user:";
  private static final String STARS = "*******************************************************";
  private static final int MINUTE = 60_000;

  private final Control control;
  private final Clock clock;

  @Activate
  public SdiagCommand(@Reference Control control) {
    this(control, Clock.systemUTC());
  }

  /** For a given clock. */
  public SdiagCommand(Control control, Clock clock) {
    this.control = control;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "sdiag";
  }

  @Override
  public String summary() {
    return "Shows figures about scheduling and the controller";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    return CommandFrame.run(invocation, 1, () -> work(invocation));
  }

  private int work(Invocation invocation) throws Exception {
    ParsedOptions options = TABLE.parse(invocation.arguments(), invocation.environment());
    if (TABLE.answered(options, invocation)) {
      return 0;
    }
    if (options.has("reset")) {
      reset(invocation);
      return 0;
    }
    Diagnostics figures = control.diagnostics();
    TimeTexts times = TimeTexts.of(invocation.environment(), clock.millis());
    if (Answer.wanted(options)) {
      String cluster = control.snapshot().definition().name();
      Answer.write(invocation, options, cluster, data -> write(data, figures, times.now()));
    } else {
      print(invocation.out(), figures, times, order(options, figures));
    }
    return 0;
  }

  private void reset(Invocation invocation) {
    Visibility visibility = new Visibility(control.snapshot(), invocation.caller(), true);
    if (!visibility.administrator()) {
      throw Refusal.raw(255, "slurm_reset_statistics: Access/permission denied");
    }
    control.resetDiagnostics();
    invocation.out().println("Reset scheduling statistics");
  }

  private static Comparator<String> order(ParsedOptions options, Diagnostics figures) {
    Comparator<String> byName = Comparator.naturalOrder();
    if (options.has("sort-by-id")) {
      return byName;
    }
    Map<String, Long> calls = figures.calls();
    Map<String, Long> micros = figures.callMicros();
    Comparator<String> order;
    if (options.has("sort-by-time")) {
      order = Comparator.comparingLong(key -> -micros.getOrDefault(key, 0L));
    } else if (options.has("sort-by-time2")) {
      order =
          Comparator.comparingLong(
              key -> -micros.getOrDefault(key, 0L) / Math.max(1, calls.getOrDefault(key, 0L)));
    } else {
      order = Comparator.comparingLong(key -> -calls.getOrDefault(key, 0L));
    }
    return order.thenComparing(byName);
  }

  private static long mean(long total, long count) {
    return count == 0 ? 0 : total / count;
  }

  private static String when(TimeTexts times, long millis) {
    return millis == 0 ? "N/A" : times.ctime(millis) + " (" + Math.floorDiv(millis, 1000) + ")";
  }

  private static void print(
      PrintStream out, Diagnostics figures, TimeTexts times, Comparator<String> order) {
    List<String> lines = new ArrayList<>();
    lines.add(STARS);
    lines.add("sdiag output at " + when(times, times.now()));
    lines.add("Data since      " + when(times, figures.since()));
    lines.add(STARS);
    lines.add("Server thread count:  1");
    lines.add("RPC queue enabled:    0");
    lines.add("Agent queue size:     0");
    lines.add("Agent count:          0");
    lines.add("Agent thread count:   0");
    lines.add("DBD Agent queue size: " + figures.accountingQueue());
    lines.add("");
    lines.add("Jobs submitted: " + figures.submitted());
    lines.add("Jobs started:   " + figures.started());
    lines.add("Jobs completed: " + figures.completed());
    lines.add("Jobs canceled:  " + figures.cancelled());
    lines.add("Jobs failed:    " + figures.failed());
    lines.add("");
    lines.add("Job states ts:  " + when(times, times.now()));
    lines.add("Jobs pending:   " + figures.pending());
    lines.add("Jobs running:   " + figures.running());
    lines.add("");
    cycles(lines, figures, times);
    calls(lines, figures, order);
    planning(lines, figures);
    lines.forEach(line -> out.print(line + "\n"));
  }

  private static void cycles(List<String> lines, Diagnostics figures, TimeTexts times) {
    long minutes = Math.max(1, (times.now() - figures.since()) / MINUTE);
    lines.add("Main schedule statistics (microseconds):");
    lines.add("\tLast cycle:   " + figures.lastCycle());
    lines.add("\tMax cycle:    " + figures.maxCycle());
    lines.add("\tTotal cycles: " + figures.cycles());
    lines.add("\tMean cycle:   " + mean(figures.totalCycle(), figures.cycles()));
    lines.add("\tMean depth cycle:  " + mean(figures.totalDepth(), figures.cycles()));
    lines.add("\tCycles per minute: " + figures.cycles() / minutes);
    lines.add("\tLast queue length: " + figures.queueLength());
    lines.add("\tStale decisions:   " + figures.stale());
    lines.add("");
    lines.add("Backfilling stats");
    lines.add("\tTotal backfilled jobs (since last slurm start): " + figures.backfilled());
    lines.add("\tTotal backfilled jobs (since last stats cycle start): " + figures.backfilled());
    lines.add("\tTotal backfilled heterogeneous job components: 0");
    lines.add("\tTotal cycles: " + figures.cycles());
    lines.add("\tLast cycle when: " + when(times, figures.lastCycleAt()));
    lines.add("\tLast cycle: " + figures.lastCycle());
    lines.add("\tMax cycle:  " + figures.maxCycle());
    lines.add("\tMean cycle: " + mean(figures.totalCycle(), figures.cycles()));
    lines.add("\tLast depth cycle: " + figures.lastDepth());
    lines.add("\tLast depth cycle (try sched): " + figures.lastDepth());
    lines.add("\tDepth Mean: " + mean(figures.totalDepth(), figures.cycles()));
    lines.add("\tDepth Mean (try depth): " + mean(figures.totalDepth(), figures.cycles()));
    lines.add("\tLast queue length: " + figures.queueLength());
    lines.add("");
  }

  /** What Slurm doesn't have, and so at the end. */
  private static void planning(List<String> lines, Diagnostics figures) {
    PlanningFigures planning = figures.planning();
    lines.add("");
    lines.add("Phases of a pass (microseconds):");
    for (PlanningFigures.Phase phase : planning.phases()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "\t%-20s last:%-8d mean:%d",
              phase.name(),
              phase.last(),
              mean(phase.total(), figures.cycles())));
    }
    lines.add("\tAnswers between passes: " + planning.answers());
    lines.add("\tMean answer: " + mean(planning.totalAnswers(), planning.answers()));
    lines.add("\tDecisions dropped as stale: " + figures.stale());
    lines.add("");
    lines.add("Accuracy of expected starts (jobs started lately):");
    lines.add("\tJobs that had been told a start: " + planning.foretold());
    lines.add("\tDifference from the first one told, median: " + time(planning.medianError()));
    lines.add(
        "\tDifference from the first one told, 90th percentile: " + time(planning.ninthError()));
  }

  private static String time(long millis) {
    return SlurmDuration.formatFull(millis / 1000);
  }

  private static void calls(List<String> lines, Diagnostics figures, Comparator<String> order) {
    lines.add("Remote Procedure Call statistics by message type");
    figures.calls().keySet().stream()
        .filter(key -> !key.startsWith(USER_PREFIX))
        .sorted(order)
        .forEach(key -> lines.add(call("%-40s", key, key, figures)));
    figures.commands().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry ->
                lines.add(
                    String.format(
                        Locale.ROOT, "\t%-40s count:%-6d", entry.getKey(), entry.getValue())));
    lines.add("");
    lines.add("Remote Procedure Call statistics by user");
    figures.calls().keySet().stream()
        .filter(key -> key.startsWith(USER_PREFIX))
        .sorted(order)
        .forEach(
            key -> lines.add(call("%-26s", key.substring(USER_PREFIX.length()), key, figures)));
    lines.add("");
    lines.add("Pending RPC statistics");
    lines.add("\tNo pending RPCs");
  }

  private static String call(String form, String shown, String key, Diagnostics figures) {
    long count = figures.calls().getOrDefault(key, 0L);
    long total = figures.callMicros().getOrDefault(key, 0L);
    return String.format(
        Locale.ROOT,
        "\t" + form + " count:%-6d ave_time:%-6d total_time:%d",
        shown,
        count,
        mean(total, count),
        total);
  }

  private static void write(DataWriter data, Diagnostics figures, long now)
      throws java.io.IOException {
    data.startObject("statistics");
    data.time("req_time", now);
    data.time("req_time_start", figures.since());
    data.field("server_thread_count", 1);
    data.field("agent_queue_size", 0);
    data.field("agent_count", 0);
    data.field("agent_thread_count", 0);
    data.field("dbd_agent_queue_size", figures.accountingQueue());
    data.field("jobs_submitted", figures.submitted());
    data.field("jobs_started", figures.started());
    data.field("jobs_completed", figures.completed());
    data.field("jobs_canceled", figures.cancelled());
    data.field("jobs_failed", figures.failed());
    data.field("jobs_pending", figures.pending());
    data.field("jobs_running", figures.running());
    data.time("job_states_ts", now);
    data.field("schedule_cycle_last", figures.lastCycle());
    data.field("schedule_cycle_max", figures.maxCycle());
    data.field("schedule_cycle_total", figures.cycles());
    data.field("schedule_cycle_sum", figures.totalCycle());
    data.field("schedule_cycle_mean", mean(figures.totalCycle(), figures.cycles()));
    data.field("schedule_cycle_mean_depth", mean(figures.totalDepth(), figures.cycles()));
    data.field("schedule_queue_length", figures.queueLength());
    data.field("bf_backfilled_jobs", figures.backfilled());
    data.field("bf_cycle_counter", figures.cycles());
    data.field("bf_cycle_last", figures.lastCycle());
    data.field("bf_cycle_max", figures.maxCycle());
    data.field("bf_last_depth", figures.lastDepth());
    data.field("bf_queue_len", figures.queueLength());
    data.time("bf_when_last_cycle", figures.lastCycleAt());
    writePlanning(data, figures);
    data.startArray("rpcs_by_message_type");
    for (String key : new java.util.TreeSet<>(figures.calls().keySet())) {
      if (!key.startsWith(USER_PREFIX)) {
        rpc(data, "message_type", key, key, figures);
      }
    }
    data.endArray();
    data.startArray("rpcs_by_user");
    for (String key : new java.util.TreeSet<>(figures.calls().keySet())) {
      if (key.startsWith(USER_PREFIX)) {
        rpc(data, "user", key.substring(USER_PREFIX.length()), key, figures);
      }
    }
    data.endArray();
    data.endObject();
  }

  private static void writePlanning(DataWriter data, Diagnostics figures)
      throws java.io.IOException {
    PlanningFigures planning = figures.planning();
    data.startArray("pass_phases");
    for (PlanningFigures.Phase phase : planning.phases()) {
      data.startObject();
      data.field("name", phase.name());
      data.field("last", phase.last());
      data.field("mean", mean(phase.total(), figures.cycles()));
      data.endObject();
    }
    data.endArray();
    data.field("answers", planning.answers());
    data.field("answers_mean", mean(planning.totalAnswers(), planning.answers()));
    data.field("stale_decisions", figures.stale());
    data.field("expected_starts_counted", planning.foretold());
    data.field("expected_starts_median_error", planning.medianError() / 1000);
    data.field("expected_starts_p90_error", planning.ninthError() / 1000);
  }

  private static void rpc(
      DataWriter data, String name, String shown, String key, Diagnostics figures)
      throws java.io.IOException {
    long count = figures.calls().getOrDefault(key, 0L);
    long total = figures.callMicros().getOrDefault(key, 0L);
    data.startObject();
    data.field(name, shown);
    data.field("count", count);
    data.number("average_time", mean(total, count));
    data.field("total_time", total);
    data.endObject();
  }
}
