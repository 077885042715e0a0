package org.headrace.bench.internal.deep;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.headrace.bench.internal.emulated.NodeShape;

/**
 * Made-up jobs as arguments of sbatch: what people ask for comes in round numbers, so that many are
 * alike, and some hundred kinds remain. The same for each cluster and each run.
 */
final class JobMix {
  /** So many jobs in a row are alike: people submit what they submit several times. */
  static final int ALIKE = 10;

  private static final int KINDS = 500;
  private static final int[] WIDTHS = {1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 16, 32};
  private static final int[] MINUTES = {60, 120, 180, 240, 360, 480, 720, 1_440, 2_880};
  private static final int[] MEGABYTES = {100, 100, 500, 1_000, 2_000, 3_000};

  private final List<List<String>> kinds = new ArrayList<>();

  /**
   * @param name name of the jobs
   * @param script what they would run
   */
  JobMix(NodeShape shape, String partition, String name, String script) {
    Random random = new Random(1);
    for (int i = 0; i < KINDS; i++) {
      int nodes = Math.min(oneOf(random, WIDTHS), Math.max(1, shape.count() / 4));
      int cpus = nodes > 1 ? shape.cpus() / 2 : Math.max(1, shape.cpus() >> random.nextInt(7));
      long memory = Math.min(oneOf(random, MEGABYTES), shape.hardware().memory() / shape.cpus());
      kinds.add(
          List.of(
              "-J",
              name,
              "-p",
              partition,
              "-N",
              Integer.toString(nodes),
              "--ntasks-per-node=1",
              "-c",
              Integer.toString(cpus),
              "--mem-per-cpu=" + memory,
              "-t",
              Integer.toString(oneOf(random, MINUTES)),
              "-o",
              "/dev/null",
              script));
    }
  }

  private static int oneOf(Random random, int[] values) {
    return values[random.nextInt(values.length)];
  }

  /** Arguments of sbatch for the job of this number, from 0. */
  List<String> job(int number) {
    return kinds.get(number / ALIKE % KINDS);
  }

  static String description() {
    return KINDS + " kinds, of 1 to 32 nodes, 1 CPU to a whole node, 1 h to 2 days";
  }
}
