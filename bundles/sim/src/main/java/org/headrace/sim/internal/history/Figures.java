package org.headrace.sim.internal.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Figures of one schedule of a history. Times are milliseconds.
 *
 * @param jobs jobs that ran
 * @param meanWait mean of start minus arrival
 * @param medianWait in half of them at most
 * @param longWait in nine of ten of them at most
 * @param boundedSlowdown mean of max(1, (wait + run) / max(run, 10 s))
 * @param utilisation CPU time of all jobs over that of the cluster, from the first arrival to the
 *     last end
 * @param makespan from the first arrival to the last end
 * @param used share of CPUs in use, for each part of {@link #PARTS} of the time
 * @param queued jobs that wait, likewise, in the mean
 * @param waitBySize mean wait by the number of CPUs, as in {@link #SIZES}
 */
record Figures(
    int jobs,
    double meanWait,
    long medianWait,
    long longWait,
    double boundedSlowdown,
    double utilisation,
    long makespan,
    double[] used,
    double[] queued,
    double[] waitBySize) {
  static final int PARTS = 120;

  /** Upper ends of the classes of size; the last one has none. */
  static final int[] SIZES = {1, 8, 64, 512, Integer.MAX_VALUE};

  private static final long TAU = 10_000;

  /**
   * Works them out.
   *
   * @param starts start of each job, by its number
   * @param cpus CPUs of the cluster
   * @param first where parts of the time begin
   * @param last where they end
   */
  static Figures of(List<PastJob> jobs, Map<Long, Long> starts, int cpus, long first, long last) {
    List<PastJob> ran = jobs.stream().filter(job -> starts.containsKey(job.id())).toList();
    double[] used = new double[PARTS];
    double[] queued = new double[PARTS];
    double[] waits = new double[SIZES.length];
    int[] counts = new int[SIZES.length];
    long[] all = new long[ran.size()];
    double wait = 0;
    double slowdown = 0;
    double area = 0;
    long end = first;
    for (int i = 0; i < all.length; i++) {
      PastJob job = ran.get(i);
      long start = starts.get(job.id());
      all[i] = start - job.arrived();
      wait += all[i];
      slowdown += Math.max(1, (double) (all[i] + job.run()) / Math.max(job.run(), TAU));
      area += (double) job.run() * job.cpus();
      end = Math.max(end, start + job.run());
      spread(used, first, last, start, start + job.run(), (double) job.cpus() / cpus);
      spread(queued, first, last, job.arrived(), start, 1);
      int size = size(job.cpus());
      waits[size] += all[i];
      counts[size]++;
    }
    for (int i = 0; i < waits.length; i++) {
      waits[i] = counts[i] == 0 ? Double.NaN : waits[i] / counts[i];
    }
    Arrays.sort(all);
    int count = Math.max(1, all.length);
    long makespan = end - first;
    return new Figures(
        all.length,
        wait / count,
        all.length == 0 ? 0 : all[(count - 1) / 2],
        all.length == 0 ? 0 : all[(9 * count + 9) / 10 - 1],
        slowdown / count,
        makespan == 0 ? 0 : area / cpus / makespan,
        makespan,
        used,
        queued,
        waits);
  }

  private static int size(int cpus) {
    int size = 0;
    while (cpus > SIZES[size]) {
      size++;
    }
    return size;
  }

  static List<String> sizeNames() {
    List<String> names = new ArrayList<>();
    int from = 1;
    for (int most : SIZES) {
      names.add(
          most == Integer.MAX_VALUE
              ? from + " and more"
              : from == most ? "" + from : from + "–" + most);
      from = most + 1;
    }
    return names;
  }

  /** Adds an amount that holds from {@code from} to {@code to} to the means of the parts. */
  private static void spread(
      double[] parts, long first, long last, long from, long to, double amount) {
    double width = Math.max(1.0, (double) (last - first) / PARTS);
    int begin = (int) Math.max(0, (from - first) / width);
    for (int part = begin; part < PARTS && first + part * width < to; part++) {
      double overlap =
          Math.min(to, first + (part + 1) * width) - Math.max(from, first + part * width);
      parts[part] += amount * Math.max(0, overlap) / width;
    }
  }
}
