package org.headrace.commands.internal.squeue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.function.Consumer;
import java.util.function.Function;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.commands.internal.format.Layout;
import org.headrace.control.query.Snapshot;

/**
 * The lines of jobs in their order. Reading jobs and writing their lines is nearly all that a
 * listing of a long queue costs, so several threads share it; no job is kept.
 */
final class JobListing {
  /** Jobs that are worth a thread. */
  private static final int ENOUGH = 5_000;

  /** More would keep a large machine's cores from the scheduler for what one user asks. */
  private static final int MOST_THREADS = 4;

  private final Layout<JobLine> layout;
  private final JobOrder order;
  private final Function<Job, JobLine> line;
  private final boolean tasks;
  private List<Line> lines = new ArrayList<>();

  /** A line to print, or a job whose tasks are printed one by one. */
  private record Line(Comparable<?>[] keys, byte[] text, Job tasks) {}

  /**
   * @param line what is shown of a job; for any thread
   * @param tasks true for a line for each task of an array that hasn't started
   */
  JobListing(Layout<JobLine> layout, JobOrder order, Function<Job, JobLine> line, boolean tasks) {
    this.layout = layout;
    this.order = order;
    this.line = line;
    this.tasks = tasks;
  }

  /** Takes all that are selected. */
  void take(Snapshot snapshot, JobSelection selection) {
    int processors = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    int parts = Math.max(1, Math.min(processors, snapshot.jobCount() / ENOUGH));
    List<ForkJoinTask<List<Line>>> others = new ArrayList<>();
    for (int i = 1; i < parts; i++) {
      int part = i;
      others.add(ForkJoinTask.adapt(() -> part(part, parts, snapshot, selection)).fork());
    }
    lines = part(0, parts, snapshot, selection);
    others.forEach(other -> lines.addAll(other.join()));
    sort(lines); // Of sorted parts, which is quick.
  }

  private List<Line> part(int part, int parts, Snapshot snapshot, JobSelection selection) {
    Lines taken = new Lines();
    snapshot.jobs(
        part,
        parts,
        selection.rows(),
        job -> {
          if (selection.accepts(job)) {
            taken.add(job);
          }
        });
    return taken.sorted();
  }

  /** Takes those that are passed on. */
  void take(Consumer<Consumer<Job>> jobs) {
    Lines taken = new Lines();
    jobs.accept(taken::add);
    lines = taken.sorted();
  }

  private void sort(List<Line> some) {
    some.sort((a, b) -> order.compare(a.keys(), b.keys()));
  }

  /** Lines of one thread. */
  private final class Lines {
    private final List<Line> all = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    void add(Job job) {
      JobLine shown = line.apply(job);
      Comparable<?>[] keys = order.of(shown);
      all.add(
          tasks && job.pendingArray()
              ? new Line(keys, null, job)
              : new Line(keys, text(shown), null));
    }

    private byte[] text(JobLine shown) {
      text.setLength(0);
      layout.row(shown, text);
      return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    List<Line> sorted() {
      sort(all);
      return all;
    }
  }

  void print(LinesOut out) {
    for (int i = 0; i < lines.size() && !out.failed(); i++) {
      Line one = lines.get(i);
      if (one.text() != null) {
        out.text(one.text());
      } else {
        printTasks(one.tasks(), out);
      }
    }
  }

  private void printTasks(Job job, LinesOut out) {
    for (JobArray.Range range : job.status().pendingTasks().ranges()) {
      for (int task = range.first(); task <= range.last() && !out.failed(); task += range.step()) {
        out.line(layout.row(line.apply(NamedJobs.task(job, task))));
      }
    }
  }
}
