package org.headrace.commands.internal.squeue;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.commands.internal.cli.ClusterChoice;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.Layout;
import org.headrace.commands.internal.format.LongFormat;
import org.headrace.commands.internal.format.ShortFormat;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.json.Answer;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;

/** One call of squeue. */
final class SqueueRun {
  private final Control control;
  private final Invocation invocation;
  private final Clock clock;
  private final PrintStream out;
  private SqueueOptions options;
  private Snapshot snapshot;
  private TimeTexts times;
  private JobSelection selection;

  SqueueRun(Control control, Invocation invocation, Clock clock) {
    this.control = control;
    this.invocation = invocation;
    this.clock = clock;
    this.out = invocation.out();
  }

  int run() throws Exception {
    options = SqueueOptions.parse(invocation.arguments(), invocation.environment());
    if (SqueueOptions.TABLE.answered(options.parsed(), invocation)) {
      return 0;
    }
    long pause = pause();
    show(pause > 0);
    while (pause > 0 && !gone(pause)) {
      show(true);
    }
    return 0;
  }

  private long pause() {
    String text = options.value("iterate");
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.matches("[1-9]\\d{0,6}")) {
      throw Refusal.error("squeue", 1, "--iterate=" + text);
    }
    return Long.parseLong(text);
  }

  private boolean gone(long seconds) throws Exception {
    out.println();
    out.flush();
    try {
      invocation.disconnected().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private void show(boolean withDate) throws IOException {
    snapshot = control.snapshot();
    times = TimeTexts.of(invocation.environment(), clock.millis());
    checkClusters();
    selection = new JobSelection(options, snapshot, invocation, times.now());
    if (Answer.wanted(options.parsed())) {
      // Ids are looked up before anything is printed, so that an unknown one leaves no half answer.
      List<Job> named = new ArrayList<>();
      if (!options.jobList().isEmpty()) {
        eachJob(named::add);
      }
      JobData.Jobs jobs = options.jobList().isEmpty() ? this::eachJob : named::forEach;
      Answer.write(
          invocation,
          options.parsed(),
          snapshot.definition().name(),
          data -> new JobData(snapshot, times.now()).write(data, jobs));
      return;
    }
    boolean header = !options.has("noheader");
    if (header && (withDate || options.has("long"))) {
      out.println(times.ctime(times.now()));
    }
    if (options.showsSteps()) {
      showSteps(header);
    } else {
      showJobs(header);
    }
  }

  private void checkClusters() {
    String cluster = snapshot.definition().name();
    ClusterChoice.check("squeue", options.parsed(), cluster);
    if (!options.value("clusters").isEmpty()) {
      out.println("CLUSTER: " + cluster);
    }
  }

  private void eachJob(Consumer<Job> action) {
    Consumer<Job> filtered =
        job -> {
          if (selection.accepts(job)) {
            action.accept(job);
          }
        };
    if (options.jobList().isEmpty()) {
      snapshot.jobs(selection.rows(), filtered);
    } else {
      new NamedJobs(snapshot).each(options.jobList(), filtered);
    }
  }

  private void showJobs(boolean header) {
    JobColumns columns = new JobColumns(JobColumns.indexCharacters(invocation.environment()));
    Consumer<String> unknown = what -> unknown("job", what);
    Layout<JobLine> layout =
        options.longFormat()
            ? new LongFormat<>(columns.names(), unknown).parse(options.format())
            : new ShortFormat<>(columns.letters(), unknown)
                .parse(everything(options.format(), JOB_LETTERS));
    JobOrder order = new JobOrder(options.sort(), columns.letters());
    boolean convert = !options.has("noconvert");
    JobListing listing =
        new JobListing(
            layout,
            order,
            job -> new JobLine(new JobFacts(job, snapshot, times.now()), times, convert),
            options.has("array"));
    if (options.jobList().isEmpty()) {
      listing.take(snapshot, selection);
    } else {
      listing.take(this::eachJob);
    }
    LinesOut printed = new LinesOut(out);
    if (header) {
      printed.line(layout.header());
    }
    listing.print(printed);
    printed.end();
  }

  private void unknown(String kind, String what) {
    invocation.err().println("squeue: error: Invalid " + kind + " format specification: " + what);
  }

  private static final String JOB_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private static final String STEP_LETTERS = "AbijlMNPSuU";

  private static String everything(String format, String letters) {
    if (!format.equals("%all")) {
      return format;
    }
    StringBuilder text = new StringBuilder();
    letters.chars().forEach(letter -> text.append('%').append((char) letter).append('|'));
    return text.substring(0, text.length() - 1);
  }

  private void showSteps(boolean header) {
    Visibility visibility = new Visibility(snapshot, invocation.caller(), options.has("all"));
    Consumer<String> unknown = what -> unknown("job step", what);
    Layout<StepLine> layout =
        options.longFormat()
            ? new LongFormat<>(StepLine.names(), unknown).parse(options.format())
            : new ShortFormat<>(StepLine.letters(), unknown)
                .parse(everything(options.format(), STEP_LETTERS));
    List<StepLine> lines =
        new StepSelection(options, snapshot, times, visibility).steps(this::eachJob);
    LinesOut printed = new LinesOut(out);
    if (header) {
      printed.line(layout.header());
    }
    for (int i = 0; i < lines.size() && !printed.failed(); i++) {
      printed.line(layout.row(lines.get(i)));
    }
    printed.end();
  }
}
