package org.headrace.commands.internal.sprio;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Layout;
import org.headrace.commands.internal.format.ShortFormat;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.sprio.PriorityColumns.Line;
import org.headrace.commands.internal.text.Users;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.control.query.Snapshot;

/** One call of sprio. */
final class SprioRun {
  private final Control control;
  private final Invocation invocation;
  private final PrintStream out;

  SprioRun(Control control, Invocation invocation) {
    this.control = control;
    this.invocation = invocation;
    out = invocation.out();
  }

  int run() throws Exception {
    SprioOptions options = new SprioOptions(invocation.arguments(), invocation.environment());
    if (SprioOptions.TABLE.answered(options.parsed(), invocation)) {
      return 0;
    }
    Snapshot snapshot = control.snapshot();
    options.checkCluster(snapshot.definition().name());
    Set<String> users = knownUsers(options.users());
    Set<Long> jobs = options.jobs();
    // Jobs that are not shown need not be worked out.
    boolean weightsAlone = options.has("weights") && jobs.isEmpty();
    PriorityBreakdown breakdown =
        control
            .priorities(id -> !weightsAlone && (jobs.isEmpty() || jobs.contains(id)))
            .toCompletableFuture()
            .get();
    checkPlugin(breakdown);
    List<Line> lines = lines(breakdown, snapshot, options.namesUsers() ? users : null);
    if (lines.isEmpty() && !jobs.isEmpty()) {
      out.println("Unable to find jobs matching user/id(s) specified");
      return 0;
    }
    String tres = snapshot.definition().settings().getOrDefault("PriorityWeightTRES", "");
    show(options, new PriorityColumns(breakdown, tres), breakdown, lines);
    return 0;
  }

  private Set<String> knownUsers(Set<String> names) {
    Set<String> known = new HashSet<>();
    for (String name : names) {
      if (Users.exists(name)) {
        known.add(name);
      } else {
        invocation.err().println("sprio: error: Invalid user: " + name + "\n");
      }
    }
    return known;
  }

  private static void checkPlugin(PriorityBreakdown breakdown) {
    if (!breakdown.problem().isEmpty()) {
      throw Refusal.error("sprio", 1, "Priorities can't be worked out: " + breakdown.problem());
    }
    if (breakdown.weights().isEmpty()) {
      throw Refusal.raw(
          1,
          "You are not running a supported priority plugin",
          "(priority/" + breakdown.plugin() + ").",
          "Only 'priority/multifactor' is supported.");
    }
  }

  /**
   * The jobs that may be shown.
   *
   * @param users only theirs, or null for everybody's
   */
  private List<Line> lines(PriorityBreakdown breakdown, Snapshot snapshot, Set<String> users) {
    Visibility visibility = new Visibility(snapshot, invocation.caller(), false);
    List<Line> lines = new ArrayList<>();
    for (PriorityBreakdown.Row row : breakdown.jobs()) {
      Job job = snapshot.job(row.jobId());
      if (job == null
          || job.status().state() != JobState.PENDING
          || !visibility.partition(row.partition())) {
        continue;
      }
      int uid = job.spec().owner().uid();
      String user = job.spec().owner().user();
      boolean wanted =
          users == null || users.contains(user) || users.contains(Integer.toString(uid));
      if (wanted && visibility.job(job)) {
        lines.add(new Line(row, user));
      }
    }
    return lines;
  }

  private void show(
      SprioOptions options,
      PriorityColumns columns,
      PriorityBreakdown breakdown,
      List<Line> lines) {
    Layout<Line> layout =
        new ShortFormat<>(columns.letters(), this::unknown).parse(options.format(breakdown));
    if (!options.has("noheader")) {
      print(layout.header());
    }
    if (options.has("weights")) {
      print(layout.row(Line.WEIGHTS));
      return;
    }
    Comparator<Line> order = columns.order(options.sort());
    Set<String> partitions = options.partitions();
    lines.stream()
        .filter(line -> partitions.isEmpty() || partitions.contains(line.row().partition()))
        .sorted(order)
        .takeWhile(line -> !out.checkError())
        .forEach(line -> print(layout.row(line)));
  }

  private void unknown(String what) {
    invocation.err().println("sprio: error: Invalid job format specification: " + what);
  }

  private void print(String text) {
    out.print(text);
    out.print('\n');
  }
}
