package org.headrace.commands.internal.squeue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobStatus;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Column;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.Layout;

/** In which order squeue shows jobs. Keys are taken once a job, so that no job has to be kept. */
final class JobOrder {
  private static final int MAX_KEYS = 64;

  private record Key(Function<JobLine, Comparable<?>> value, boolean descending) {}

  private final List<Key> keys = new ArrayList<>();

  /**
   * Reads letters of columns, each with an optional sign.
   *
   * @throws Refusal for a letter that no column has
   */
  JobOrder(String text, Map<Character, Column<JobLine>> letters) {
    for (String word : text.split(",")) {
      boolean descending = word.startsWith("-");
      String plain = word.replaceFirst("^[-+#]+", "");
      if (plain.isEmpty() || keys.size() == MAX_KEYS) {
        continue;
      }
      Function<JobLine, Comparable<?>> value = value(plain.charAt(0), letters);
      if (value == null || plain.length() > 1) {
        throw Refusal.error("squeue", 1, "Invalid sort specification: " + plain);
      }
      keys.add(new Key(value, descending));
    }
  }

  /** The keys of a job. */
  Comparable<?>[] of(JobLine line) {
    Comparable<?>[] values = new Comparable<?>[keys.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = keys.get(i).value().apply(line);
    }
    return values;
  }

  /** Compares keys that {@link #of} made. */
  int compare(Comparable<?>[] a, Comparable<?>[] b) {
    for (int i = 0; i < a.length; i++) {
      int order = compareOne(a[i], b[i]);
      if (order != 0) {
        return keys.get(i).descending() ? -order : order;
      }
    }
    return 0;
  }

  @SuppressWarnings("unchecked")
  private static int compareOne(Comparable<?> a, Comparable<?> b) {
    return ((Comparable<Object>) a).compareTo(b);
  }

  private static Function<JobLine, Comparable<?>> value(
      char letter, Map<Character, Column<JobLine>> letters) {
    return switch (letter) {
      case 'i', 'A', 'F' -> line -> identity(line.job());
      case 'K' -> line -> (long) line.job().arrayTask();
      case 'C' -> line -> (long) line.facts().cpus();
      case 'c' -> line -> (long) line.facts().minCpusPerNode();
      case 'D' -> line -> (long) line.facts().nodeCount();
      case 'd' -> line -> line.job().spec().request().nodes().minTmpDisk();
      case 'e' -> line -> last(line.facts().end());
      case 'G' -> line -> (long) line.job().spec().owner().gid();
      case 'l' -> line -> line.facts().limitSeconds();
      case 'L' -> line -> line.facts().limitSeconds() - line.facts().elapsed();
      case 'M' -> line -> line.facts().elapsed();
      case 'm' -> line -> line.facts().memory();
      case 'p', 'Q' -> line -> JobFacts.priority(line.job());
      case 'S' -> line -> last(line.facts().start());
      case 'U' -> line -> (long) line.job().spec().owner().uid();
      case 'V' -> line -> status(line).submitted();
      case 'y' -> line -> (long) line.job().spec().timing().nice();
      default -> text(letters.get(letter));
    };
  }

  private static Function<JobLine, Comparable<?>> text(Column<JobLine> column) {
    return column == null ? null : line -> column.value().of(line, Layout.ANY_WIDTH);
  }

  private static JobStatus status(JobLine line) {
    return line.job().status();
  }

  private static long last(long time) {
    return time == 0 ? Long.MAX_VALUE : time;
  }

  /** Of an array, what hasn't started comes last. */
  private record Identity(long job, int task) implements Comparable<Identity> {
    @Override
    public int compareTo(Identity other) {
      int order = Long.compare(job, other.job);
      return order != 0 ? order : Integer.compare(task, other.task);
    }
  }

  private static Identity identity(Job job) {
    long first = job.arrayId() == 0 ? job.id() : job.arrayId();
    int second = job.arrayTask() == Job.NO_TASK ? Integer.MAX_VALUE : job.arrayTask();
    return new Identity(first, second);
  }
}
