package org.headrace.commands.internal.sacct;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobHistory.StepHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.job.Job;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.FieldTable;
import org.headrace.commands.internal.format.Printable;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.json.Answer;
import org.headrace.commands.internal.text.Users;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.History;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.TextFormatException;

/** One call of sacct. */
final class SacctRun {
  private static final int HELP_COLUMNS = 4;

  private final Control control;
  private final History history;
  private final Invocation invocation;
  private final Clock clock;
  private final PrintStream out;

  SacctRun(Control control, History history, Invocation invocation, Clock clock) {
    this.control = control;
    this.history = history;
    this.invocation = invocation;
    this.clock = clock;
    this.out = invocation.out();
  }

  int run() throws IOException {
    SacctOptions options = SacctOptions.parse(invocation.arguments(), invocation.environment());
    if (SacctOptions.TABLE.answered(options.parsed(), invocation)) {
      return 0;
    }
    if (options.has("helpformat")) {
      helpFormat();
      return 0;
    }
    checkOperands(options);
    Snapshot snapshot = control.snapshot();
    if (snapshot
        .definition()
        .settings()
        .getOrDefault("AccountingStorageType", "")
        .endsWith("/none")) {
      throw Refusal.raw(
          1,
          "Slurm accounting storage is disabled",
          "sacct: error: AccountingStorageType=accounting_storage/none keeps nothing; with"
              + " accounting_storage/sqlite it needs no server.");
    }
    SubmissionText submission = SubmissionText.of(options);
    FieldTable<Line> table = table(options, snapshot);
    checkUsers(options);
    String units = options.value("units").toUpperCase(java.util.Locale.ROOT);
    if (!units.isEmpty() && !units.matches("[KMGTP]")) {
      throw Refusal.fatal("sacct", "--units=" + units + " is not one of K, M, G, T and P");
    }
    TimeTexts times = TimeTexts.of(invocation.environment(), clock.millis());
    Visibility visibility = new Visibility(snapshot, invocation.caller(), true);
    HistoryQuery query = new HistoryQuery(options, times, invocation.caller(), visibility);
    List<JobHistory> found = find(query);
    if (submission != null) {
      print(submission, found, visibility);
      return 0;
    }
    if (Answer.wanted(options.parsed())) {
      HistoryData data = new HistoryData(snapshot.definition().name(), times, query);
      Answer.write(
          invocation,
          options.parsed(),
          snapshot.definition().name(),
          writer -> data.write(writer, found));
      return 0;
    }
    if (!options.has("noheader")) {
      table.header().forEach(line -> out.print(line + "\n"));
    }
    for (JobHistory job : found) {
      print(job, table, query, times, options.has("noconvert") ? Line.UNCONVERTED : units);
    }
    return 0;
  }

  /** Of others' jobs only operators see it: there may be secrets in it. */
  private void print(SubmissionText submission, List<JobHistory> found, Visibility visibility) {
    List<JobHistory> open =
        found.stream()
            .filter(
                one ->
                    visibility.operator()
                        || one.job().spec().owner().uid() == invocation.caller().uid())
            .toList();
    try {
      submission.print(open, history, out);
    } catch (AccountingException e) {
      throw away(e);
    }
  }

  private static Refusal away(AccountingException e) {
    return Refusal.error(
        "sacct", 1, "Problem talking to the accounting database: " + e.getMessage());
  }

  private List<JobHistory> find(HistoryQuery query) {
    try {
      List<JobHistory> found = new ArrayList<>(history.jobs(query.query()));
      JobQuery others = query.others(found);
      if (!others.jobs().isEmpty()) {
        found.addAll(history.jobs(others));
        found.sort(Comparator.comparingLong(SacctRun::group).thenComparingInt(SacctRun::component));
      }
      return found.stream().filter(query::accepts).toList();
    } catch (AccountingException e) {
      throw away(e);
    }
  }

  private static long group(JobHistory history) {
    Job job = history.job();
    if (job.spec().component().grouped()) {
      return job.spec().component().group();
    }
    return job.arrayId() != 0 ? job.arrayId() : job.id();
  }

  private static int component(JobHistory history) {
    return history.job().spec().component().index();
  }

  private static FieldTable<Line> table(SacctOptions options, Snapshot snapshot) {
    boolean parsable = options.has("parsable") || options.has("parsable2");
    String separator = options.has("delimiter") ? options.value("delimiter") : "|";
    Fields fields = new Fields(snapshot);
    return new FieldTable<>(
        options.format(),
        new FieldTable.Columns<>(Fields.names(), fields::find, SacctRun::unknownField),
        parsable ? separator : null,
        !options.has("parsable2"));
  }

  private static Refusal unknownField(String name) {
    return Refusal.error(
        "sacct",
        1,
        "Invalid field requested: " + TextFormatException.quote(name).replace('\'', '"'));
  }

  private static void checkOperands(SacctOptions options) {
    List<String> operands = options.parsed().operands();
    if (!operands.isEmpty()) {
      throw Refusal.error(
          "sacct",
          1,
          java.util.stream.Stream.concat(
                  java.util.stream.Stream.of("Unknown arguments:"),
                  operands.stream().map(word -> " " + Printable.of(word)))
              .toArray(String[]::new));
    }
  }

  private void checkUsers(SacctOptions options) {
    for (String group : options.list("gid", "group")) {
      if (!Users.groupExists(group)) {
        throw Refusal.error("sacct", 1, "Invalid group id: " + group);
      }
    }
    for (String user : options.list("user", "uid")) {
      if (!Users.exists(user)) {
        throw Refusal.error("sacct", 1, "Invalid user id: " + user);
      }
    }
  }

  private void print(
      JobHistory job, FieldTable<Line> table, HistoryQuery query, TimeTexts times, String units) {
    if (query.wholeJob(job.job())) {
      out.print(table.row(new Line(job, null, times, units)) + "\n");
    }
    for (StepHistory step : job.steps()) {
      if (query.step(job.job(), step.step())) {
        out.print(table.row(new Line(job, step, times, units)) + "\n");
      }
    }
  }

  private void helpFormat() {
    StringBuilder line = new StringBuilder();
    int column = 0;
    for (String name : Fields.names()) {
      line.append(column == 0 ? "" : " ").append(name);
      line.append(" ".repeat(Math.max(0, 19 - name.length())));
      if (++column == HELP_COLUMNS) {
        out.print(line + "\n");
        line.setLength(0);
        column = 0;
      }
    }
    if (column > 0) {
      out.print(line + "\n");
    }
  }
}
